#include "daemon/pipeline/difference.hpp"

#include <algorithm>
#include <iterator>

namespace ketensync::pipeline {

using golden::GoldenId;
using golden::Golden;

namespace {

constexpr std::size_t samples_max = 5;
/// Golden records looked up before what the store holds of them in memory is let go of.
constexpr std::size_t lookups_held = 50'000;

std::string shown(record::Field const & field, std::string_view value)
{
    return field.personal == record::Personal::none || value.empty() ? std::string(value) : "***";
}

}

Result<Differences> Differences::begin(std::shared_ptr<record::Schema const> schema, Golden & store)
{
    Differences differences(std::move(schema), store);
    KETENSYNC_TRY_ASSIGN(differences.m_mark, store.history_mark());
    KETENSYNC_TRY_ASSIGN(auto const last, store.last_golden());
    differences.m_first_new = last + 1;
    return differences;
}

void Differences::add(record::Change const & change)
{
    using What = record::Change::What;
    if (change.golden >= m_first_new) {
        auto const index = change.golden - m_first_new;
        m_new.resize(std::max<std::size_t>(m_new.size(), index + 1));
        m_new[index] = change.what == What::ended ? std::uint8_t { 0 } : static_cast<std::uint8_t>(change.kind + 1);
        return;
    }
    m_touched.emplace_back(change.golden, change.kind);
    if (change.what == What::ended && !change.left.empty()) {
        m_ended[change.golden] = change.left.front().record;
    }
}

// Of what was there before, the first that went to the history since is how it was.
void Differences::compare(
    GoldenId golden, record::Values const & was, record::Values const & is, Difference & difference) const
{
    if (was == is) {
        ++difference.regrouped;
        return;
    }
    ++difference.changed;
    auto const kind = m_schema->kind(difference.kind).value_or(0);
    auto const & fields = m_schema->kinds[kind].fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        if (was[field] == is[field]) {
            continue;
        }
        ++difference.fields[fields[i].name];
        if (difference.samples.size() < samples_max) {
            difference.samples.push_back(
                { golden, fields[i].name, shown(fields[i], was[field]), shown(fields[i], is[field]), {} });
        }
    }
}

Result<void> Differences::tell_end(GoldenId golden, Difference & difference)
{
    ++difference.ended;
    GoldenId went_to = 0;
    if (auto const ended = m_ended.find(golden); ended != m_ended.end()) {
        KETENSYNC_TRY_ASSIGN(auto const record, m_store->stored(ended->second));
        went_to = record.golden;
    }
    difference.absorbed += went_to != 0 ? 1U : 0U;
    if (difference.samples.size() < samples_max) {
        difference.samples.push_back({ golden, {}, {}, went_to == 0 ? std::string() : std::to_string(went_to), {} });
    }
    return {};
}

Result<std::vector<Difference>> Differences::all()
{
    std::vector<Difference> kinds;
    for (auto const & kind : m_schema->kinds) {
        kinds.emplace_back().kind = kind.name;
    }
    for (auto const kind : m_new) {
        if (kind != 0) {
            ++kinds[kind - 1U].added;
        }
    }
    std::ranges::sort(m_touched);
    m_touched.erase(std::unique(m_touched.begin(), m_touched.end()), m_touched.end());
    std::size_t looked_up = 0;
    for (auto const & [golden, kind] : m_touched) {
        KETENSYNC_TRY_ASSIGN(auto const is, m_store->delivered(golden));
        if (!is.exists) {
            KETENSYNC_TRY(tell_end(golden, kinds[kind]));
        } else {
            KETENSYNC_TRY_ASSIGN(auto const past, m_store->past(golden, m_mark));
            compare(golden, past.empty() ? is.values : past.front().values, is.values, kinds[kind]);
        }
        if (++looked_up % lookups_held == 0) {
            m_store->forget();
        }
    }
    std::erase_if(kinds, [](Difference const & kind) { return kind.added + kind.changed + kind.regrouped + kind.ended == 0; });
    return kinds;
}

}
