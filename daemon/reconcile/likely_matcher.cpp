#include "daemon/reconcile/likely_matcher.hpp"

#include "daemon/reconcile/explain.hpp"
#include "daemon/reconcile/model_file.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// So many records at most are agglomerated anew; a record that touches more joins the best group as it is.
constexpr std::size_t touched_max = 48;
constexpr std::size_t weighed_max = 64;
/// Of fewer a model says more about chance than about people.
constexpr std::size_t records_to_learn_from = 200;

constexpr std::string_view by_score = "score";
constexpr std::string_view by_other_bsn = "bsn-differs";
constexpr std::string_view by_clashing_bsn = "bsn-same-person-differs";

} // namespace

LikelyMatcher::LikelyMatcher(LikelyRules const & rules, KindId number, Groups & groups, std::vector<bool> free)
    : m_rules(rules)
    , m_number(number)
    , m_groups(groups)
    , m_table(rules.match)
    , m_form(m_table)
    , m_model(rules.model ? *rules.model : Model::usual(m_form, rules.records_expected))
    , m_recipes(m_table)
    , m_scorer(m_table, m_form, m_model)
    , m_free_of_duplicates(std::move(free))
    , m_texts(rules.fields.size())
    , m_read(m_table.stride())
{
}

/// Adds the records of the groups that the record may join to m_touched.
void LikelyMatcher::gather(RecordId record)
{
    find_candidates(record);
    std::vector<RecordId> members;
    for (auto const & candidate : m_candidates) {
        bool const links = candidate.verdict.same || candidate.verdict.bits >= m_rules.match.link;
        if (!links || std::binary_search(m_touched.begin(), m_touched.end(), candidate.record)) {
            continue;
        }
        m_groups.members(candidate.record, members);
        auto const middle = static_cast<std::ptrdiff_t>(m_touched.size());
        m_touched.insert(m_touched.end(), members.begin(), members.end());
        std::inplace_merge(m_touched.begin(), m_touched.begin() + middle, m_touched.end());
        m_touched.erase(std::unique(m_touched.begin(), m_touched.end()), m_touched.end());
    }
}

/// Agglomerates m_touched anew.
void LikelyMatcher::regroup(std::span<RecordId const> gone, Outcome & outcome)
{
    m_links.clear();
    auto const count = static_cast<std::uint32_t>(m_touched.size());
    for (std::uint32_t b = 0; b < count; ++b) {
        for (std::uint32_t a = 0; a < b; ++a) {
            auto const verdict = weigh(m_touched[a], m_touched[b]);
            if (!verdict.barred && (verdict.same || verdict.bits >= m_rules.match.link)) {
                m_links.push_back({ a, b, verdict });
            }
        }
    }
    auto const cluster = agglomerate(
        count, m_links, [&](std::uint32_t a, std::uint32_t b) { return weigh(m_touched[a], m_touched[b]); },
        m_scorer.ignorance(), m_rules.match.link);
    m_parts.clear();
    for (std::uint32_t first = 0; first < count; ++first) {
        if (cluster[first] != first) {
            continue;
        }
        auto & part = m_parts[m_parts.add()];
        for (auto i = first; i < count; ++i) {
            if (cluster[i] == first) {
                part.push_back(m_touched[i]);
            }
        }
    }
    m_groups.replace(m_number, m_parts.all(), gone, outcome.groups);
}

/// The record joins the best of the groups it meets, each taken as it is: there are too many records to weigh all anew.
void LikelyMatcher::join_whole(RecordId record, std::span<RecordId const> gone, Outcome & outcome)
{
    m_parts.clear();
    auto const own = m_parts.add();
    m_parts[own].push_back(record);
    auto best = own;
    Linkage best_linkage;
    for (auto const & candidate : m_candidates) {
        if (m_parts.find(candidate.record)) {
            continue;
        }
        std::vector<RecordId> members;
        m_groups.members(candidate.record, members);
        std::erase(members, record);
        Linkage linkage;
        for (std::size_t i = 0; i < members.size(); ++i) {
            auto const verdict = weigh(record, members[i]);
            if (i < weighed_max) {
                linkage.add(verdict, m_scorer.ignorance(), m_table.rules().link);
            } else {
                linkage.barred = linkage.barred || verdict.barred;
            }
        }
        auto const part = m_parts.add();
        m_parts[part] = std::move(members);
        if (linkage.links(m_rules.match.link)
            && (best == own
                || std::pair(linkage.same, linkage.mean()) > std::pair(best_linkage.same, best_linkage.mean()))) {
            best = part;
            best_linkage = linkage;
        }
    }
    // What is left of the group the record was in, if none of its records was met.
    std::vector<RecordId> rest;
    if (m_groups.golden(record) != 0) {
        m_groups.members(record, rest);
        std::erase(rest, record);
        if (!rest.empty() && !m_parts.find(rest.front())) {
            m_parts[m_parts.add()] = rest;
        }
    }
    if (best != own) {
        m_parts.merge(best, own);
        m_parts.drop_empty();
    }
    m_groups.replace(m_number, m_parts.all(), gone, outcome.groups);
}

