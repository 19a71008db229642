#include "daemon/reconcile/probable_matcher.hpp"

#include "daemon/reconcile/keys.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

/// Larger groups are weighed by their first records; whether two BSNs meet is looked up for all.
constexpr std::size_t weighed_max = 64;
/// What a larger group held together is not judged anew: nobody is told of by so many records.
constexpr std::size_t apart_max = 128;

constexpr std::string_view by_score = "score";
constexpr std::string_view by_other_bsn = "bsn-differs";
constexpr std::string_view by_clashing_bsn = "bsn-same-person-differs";

} // namespace

ProbableMatcher::ProbableMatcher(ProbableRules const & rules, NameRules const & names, KindId number, Groups & groups)
    : m_rules(rules)
    , m_number(number)
    , m_groups(groups)
    , m_names(names)
    , m_judge(rules, m_names)
    , m_ignorance(m_judge.judge({}, {}).bits)
{
}

/// Takes note of a record whose keys are in m_keys.
void ProbableMatcher::enter(RecordId record, Features const & features)
{
    auto const local = m_features.take();
    m_features[local] = features;
    m_groups.set_local(record, local);
    m_names.count(features.surname, Names::Use::surname, true);
    m_names.count(features.given[0], Names::Use::given, true);
    for (auto const key : m_keys) {
        m_blocks.add(key, record);
    }
}

void ProbableMatcher::forget(RecordId record)
{
    auto const & features = this->features(record);
    m_names.count(features.surname, Names::Use::surname, false);
    m_names.count(features.given[0], Names::Use::given, false);
    make_keys(features, m_rules.keys, m_names, m_keys);
    for (auto const key : m_keys) {
        m_blocks.remove(key, record);
    }
    m_features.give_back(m_groups.local(record));
}

/// Judges anew what `record` was together with, as if it had never been there.
void ProbableMatcher::take_apart(RecordId record)
{
    m_groups.members(record, m_rest);
    std::erase(m_rest, record);
    if (m_rest.empty()) {
        return;
    }
    if (m_rest.size() > apart_max) {
        m_parts[m_parts.add()] = m_rest;
        return;
    }
    auto const cluster = agglomerate(
        m_rest.size(),
        [&](std::size_t a, std::size_t b) {
            Linkage linkage;
            linkage.add(m_judge.judge(features(m_rest[a]), features(m_rest[b])), m_ignorance);
            return linkage;
        },
        m_rules.link);
    for (std::size_t first = 0; first < m_rest.size(); ++first) {
        if (cluster[first] != first) {
            continue;
        }
        auto & part = m_parts[m_parts.add()];
        for (std::size_t i = first; i < m_rest.size(); ++i) {
            if (cluster[i] == first) {
                part.push_back(m_rest[i]);
            }
        }
    }
}

/// Who shares one of m_keys, ascending. Under a key with too many, the latest: an old record that many share a dummy
/// with is found under a finer key or not at all.
void ProbableMatcher::find_candidates()
{
    m_candidates.clear();
    for (auto const key : m_keys) {
        m_blocks.prefetch(key);
    }
    for (auto const key : m_keys) {
        m_blocks.prefetch_records(key);
    }
    for (auto const key : m_keys) {
        auto found = m_blocks.find(key);
        if (found.size() > m_rules.block_max) {
            ++m_capped;
            found = found.last(m_rules.block_max);
        }
        m_candidates.insert(m_candidates.end(), found.begin(), found.end());
    }
    for (auto const candidate : m_candidates) {
        m_groups.prefetch(candidate);
    }
    std::sort(m_candidates.begin(), m_candidates.end());
    m_candidates.erase(std::unique(m_candidates.begin(), m_candidates.end()), m_candidates.end());
    for (auto const candidate : m_candidates) {
        __builtin_prefetch(&features(candidate));
    }
}

Linkage ProbableMatcher::between(std::vector<RecordId> const & a, std::vector<RecordId> const & b) const
{
    Linkage linkage;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto const & one = features(a[i]);
            auto const & other = features(b[j]);
            if (i < weighed_max && j < weighed_max) {
                linkage.add(m_judge.judge(one, other), m_ignorance);
            } else if (one.bsn != 0 && other.bsn != 0 && one.bsn != other.bsn) {
                linkage.barred = true;
            }
        }
    }
    return linkage;
}

/// How `record` stands to a part, of which the verdict on one record is known.
ProbableMatcher::Standing ProbableMatcher::stand(
    std::size_t part, RecordId record, RecordId known, Verdict const & of_known) const
{
    Standing standing;
    standing.part = part;
    auto const & own = features(record);
    auto const & records = m_parts[part];
    for (std::size_t i = 0; i < records.size(); ++i) {
        auto const & other = features(records[i]);
        if (i >= weighed_max) {
            standing.linkage.barred
                = standing.linkage.barred || (own.bsn != 0 && other.bsn != 0 && own.bsn != other.bsn);
            continue;
        }
        auto const verdict = records[i] == known ? of_known : m_judge.judge(own, other);
        standing.linkage.add(verdict, m_ignorance);
        if (standing.nearest == 0 || verdict.bits > standing.nearest_bits) {
            standing.nearest = records[i];
            standing.nearest_bits = verdict.bits;
        }
        if (verdict.word == Verdict::Word::clashing_bsn
            && (standing.clashing == 0 || verdict.bits > standing.clashing_bits)) {
            standing.clashing = records[i];
            standing.clashing_bits = verdict.bits;
        }
    }
    return standing;
}

