// The second half of Settle: from the golden records that were touched to the changes in them.

#include "daemon/pipeline/settle.hpp"

#include <algorithm>
#include <charconv>

namespace ketensync::pipeline {

using golden::GoldenId;
using record::Change;
using record::RecordId;
using record::Values;

Result<std::string> Settle::finish(Shown const & show)
{
    m_show = show ? &show : nullptr;
    KETENSYNC_TRY(cascade());
    KETENSYNC_TRY(forget_settled_doubts());
    std::ranges::sort(m_touched);
    m_touched.erase(std::unique(m_touched.begin(), m_touched.end()), m_touched.end());
    std::ranges::sort(m_closed);
    for (auto const golden : m_touched) {
        KETENSYNC_TRY(conclude(golden));
    }
    m_touched.clear();
    m_closed.clear();
    if (!m_changes.empty()) {
        record::encode_end(m_changes);
    }
    return std::move(m_changes);
}

void Settle::put_out()
{
    record::encode(m_change, m_changes);
    if (m_show != nullptr) {
        (*m_show)(m_change, m_was.values);
    }
}

void Settle::compare_members(std::span<RecordId const> members)
{
    auto const & ledger = m_memory.ledger;
    m_change.joined.clear();
    m_change.left.clear();
    for (auto const record : members) {
        if (!std::ranges::binary_search(m_was.members, record)) {
            m_change.joined.push_back({ record, ledger[record].source });
        }
    }
    for (auto const record : m_was.members) {
        if (!std::ranges::binary_search(members, record)) {
            m_change.left.push_back({ record, ledger[record].source });
        }
    }
}

// Leaves the values of the golden record in m_change.
Result<void> Settle::choose(record::Kind const & kind, std::span<RecordId const> members)
{
    auto const & ledger = m_memory.ledger;
    m_contributions.clear();
    for (auto const record : members) {
        KETENSYNC_TRY_ASSIGN(auto const * const told, values(record));
        auto const & entry = ledger[record];
        m_contributions.push_back({ record, entry.source, entry.order, told, entry.identity_rest });
    }
    golden::choose(m_change.kind, kind, m_ranks, m_contributions, m_chosen);
    m_texts.assign(m_chosen.size(), {});
    for (std::size_t field = 0; field < m_chosen.size(); ++field) {
        if (m_chosen[field] >= 0) {
            auto const & from = m_contributions[static_cast<std::size_t>(m_chosen[field])];
            m_texts[field] = (*from.values)[static_cast<record::FieldId>(field)];
        }
    }
    auto const & references = m_references.fields(m_change.kind);
    m_digits.resize(references.size());
    for (std::size_t i = 0; i < references.size(); ++i) {
        auto const from = m_chosen[references[i]];
        if (from < 0) {
            continue;
        }
        KETENSYNC_TRY_ASSIGN(auto const to, targets(m_contributions[static_cast<std::size_t>(from)].record));
        auto const id = to[i] == 0 ? GoldenId { 0 } : ledger[to[i]].golden;
        auto const end = std::to_chars(m_digits[i].data(), m_digits[i].data() + m_digits[i].size(), id).ptr;
        m_texts[references[i]]
            = id == 0 ? std::string_view() : std::string_view(m_digits[i].data(), static_cast<std::size_t>(end - m_digits[i].data()));
    }
    m_change.values.assign(m_texts);
    return {};
}

// Only where a kind says since when it holds and not until when: it holds until the next word. With an earlier day, or with
// the same values since another day, what was known was wrong.
bool Settle::moved_on(record::Kind const & kind, Values const & was, Values const & is) const
{
    if (!kind.valid_from || kind.valid_until || was[*kind.valid_from] >= is[*kind.valid_from]) {
        return false;
    }
    for (std::size_t field = 0; field < kind.fields.size(); ++field) {
        auto const number = static_cast<record::FieldId>(field);
        if (number != *kind.valid_from && was[number] != is[number]) {
            return true;
        }
    }
    return false;
}

// Of one that ended: not when its records are elsewhere now.
bool Settle::held_until_now() const
{
    return std::ranges::binary_search(m_closed, m_change.golden)
        && std::ranges::all_of(m_change.left, [this](Change::Member const & member) { return m_memory.ledger[member.record].golden == 0; });
}

// A golden record is a pure function of its records; what differs from what was delivered is the change.
Result<void> Settle::conclude(GoldenId golden)
{
    using What = Change::What;
    auto const & ledger = m_memory.ledger;
    auto const & members = m_members;
    m_memory.reconciler->members(golden, m_members);
    m_was = {};
    if (golden < m_first_new) {
        KETENSYNC_TRY_ASSIGN(m_was, m_store.delivered(golden));
    }
    if (members.empty() && !m_was.exists) {
        return {};
    }
    m_change.golden = golden;
    m_change.moved_on = false;
    compare_members(members);
    if (members.empty()) {
        m_change.what = What::ended;
        m_change.kind = ledger[m_was.members.front()].kind;
        m_change.values = Values();
        m_change.moved_on = held_until_now();
        KETENSYNC_TRY(m_store.end(golden, m_now));
        put_out();
        return {};
    }
    m_change.kind = ledger[members.front()].kind;
    KETENSYNC_TRY(choose(m_plan.schema->kinds[m_change.kind], members));
    if (!m_was.exists) {
        m_change.what = What::added;
        KETENSYNC_TRY(m_store.put(golden, m_change.kind, members, m_change.values.bytes(), m_now));
        put_out();
        return {};
    }
    bool const same = m_was.values == m_change.values;
    if (same && m_change.joined.empty() && m_change.left.empty()) {
        return {};
    }
    m_change.what = same ? What::regrouped : What::changed;
    m_change.moved_on = !same && moved_on(m_plan.schema->kinds[m_change.kind], m_was.values, m_change.values);
    KETENSYNC_TRY(m_store.replace(golden, m_was, members, m_change.values.bytes(), m_now));
    if (same) {
        m_change.values = Values();
    }
    put_out();
    return {};
}

}
