#include "daemon/reconcile/cluster.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// Of two larger clusters so many pairs are weighed, spread over both. Whether one is barred is asked of all.
constexpr std::size_t weighed_max = 1024;

/// A record that is, within so many bits, as likely one as the other of two who are barred from each other is torn.
constexpr double torn_bits = 2.0;
/// So is a single record that is as good as tied between two who would not be joined themselves.
constexpr double tied_bits = 0.05;

/// No pair of two clusters' records counts for more or less than this in their mean: fields that go wrong together (a record
/// taken down in haste) say less than the sum of their bits, and one such record is not to keep all others apart.
constexpr double pair_bits_min = -6.0; ///< and so far below the link, if that is below nothing
constexpr double pair_bits_max = 15.0;

struct Proposal {
    bool same = false;
    double mean = 0;
    std::uint32_t a = 0; ///< clusters, the lower first
    std::uint32_t b = 0;
    std::uint32_t version = 0; ///< of both clusters, added

    /// The best on top of a heap.
    friend bool operator<(Proposal const & one, Proposal const & other)
    {
        return std::tuple(one.same, one.mean, other.a, other.b) < std::tuple(other.same, other.mean, one.a, one.b);
    }
};

class Agglomeration {
public:
    Agglomeration(std::size_t count, std::span<Link const> links, Judge const & judge, double ignorance, double bits)
        : m_judge(judge)
        , m_ignorance(ignorance)
        , m_bits(bits)
        , m_members(count)
        , m_linkages(count)
        , m_versions(count)
    {
        for (std::uint32_t record = 0; record < count; ++record) {
            m_members[record] = { record };
        }
        for (auto const & link : links) {
            Linkage linkage;
            linkage.add(link.verdict, ignorance, bits);
            m_linkages[link.a][link.b] = linkage;
            m_linkages[link.b][link.a] = linkage;
        }
        for (std::uint32_t one = 0; one < count; ++one) {
            for (auto const & [other, linkage] : m_linkages[one]) {
                if (one < other) {
                    propose(one, other, linkage);
                }
            }
        }
    }

    /// What people said comes first, whatever speaks against.
    void join_said(std::span<Link const> links)
    {
        std::vector<std::uint32_t> in(m_members.size());
        std::iota(in.begin(), in.end(), 0U);
        for (auto const & link : links) {
            auto const into = std::min(in[link.a], in[link.b]);
            auto const from = std::max(in[link.a], in[link.b]);
            if (link.verdict.said && into != from) {
                merge(into, from);
                std::replace(in.begin(), in.end(), from, into);
            }
        }
    }

    std::vector<std::uint32_t> run()
    {
        while (!m_proposals.empty()) {
            auto const best = m_proposals.top();
            m_proposals.pop();
            if (best.version == m_versions[best.a] + m_versions[best.b] && !m_members[best.a].empty()
                && !m_members[best.b].empty() && !torn(best.a, best.b) && !torn(best.b, best.a)) {
                merge(best.a, best.b);
            }
        }
        std::vector<std::uint32_t> cluster(m_members.size());
        for (auto const & members : m_members) {
            for (auto const record : members) {
                cluster[record] = *std::min_element(members.begin(), members.end());
            }
        }
        return cluster;
    }

private:
    void propose(std::uint32_t a, std::uint32_t b, Linkage const & linkage)
    {
        if (linkage.links(m_bits)) {
            m_proposals.push(
                { linkage.same, linkage.mean(), std::min(a, b), std::max(a, b), m_versions[a] + m_versions[b] });
        }
    }

    Linkage between(std::vector<std::uint32_t> const & a, std::vector<std::uint32_t> const & b) const
    {
        Linkage linkage;
        auto const pairs = a.size() * b.size();
        auto const step = (pairs + weighed_max - 1) / weighed_max;
        for (std::size_t at = 0; at < pairs; at += step) {
            linkage.add(m_judge(a[at / b.size()], b[at % b.size()]), m_ignorance, m_bits);
        }
        if (step > 1) {
            for (std::size_t at = 0; at < pairs && !linkage.barred && pairs <= weighed_max * weighed_max; ++at) {
                linkage.barred = at % step != 0 && m_judge(a[at / b.size()], b[at % b.size()]).barred;
            }
        }
        return linkage;
    }

