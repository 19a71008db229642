// The first half of LikelyMatcher: what a record tells, under which keys it stands, and whom it meets there.

#include "daemon/reconcile/likely_matcher.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

/// Records that may share a key to be compared under it. Where there are more, what they have in common is too common
/// to go by: they meet under another key, or when all is reconciled.
constexpr std::size_t block_max = 48;
/// Two records with different proven numbers are never one. Whether one of the numbers has a slip is only asked of
/// records that share so many keys: most of those that share fewer are strangers of one name.
constexpr std::size_t keys_of_a_slip = 3;

} // namespace

void LikelyMatcher::read(Told const & told)
{
    for (std::size_t column = 0; column < m_rules.fields.size(); ++column) {
        m_texts[column] = (*told.values)[m_rules.fields[column]];
    }
    m_table.read(m_texts, m_read.data());
}

/// Gives m_read a row, that no key leads to yet.
void LikelyMatcher::enter(Told const & told)
{
    auto const record = told.record;
    std::uint32_t local = 0;
    if (m_free.empty()) {
        local = static_cast<std::uint32_t>(m_table.size());
        m_table.resize(local + 1);
        m_record_of.push_back(record);
    } else {
        local = m_free.back();
        m_free.pop_back();
        m_record_of[local] = record;
    }
    if (!m_rules.free_of_duplicates.empty()) {
        m_sources.resize(std::max<std::size_t>(m_sources.size(), local + 1));
        m_sources[local] = told.source;
    }
    std::copy(m_read.begin(), m_read.end(), m_table.row(local));
    m_groups.set_local(record, local);
    m_table.count(m_table.row(local), 1);
}

/// The blocks of a record, in the order of recipes. Those are anywhere in memory, and are fetched while the next key is
/// made.
void LikelyMatcher::find_blocks(RecordId record)
{
    m_recipes.all_keys(row(record), m_keys.data());
    m_block_of.clear();
    auto const * key = m_keys.data();
    for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
        for (std::size_t way = 0; way < m_recipes.ways(recipe); ++way, ++key) {
            if (*key != 0 && !m_recipes[recipe].loose) {
                m_block_of.push_back(mix(recipe + 1, *key));
                m_blocks.prefetch(m_block_of.back());
            }
        }
    }
}

void LikelyMatcher::index(RecordId record)
{
    for (auto const block : m_block_of) {
        m_blocks.add(block, record);
    }
}

void LikelyMatcher::forget(RecordId record)
{
    find_blocks(record);
    for (auto const block : m_block_of) {
        m_blocks.remove(block, record);
    }
    auto const local = m_groups.local(record);
    m_table.count(row(record), -1);
    std::fill_n(m_table.row(local), m_table.stride(), 0);
    m_record_of[local] = 0;
    m_free.push_back(local);
}

bool LikelyMatcher::of_one_free_source(RecordId a, RecordId b) const
{
    if (m_sources.empty()) {
        return false;
    }
    auto const source = m_sources[m_groups.local(a)];
    return source == m_sources[m_groups.local(b)] && source < m_free_of_duplicates.size()
        && m_free_of_duplicates[source];
}

Verdict LikelyMatcher::weigh(RecordId a, RecordId b)
{
    auto verdict = m_scorer.judge(row(a), row(b));
    if (of_one_free_source(a, b)) {
        Constraints::apply(Judgement::different, verdict);
    }
    if (!m_judgements.empty()) {
        Constraints::apply(m_judgements.of(a, b), verdict);
    }
    return verdict;
}

/// Who shares a key with the record, as often as they share one; from m_block_of.
void LikelyMatcher::meet(RecordId record)
{
    m_found.clear();
    for (auto const block : m_block_of) {
        m_blocks.prefetch_records(block);
    }
    for (auto const block : m_block_of) {
        auto const found = m_blocks.find(block);
        if (found.size() > block_max) {
            ++m_capped;
            continue;
        }
        m_found.insert(m_found.end(), found.begin(), found.end());
    }
    for (auto const & [a, b] : m_judgements.same_as(record)) {
        m_found.push_back(a == record ? b : a);
    }
    std::sort(m_found.begin(), m_found.end());
    for (auto const found : m_found) {
        m_groups.prefetch(found);
    }
    // Whom a person named may be gone.
    std::erase_if(m_found, [this](RecordId found) { return !m_groups.known(found); });
    for (auto const found : m_found) {
        m_table.prefetch(m_groups.local(found));
    }
}

/// Who of m_found is worth a person's look at least, ascending.
void LikelyMatcher::find_candidates(RecordId record)
{
    meet(record);
    m_candidates.clear();
    for (auto at = m_found.begin(); at != m_found.end();) {
        auto const candidate = *at;
        auto const next = std::find_if(at, m_found.end(), [candidate](RecordId other) { return other != candidate; });
        auto const shared = static_cast<std::size_t>(next - at);
        at = next;
        if (candidate == record
            || (of_one_free_source(record, candidate) && m_judgements.of(record, candidate) != Judgement::same)
            || (shared < keys_of_a_slip && m_scorer.comparer().proven_to_differ(row(record), row(candidate))
                && m_judgements.empty())) {
            continue;
        }
        auto const verdict = weigh(record, candidate);
        if (verdict.same || verdict.clashing || verdict.bits >= m_rules.match.review) {
            m_candidates.push_back({ candidate, verdict });
        }
    }
}

} // namespace ketensync::reconcile