/// One doubt for each other group: of the record that says most for.
void LikelyMatcher::tell_doubts(RecordId record, Outcome & outcome) const
{
    std::vector<std::pair<GoldenId, Candidate const *>> nearest;
    for (auto const & candidate : m_candidates) {
        auto const golden = m_groups.golden(candidate.record);
        if (golden == m_groups.golden(record) || m_judgements.of(record, candidate.record) == Judgement::different) {
            continue;
        }
        auto const found
            = std::find_if(nearest.begin(), nearest.end(), [&](auto const & entry) { return entry.first == golden; });
        if (found == nearest.end()) {
            nearest.emplace_back(golden, &candidate);
        } else if (std::pair(candidate.verdict.clashing, candidate.verdict.bits)
            > std::pair(found->second->verdict.clashing, found->second->verdict.bits)) {
            found->second = &candidate;
        }
    }
    for (auto const & [golden, candidate] : nearest) {
        auto const & verdict = candidate->verdict;
        outcome.doubts.push_back(
            { std::min(record, candidate->record), std::max(record, candidate->record), verdict.bits,
                std::string(verdict.clashing ? by_clashing_bsn
                        : verdict.barred     ? by_other_bsn
                                             : by_score) });
    }
}

void LikelyMatcher::load(Told const & told)
{
    read(told);
    enter(told);
    find_blocks(told.record);
    index(told.record);
}

void LikelyMatcher::settle(Told const & told, Outcome & outcome)
{
    read(told);
    m_touched.clear();
    bool const known = m_groups.known(told.record);
    bool const same = known && std::equal(m_read.begin(), m_read.end(), row(told.record));
    if (known) {
        m_groups.members(told.record, m_touched);
    } else {
        m_touched.push_back(told.record);
    }
    if (known && !same) {
        forget(told.record);
    }
    if (!same) {
        enter(told);
    }
    find_blocks(told.record);
    gather(told.record);
    if (!same) {
        index(told.record);
    }
    if (m_touched.size() <= touched_max) {
        regroup({}, outcome);
    } else {
        join_whole(told.record, {}, outcome);
    }
    tell_doubts(told.record, outcome);
}

void LikelyMatcher::withdraw(RecordId record, Outcome & outcome)
{
    m_groups.members(record, m_touched);
    std::erase(m_touched, record);
    forget(record);
    if (m_touched.size() <= touched_max) {
        regroup({ &record, 1 }, outcome);
    } else {
        m_parts.clear();
        m_parts[m_parts.add()] = m_touched;
        m_groups.replace(m_number, m_parts.all(), { &record, 1 }, outcome.groups);
    }
}

void LikelyMatcher::judge(RecordId a, RecordId b, Judgement judgement, Outcome & outcome)
{
    m_judgements.say(a, b, judgement);
    if (!m_groups.known(a) || !m_groups.known(b)) {
        return;
    }
    m_groups.members(a, m_touched);
    if (!std::binary_search(m_touched.begin(), m_touched.end(), b)) {
        std::vector<RecordId> others;
        m_groups.members(b, others);
        m_touched.insert(m_touched.end(), others.begin(), others.end());
        std::sort(m_touched.begin(), m_touched.end());
    }
    regroup({}, outcome);
}

/// All records that are told, at once, with the frequencies of now.
BatchResult LikelyMatcher::decide(std::optional<Model> const & model)
{
    BatchOptions options;
    options.threads = 1;
    options.counted = true;
    for (std::uint32_t local = 0; local < m_record_of.size(); ++local) {
        if (m_record_of[local] != 0) {
            options.records.push_back(local);
        }
    }
    Constraints constraints;
    constraints.sources = m_sources;
    constraints.free_of_duplicates = m_free_of_duplicates;
    for (auto const word : { Judgement::same, Judgement::different }) {
        for (auto const & [a, b] : m_judgements.all(word)) {
            if (m_groups.known(a) && m_groups.known(b)) {
                constraints.judgements.say(m_groups.local(a), m_groups.local(b), word);
            }
        }
    }
    return match(m_table, m_form, constraints, model, options);
}

/// What the records come to by the same model in any order.
void LikelyMatcher::reconcile(Outcome & outcome)
{
    auto const result = decide(m_model);
    std::vector<std::vector<RecordId>> parts(result.clusters);
    for (std::uint32_t local = 0; local < m_record_of.size(); ++local) {
        if (m_record_of[local] != 0) {
            parts[result.cluster[local]].push_back(m_record_of[local]);
        }
    }
    for (auto & part : parts) {
        std::sort(part.begin(), part.end());
    }
    m_groups.replace(m_number, parts, {}, outcome.groups);
}

Result<std::optional<Learned>> LikelyMatcher::learn(std::filesystem::path const & file)
{
    auto const records = m_record_of.size() - m_free.size();
    if (records < records_to_learn_from) {
        return fail(Failure::usage, "there are too few records to learn from");
    }
    auto const result = decide(std::nullopt);
    KETENSYNC_TRY(write_model(file, result.model, m_form));
    auto const & estimates = result.estimates;
    return Learned { records, result.clusters, estimates.matches, estimates.precision, estimates.recall };
}

std::optional<Explanation> LikelyMatcher::explain(RecordId a, RecordId b) const
{
    // A scorer remembers comparisons; this one is for a single question.
    Scorer scorer(m_table, m_form, m_model);
    return reconcile::explain(m_table, m_form, m_recipes, scorer, row(a), row(b), m_judgements.of(a, b));
}

std::size_t LikelyMatcher::bytes() const
{
    return m_table.bytes() + m_blocks.bytes() + m_record_of.capacity() * sizeof(RecordId);
}

} // namespace ketensync::reconcile