/// The groups worth weighing: those with a record that by itself is at least worth a person's look. Best first.
void ProbableMatcher::weigh_candidates(RecordId record)
{
    m_standings.clear();
    for (auto const candidate : m_candidates) {
        auto const verdict = m_judge.judge(features(record), features(candidate));
        bool const worth = verdict.word == Verdict::Word::same || verdict.word == Verdict::Word::clashing_bsn
            || (verdict.bits >= m_rules.review && verdict.telling);
        if (!worth) {
            continue;
        }
        auto const part = m_parts.of(candidate, m_groups);
        bool const weighed = std::any_of(
            m_standings.begin(), m_standings.end(), [&](Standing const & standing) { return standing.part == part; });
        if (!weighed) {
            m_standings.push_back(stand(part, record, candidate, verdict));
        }
    }
    std::sort(m_standings.begin(), m_standings.end(), [&](Standing const & a, Standing const & b) {
        if (a.linkage.same != b.linkage.same) {
            return a.linkage.same;
        }
        auto const of_a = a.linkage.mean();
        auto const of_b = b.linkage.mean();
        return of_a != of_b ? of_a > of_b : m_parts[a.part].front() < m_parts[b.part].front();
    });
}

/// True when another group is nearly as good as the best and the two are not the same person: two twins and a record
/// with only an initial. Then neither is joined.
bool ProbableMatcher::ambiguous(std::size_t best) const
{
    auto const & first = m_standings[best];
    if (first.linkage.same) {
        return false;
    }
    return std::any_of(
        m_standings.begin() + static_cast<std::ptrdiff_t>(best) + 1, m_standings.end(), [&](Standing const & second) {
            if (!second.linkage.links(m_rules.review)
                || second.linkage.mean() + m_rules.margin <= first.linkage.mean()) {
                return false;
            }
            auto together = between(m_parts[first.part], m_parts[second.part]);
            if (!second.linkage.links(m_rules.link)) {
                return together.barred || (together.count > 0 && !together.links(m_rules.review));
            }
            together.add(second.linkage); // would the two be one with the record between them?
            return !together.links(m_rules.link);
        });
}

/// Puts `record` in the part it belongs to, and joins to it the parts that belong there too; its part.
std::size_t ProbableMatcher::join(RecordId record)
{
    auto const own = m_parts.add();
    m_parts[own].push_back(record);
    for (std::size_t i = 0; i < m_standings.size(); ++i) {
        if (!m_standings[i].linkage.links(m_rules.link)) {
            continue;
        }
        if (m_parts[own].size() == 1) {
            if (ambiguous(i)) {
                break;
            }
            m_parts.merge(own, m_standings[i].part);
        } else if (between(m_parts[own], m_parts[m_standings[i].part]).links(m_rules.link)) {
            m_parts.merge(own, m_standings[i].part);
        }
    }
    return own;
}

/// What a person must look at. Of a group that stayed apart and that what the record joined speaks against, nothing.
void ProbableMatcher::tell_doubts(RecordId record, std::size_t own, Outcome & outcome) const
{
    auto const tell = [&](RecordId other, double bits, std::string_view reason) {
        outcome.doubts.push_back({ record, other, bits, std::string(reason) });
    };
    for (auto const & standing : m_standings) {
        auto const & part = m_parts[standing.part];
        if (part.empty()) { // joined
            continue;
        }
        if (standing.clashing != 0) {
            tell(standing.clashing, standing.clashing_bits, by_clashing_bsn);
            continue;
        }
        if (standing.linkage.barred) {
            if (standing.nearest_bits >= m_rules.link) {
                tell(standing.nearest, standing.nearest_bits, by_other_bsn);
            }
            continue;
        }
        bool const alone = m_parts[own].size() == 1;
        if (standing.linkage.links(m_rules.review) && (alone || between(m_parts[own], part).links(m_rules.review))) {
            tell(standing.nearest, standing.nearest_bits, by_score);
        }
    }
}

void ProbableMatcher::load(Told const & told)
{
    auto const features = read_features(*told.values, m_rules, m_names);
    make_keys(features, m_rules.keys, m_names, m_keys);
    enter(told.record, features);
}

void ProbableMatcher::settle(Told const & told, Outcome & outcome)
{
    auto const features = read_features(*told.values, m_rules, m_names);
    m_parts.clear();
    if (m_groups.known(told.record)) {
        if (features == this->features(told.record)) {
            return;
        }
        take_apart(told.record);
        forget(told.record);
    }
    make_keys(features, m_rules.keys, m_names, m_keys);
    find_candidates();
    enter(told.record, features);
    weigh_candidates(told.record);
    auto const own = join(told.record);
    tell_doubts(told.record, own, outcome);
    m_parts.drop_empty();
    m_groups.replace(m_number, m_parts.all(), {}, outcome.groups);
}

void ProbableMatcher::withdraw(RecordId record, Outcome & outcome)
{
    m_parts.clear();
    take_apart(record);
    forget(record);
    m_parts.drop_empty();
    m_groups.replace(m_number, m_parts.all(), std::span(&record, 1), outcome.groups);
}

std::size_t ProbableMatcher::bytes() const
{
    return m_features.bytes() + m_blocks.bytes() + m_names.bytes();
}

} // namespace ketensync::reconcile
