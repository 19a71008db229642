#include "daemon/golden/survivorship.hpp"

#include <tuple>

namespace ketensync::golden {

namespace {

std::uint8_t rank(Ranks const & ranks, record::KindId kind, std::size_t field, record::SourceId source)
{
    if (kind >= ranks.size() || field >= ranks[kind].size() || source >= ranks[kind][field].size()) {
        return 255;
    }
    return ranks[kind][field][source];
}

// Of types whose longer text holds all of the shorter one.
bool longer_says_more(record::FieldType type)
{
    return type == record::FieldType::date || type == record::FieldType::initials;
}

}

void choose(record::KindId kind, record::Kind const & described, Ranks const & ranks,
    std::span<Contribution const> contributions, std::vector<int> & chosen)
{
    chosen.assign(described.fields.size(), -1);
    if (contributions.size() == 1) {
        for (std::size_t field = 0; field < chosen.size(); ++field) {
            chosen[field] = (*contributions[0].values)[static_cast<record::FieldId>(field)].empty() ? -1 : 0;
        }
        return;
    }
    for (std::size_t field = 0; field < chosen.size(); ++field) {
        bool const by_length = longer_says_more(described.fields[field].type);
        std::tuple<std::uint8_t, std::size_t, std::int64_t, IdentityRest, record::RecordId> best;
        for (std::size_t i = 0; i < contributions.size(); ++i) {
            auto const & contribution = contributions[i];
            auto const value = (*contribution.values)[static_cast<record::FieldId>(field)];
            if (value.empty()) {
                continue;
            }
            // Lower is better in every place of the tuple.
            auto const score = std::tuple(rank(ranks, kind, field, contribution.source),
                by_length ? ~value.size() : std::size_t { 0 }, -contribution.order, contribution.identity, contribution.record);
            if (chosen[field] < 0 || score < best) {
                chosen[field] = static_cast<int>(i);
                best = score;
            }
        }
    }
}

}
