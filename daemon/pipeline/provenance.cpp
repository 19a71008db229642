#include "daemon/pipeline/provenance.hpp"

#include "daemon/golden/golden.hpp"
#include "daemon/landing/landing.hpp"
#include "daemon/pipeline/memory.hpp"
#include "daemon/pipeline/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <tuple>

namespace ketensync::pipeline {

namespace {

using record::RecordId;

/// Records of one golden record that are compared with each other: more say nothing more.
constexpr std::size_t compared_max = 60;

/// A record as the state has it, copied out.
struct Member {
    RecordId record = 0;
    record::SourceId source = 0;
    std::int64_t order = 0;
    landing::Version teller = 0;
    record::Values values;
    golden::IdentityRest identity {};
    PlannedFeed const * feed = nullptr; ///< null: configured no more
};

class Teller {
public:
    Teller(Plan const & plan, store::Database & state, bool with_values)
        : m_plan(plan), m_state(state), m_with_values(with_values)
    {
    }
    Result<Provenance> tell(record::GoldenId golden);

private:
    Result<void> read_members(std::vector<RecordId> const & records);
    Result<void> tell_records();
    Result<std::string> document(Member const & member, std::string const & period);
    Result<void> tell_values(golden::Golden::Delivered const & is);
    Result<void> tell_joins(record::KindId kind);
    PlannedFeed const * planned(record::FeedId feed) const;

    Plan const & m_plan;
    store::Database & m_state;
    bool m_with_values;
    std::atomic<std::int64_t> m_no_page = 0;
    Numbers m_numbers;
    std::optional<golden::Golden> m_golden;
    std::optional<landing::Landing> m_landing;
    std::vector<Member> m_members;
    Provenance m_told;
};

PlannedFeed const * Teller::planned(record::FeedId feed) const
{
    auto const found = std::ranges::find_if(m_plan.feeds, [&](PlannedFeed const & each) {
        auto const number = m_numbers.feeds.find(each.name);
        return number != m_numbers.feeds.end() && number->second == feed;
    });
    return found == m_plan.feeds.end() ? nullptr : &*found;
}

Result<void> Teller::read_members(std::vector<RecordId> const & records)
{
    for (auto const record : records) {
        KETENSYNC_TRY_ASSIGN(auto const stored, m_golden->stored(record));
        m_members.push_back({ record, stored.source, stored.order, stored.teller,
            record::Values::from_bytes(stored.body).value_or(record::Values()),
            golden::rest_of(golden::identity(stored.source, stored.kind, stored.key)), nullptr });
    }
    return {};
}

// The key says who it is about: only where values are asked for.
Result<std::string> Teller::document(Member const & member, std::string const & period)
{
    auto const index = landing::index_of(member.teller);
    auto text = fmt::format("page {}, document {}", landing::page_of(member.teller), index + 1);
    if (!m_with_values || member.feed == nullptr) {
        return text;
    }
    KETENSYNC_TRY_ASSIGN(auto const page, m_landing->page(landing::page_of(member.teller)));
    std::size_t offset = 0;
    for (std::size_t i = 0; i < std::min(index, page.entries.size()); ++i) {
        offset += page.entries[i].length;
    }
    if (index >= page.entries.size() || offset + page.entries[index].length > page.body.size()) {
        return text;
    }
    auto const & limits = m_plan.config.limits;
    formats::Parser parser(
        member.feed->mapper->layout(), { .item_bytes_max = limits.item_bytes_max, .depth_max = limits.depth_max });
    formats::Tree tree;
    auto const bytes = std::string_view(page.body).substr(offset, page.entries[index].length);
    if (parser.parse(page.context, bytes, tree)) {
        if (auto const key = member.feed->mapper->key(tree, { member.feed->source->name, period })) {
            text += fmt::format(", key {}", *key);
        }
    }
    return text;
}

Result<void> Teller::tell_records()
{
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(m_state));
    for (auto & member : m_members) {
        KETENSYNC_TRY_ASSIGN(auto const arrival, m_landing->arrival(landing::page_of(member.teller)));
        KETENSYNC_TRY_ASSIGN(auto const run, runs.run(arrival.run));
        member.feed = planned(arrival.feed);
        KETENSYNC_TRY_ASSIGN(auto text, document(member, arrival.period));
        m_told.records.push_back({ member.record, run.source, run.feed, arrival.run, run.rules, std::move(text),
            arrival.period, arrival.received });
    }
    return {};
}

Result<void> Teller::tell_values(golden::Golden::Delivered const & is)
{
    auto const & kind = m_plan.schema->kinds[is.kind];
    std::vector<golden::Contribution> contributions;
    for (auto const & member : m_members) {
        contributions.push_back({ member.record, member.source, member.order, &member.values, member.identity });
    }
    std::vector<int> chosen;
    golden::choose(
        is.kind, kind, ranks(m_plan, { m_numbers.sources.begin(), m_numbers.sources.end() }), contributions, chosen);
    KETENSYNC_TRY_ASSIGN(auto const past, m_golden->past(m_told.golden));
    m_told.first = past.empty() ? is.since : past.front().since;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        if (chosen[i] < 0 || is.values[field].empty()) {
            continue;
        }
        Provenance::Value value;
        value.field = kind.fields[i].name;
        bool const shown = m_with_values || kind.fields[i].type == record::FieldType::reference;
        value.value = shown ? std::string(is.values[field]) : "***";
        value.from = static_cast<std::size_t>(chosen[i]);
        value.since = is.since;
        for (auto was = past.rbegin(); was != past.rend() && was->values[field] == is.values[field]; ++was) {
            value.since = was->since;
        }
        if (auto const * const feed = m_members[value.from].feed) {
            value.lines = feed->mapper->lines(is.kind, field);
        }
        m_told.values.push_back(std::move(value));
    }
    return {};
}