    /// Whether `a` may as well go to a third, who is somebody else than `b`: then it goes to neither.
    bool torn(std::uint32_t a, std::uint32_t b) const
    {
        auto const & chosen = m_linkages[a].at(b);
        bool const single = m_members[a].size() == 1;
        return !chosen.same && std::any_of(m_linkages[a].begin(), m_linkages[a].end(), [&](auto const & entry) {
            auto const & [third, linkage] = entry;
            auto const behind = chosen.mean() - linkage.mean();
            if (third == b || !linkage.links(m_bits) || behind > torn_bits) {
                return false;
            }
            auto const known = m_linkages[b].find(third);
            auto const apart = known != m_linkages[b].end() ? known->second : between(m_members[b], m_members[third]);
            return apart.barred || (behind < tied_bits && single && !apart.links(m_bits));
        });
    }

    void merge(std::uint32_t into, std::uint32_t from)
    {
        auto old = std::exchange(m_linkages[from], {});
        m_linkages[into].erase(from);
        old.erase(into);
        for (auto & [other, linkage] : m_linkages[into]) {
            if (auto const found = old.find(other); found != old.end()) {
                linkage.add(found->second);
                old.erase(found);
            } else {
                linkage.add(between(m_members[from], m_members[other]));
            }
        }
        for (auto & [other, linkage] : old) {
            linkage.add(between(m_members[into], m_members[other]));
            m_linkages[into][other] = linkage;
        }
        m_members[into].insert(m_members[into].end(), m_members[from].begin(), m_members[from].end());
        m_members[from] = {};
        // Counted so that no sum of two clusters' versions ever comes back.
        m_versions[into] += m_versions[from] + 1;
        for (auto & [other, linkage] : m_linkages[into]) {
            m_linkages[other].erase(from);
            m_linkages[other][into] = linkage;
            propose(into, other, linkage);
        }
    }

    Judge const & m_judge;
    double m_ignorance;
    double m_bits;
    std::vector<std::vector<std::uint32_t>> m_members;
    std::vector<std::unordered_map<std::uint32_t, Linkage>> m_linkages; ///< by cluster: to which others, and how
    std::vector<std::uint32_t> m_versions;
    std::priority_queue<Proposal> m_proposals;
};

} // namespace

void Linkage::add(Verdict const & verdict, double ignorance, double link)
{
    same = same || verdict.same;
    barred = barred || verdict.barred;
    if (verdict.telling || verdict.bits > 0) {
        sum += std::clamp(verdict.bits, pair_bits_min + std::min(link, 0.0), pair_bits_max);
        ++count;
    } else {
        sum += std::min(0.0, verdict.bits - ignorance);
    }
}

void Linkage::add(Linkage const & other)
{
    sum += other.sum;
    count += other.count;
    same = same || other.same;
    barred = barred || other.barred;
}

double Linkage::mean() const
{
    return sum / static_cast<double>(std::max<std::size_t>(count, 1));
}

std::pair<std::uint32_t, std::uint32_t> Judgements::key(std::uint32_t a, std::uint32_t b)
{
    return std::minmax(a, b);
}

void Judgements::say(std::uint32_t a, std::uint32_t b, Judgement word)
{
    if (word == Judgement::none) {
        m_words.erase(key(a, b));
    } else {
        m_words.insert_or_assign(key(a, b), word);
    }
}

Judgement Judgements::of(std::uint32_t a, std::uint32_t b) const
{
    auto const found = m_words.find(key(a, b));
    return found == m_words.end() ? Judgement::none : found->second;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> Judgements::all(Judgement word) const
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (auto const & [pair, said] : m_words) {
        if (said == word) {
            pairs.push_back(pair);
        }
    }
    return pairs;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> Judgements::same_as(std::uint32_t record) const
{
    auto pairs = all(Judgement::same);
    std::erase_if(pairs, [&](auto const & pair) { return pair.first != record && pair.second != record; });
    return pairs;
}

bool Constraints::barred(std::uint32_t a, std::uint32_t b) const
{
    return !sources.empty() && sources[a] == sources[b] && sources[a] < free_of_duplicates.size()
        && free_of_duplicates[sources[a]];
}

void Constraints::apply(Judgement word, Verdict & verdict)
{
    if (word == Judgement::same) {
        verdict.same = verdict.said = true;
        verdict.barred = verdict.clashing = false;
    } else if (word == Judgement::different) {
        verdict.same = false;
        verdict.barred = true;
    }
}

Verdict Constraints::constrain(Verdict verdict, std::uint32_t a, std::uint32_t b) const
{
    if (barred(a, b)) {
        apply(Judgement::different, verdict);
    }
    if (!judgements.empty()) {
        apply(judgements.of(a, b), verdict);
    }
    return verdict;
}

std::vector<std::uint32_t> agglomerate(
    std::size_t count, std::span<Link const> links, Judge const & judge, double ignorance, double bits)
{
    Agglomeration agglomeration(count, links, judge, ignorance, bits);
    agglomeration.join_said(links);
    return agglomeration.run();
}

} // namespace ketensync::reconcile