// A reconciler that knows nothing but these records says what agrees of them; what that is worth it cannot know. Each
// record is told with the one before it that it is held to the strongest.
Result<void> Teller::tell_joins(record::KindId kind)
{
    auto const count = std::min(m_members.size(), compared_max);
    if (count < 2) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto judgements, golden::Judgements::open(m_state));
    auto const reconciler = reconcile::Reconciler::create(m_plan.rules, m_plan.schema, m_told.golden + 1);
    std::vector<golden::GoldenId> const references(m_plan.schema->kinds[kind].fields.size(), 0);
    std::vector<golden::Judged> judged;
    reconcile::Outcome nothing;
    for (std::size_t i = 0; i < count; ++i) {
        auto const & member = m_members[i];
        KETENSYNC_TRY_ASSIGN(auto const of_member, judgements.of(member.record));
        for (auto const & each : of_member) {
            judged.push_back(each);
            reconciler->judge(each.a, each.b, judgement(each.same), nothing);
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        auto const & member = m_members[i];
        reconciler->load({ member.record, kind, member.source, &member.values, references }, m_told.golden);
    }
    for (std::size_t b = 1; b < count; ++b) {
        std::optional<Provenance::Join> best;
        for (std::size_t a = 0; a < b; ++a) {
            Provenance::Join join { m_members[a].record, m_members[b].record, std::nullopt, std::nullopt };
            auto const word = std::ranges::find_if(judged, [&](golden::Judged const & each) {
                return each.same && std::minmax(each.a, each.b) == std::minmax(join.a, join.b);
            });
            if (word != judged.end()) {
                join.judged = *word;
            }
            join.agrees = reconciler->explain(join.a, join.b);
            auto const weight = [](Provenance::Join const & each) {
                return std::tuple(each.judged.has_value(), each.agrees && each.agrees->same, each.agrees ? each.agrees->total : 0.0);
            };
            if (!best || weight(*best) < weight(join)) {
                best = std::move(join);
            }
        }
        m_told.joins.push_back(std::move(*best));
    }
    return {};
}

Result<Provenance> Teller::tell(record::GoldenId golden)
{
    KETENSYNC_TRY_ASSIGN(m_numbers, known_sources(m_state));
    KETENSYNC_TRY_ASSIGN(m_golden, golden::Golden::open(m_state));
    KETENSYNC_TRY_ASSIGN(m_landing, landing::Landing::open(m_state, m_no_page));
    KETENSYNC_TRY_ASSIGN(auto const is, m_golden->delivered(golden));
    if (!is.exists) {
        return fail(Failure::usage,
            fmt::format("there is no golden record {} now: the warehouse's views …_opvolging tell what became of one", golden));
    }
    m_told.golden = golden;
    m_told.kind = m_plan.schema->kinds[is.kind].name;
    m_told.since = is.since;
    KETENSYNC_TRY(read_members(is.members));
    KETENSYNC_TRY(tell_records());
    KETENSYNC_TRY(tell_values(is));
    KETENSYNC_TRY(tell_joins(is.kind));
    return std::move(m_told);
}

}

Result<Provenance> provenance(Plan const & plan, store::Database & state, record::GoldenId golden, bool with_values)
{
    return Teller(plan, state, with_values).tell(golden);
}

}
