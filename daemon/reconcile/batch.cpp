#include "daemon/reconcile/batch.hpp"

#include "daemon/reconcile/conveyor.hpp"
#include "daemon/reconcile/ordering.hpp"
#include "daemon/reconcile/parallel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include <fmt/format.h>

namespace ketensync::reconcile {

namespace {

/// Pairs whose pattern alone is worth less are not weighed: no name is so rare.
constexpr double hopeless_bits = -14.0;
/// More records than this that say exactly the same are no human being: a template, or an export that went wrong.
constexpr std::size_t incredible_doubles = 1'000;

class Batch {
public:
    Batch(RecordTable & table, Form const & form, Constraints const & constraints, BatchOptions const & options)
        : m_table(table)
        , m_form(form)
        , m_constraints(constraints)
        , m_options(options)
        , m_recipes(table)
        , m_threads(std::max<std::size_t>(options.threads, 1))
    {
    }

    BatchResult run(std::optional<Model> const & given)
    {
        phase("order");
        auto records = m_options.records;
        if (records.empty()) {
            records.resize(m_table.size());
            std::iota(records.begin(), records.end(), 0U);
        }
        m_ordered = order_by_content(m_table, std::move(records), m_constraints, m_threads);
        warn_of_doubles();
        if (!m_options.counted) {
            for (auto & warning : m_table.settle(m_ordered.records, m_threads)) {
                m_result.warnings.push_back(std::move(warning));
            }
            m_table.freeze();
        }
        phase("pairs");
        m_rows.emplace(m_table, m_ordered.records, m_threads);
        Candidates candidates(m_table, *m_rows, m_form, m_recipes, { m_threads, 0 });
        MayMeet may_meet;
        if (!m_constraints.sources.empty()) {
            may_meet = [&](std::uint32_t a, std::uint32_t b) {
                return !m_constraints.barred(m_ordered.records[a], m_ordered.records[b]);
            };
        }
        m_pairs = candidates.find(may_meet);
        m_patterns = candidates.patterns();
        m_result.patterns = m_patterns.patterns.size();
        m_result.split_blocks = candidates.split_blocks();
        for (auto const & chunk : m_pairs) {
            m_result.pairs += chunk.size();
            for (std::size_t i = 0; m_options.met && i < chunk.size(); ++i) {
                m_options.met(m_ordered.records[chunk[i].a], m_ordered.records[chunk[i].b]);
            }
        }
        phase("learn");
        if (given) {
            m_result.model = *given;
        } else {
            auto const arbitrary = candidates.arbitrary(arbitrary_pairs(), may_meet);
            m_result.model = train(m_table, m_form,
                { m_patterns, arbitrary, possible_pairs(), static_cast<double>(m_ordered.records.size()) },
                m_options.households);
        }
        phase("score");
        score();
        phase("cluster");
        cluster();
        estimate();
        number_clusters();
        for (auto * const links : { &m_result.links, &m_result.doubts }) {
            for (auto & link : *links) {
                link.a = m_ordered.records[link.a];
                link.b = m_ordered.records[link.b];
            }
        }
        return std::move(m_result);
    }

private:
    void phase(std::string_view name) const
    {
        if (m_options.phase) {
            m_options.phase(name);
        }
    }

    void warn_of_doubles()
    {
        if (!m_ordered.doubles.empty()) {
            m_result.warnings.push_back(
                fmt::format("{} records say exactly what another says; each set of them is weighed as one record",
                    m_ordered.doubles.size()));
        }
        for (std::size_t from = 0, to = 0; from < m_ordered.doubles.size(); from = to) { // sets lie together
            auto const stands_for = m_ordered.doubles[from].second;
            while (to < m_ordered.doubles.size() && m_ordered.doubles[to].second == stands_for) {
                ++to;
            }
            if (to - from >= incredible_doubles) {
                m_incredible.insert(stands_for);
                m_result.warnings.push_back(
                    fmt::format("{} records say exactly the same, which no human being has: each is left by itself; look "
                                "whether the file was made rightly",
                        to - from + 1));
            }
        }
    }

    /// Of few records what is rare is seen too seldom to be told from what is not, so more pairs are looked at.
    std::size_t arbitrary_pairs() const
    {
        constexpr std::size_t few = 50'000;
        return m_options.arbitrary_pairs != 0 ? m_options.arbitrary_pairs
            : m_ordered.records.size() <= few  ? 400'000
                                               : 200'000;
    }

    double possible_pairs() const
    {
        auto const pairs_of = [](double n) { return n * (n - 1.0) / 2.0; };
        auto pairs = pairs_of(static_cast<double>(m_ordered.records.size()));
        std::vector<double> counts(m_constraints.free_of_duplicates.size());
        for (auto const record : m_ordered.records) {
            if (!m_constraints.sources.empty() && m_constraints.sources[record] < counts.size()) {
                counts[m_constraints.sources[record]] += 1;
            }
        }
        for (std::size_t source = 0; source < counts.size(); ++source) {
            pairs -= m_constraints.free_of_duplicates[source] ? pairs_of(counts[source]) : 0.0;
        }
        return std::max(pairs, 1.0);
    }

    /// Weighs the pairs whose pattern gives hope, and keeps those worth a link or a person's look.
    void score()
    {
        for (std::size_t thread = 0; thread < m_threads; ++thread) {
            m_scorers.emplace_back(m_table, m_form, m_result.model);
        }
        std::vector<Form::Levels> levels;
        std::vector<bool> hopeful;
        for (auto const pattern : m_patterns.patterns) {
            levels.push_back(m_form.levels(pattern));
            hopeful.push_back(m_scorers[0].weigh(levels.back()).bits() >= hopeless_bits);
        }
        std::vector<std::vector<Link>> kept(m_pairs.size());
        std::vector<double> possible(m_pairs.size());
        auto const & rules = m_table.rules();
        parallel(m_threads, m_pairs.size(), [&](std::size_t chunk, std::size_t thread) {
            for (auto const & pair : m_pairs[chunk]) {
                if (!hopeful[pair.pattern]) {
                    continue;
                }
                auto const verdict = constrain(
                    m_scorers[thread].judge(levels[pair.pattern], m_rows->row(pair.a), m_rows->row(pair.b)), pair.a,
                    pair.b);
                if (verdict.bits >= rules.review || verdict.same || verdict.clashing) {
                    kept[chunk].push_back({ pair.a, pair.b, verdict });
                } else {
                    possible[chunk] += 1.0 / (1.0 + std::exp2(-verdict.bits));
                }
            }
            m_pairs[chunk] = {};
        });
        m_below = std::accumulate(possible.begin(), possible.end(), 0.0);
        for (auto & own : kept) {
            for (auto & link : own) {
                bool const enough = !link.verdict.barred && (link.verdict.same || link.verdict.bits >= rules.link);
                (enough ? m_result.links : m_result.doubts).push_back(link);
            }
            own = {};
        }
        add_said();
    }

    /// What people said are one, whether it met or not.
    void add_said()
    {
        auto const said = m_constraints.judgements.all(Judgement::same);
        if (said.empty()) {
            return;
        }
        std::vector<std::uint32_t> place(m_table.size(), ~0U);
        for (std::uint32_t i = 0; i < m_ordered.records.size(); ++i) {
            place[m_ordered.records[i]] = i;
        }
        auto & links = m_result.links;
        for (auto const & [a, b] : said) {
            if (a < place.size() && b < place.size() && place[a] != ~0U && place[b] != ~0U) {
                auto const low = std::min(place[a], place[b]);
                auto const high = std::max(place[a], place[b]);
                links.push_back({ low, high, judge(low, high, 0) });
            }
        }
        std::sort(links.begin(), links.end(),
            [](Link const & one, Link const & other) { return std::pair(one.a, one.b) < std::pair(other.a, other.b); });
        links.erase(std::unique(links.begin(), links.end(),
                        [](Link const & one, Link const & other) { return one.a == other.a && one.b == other.b; }),
            links.end());
    }

    Verdict constrain(Verdict const & verdict, std::uint32_t a, std::uint32_t b) const
    {
        return m_constraints.constrain(verdict, m_ordered.records[a], m_ordered.records[b]);
    }
    Verdict judge(std::uint32_t a, std::uint32_t b, std::size_t thread)
    {
        return constrain(m_scorers[thread].judge(m_rows->row(a), m_rows->row(b)), a, b);
    }

    /// Records that any chain of links connects are agglomerated together; no others can come in one cluster.
    void cluster()
    {
        std::vector<std::uint32_t> root(m_rows->size());
        std::iota(root.begin(), root.end(), 0U);
        auto const find = [&](std::uint32_t at) {
            while (root[at] != at) {
                at = root[at] = root[root[at]];
            }
            return at;
        };
        for (auto const & link : m_result.links) {
            auto const one = find(link.a);
            auto const other = find(link.b);
            root[std::max(one, other)] = std::min(one, other);
        }
        // The links of a root together, in their order.
        std::vector<std::uint32_t> ends(root.size() + 1);
        for (auto const & link : m_result.links) {
            ++ends[root[link.a] = find(link.a)];
        }
        std::uint32_t sum = 0;
        std::vector<std::uint32_t> components;
        for (std::uint32_t at = 0; at < root.size(); ++at) {
            if (ends[at] != 0) {
                components.push_back(at);
            }
            sum += std::exchange(ends[at], sum);
        }
        std::vector<Link> links(m_result.links.size());
        for (auto const & link : m_result.links) {
            links[ends[root[link.a]]++] = link;
        }
        m_cluster.resize(root.size());
        std::iota(m_cluster.begin(), m_cluster.end(), 0U);
        constexpr std::size_t in_task = 256;
        parallel(m_threads, (components.size() + in_task - 1) / in_task, [&](std::size_t task, std::size_t thread) {
            for (auto at = task * in_task; at < std::min(components.size(), (task + 1) * in_task); ++at) {
                std::size_t const from = at == 0 ? 0 : ends[components[at - 1]];
                agglomerate_component(std::span(links).subspan(from, ends[components[at]] - from), thread);
            }
        });
    }

    void agglomerate_component(std::span<Link> links, std::size_t thread)
    {
        if (links.size() == 1) {
            m_cluster[links[0].b] = links[0].a;
            return;
        }
        std::vector<std::uint32_t> members;
        for (auto const & link : links) {
            members.push_back(link.a);
            members.push_back(link.b);
        }
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
        auto const local = [&](std::uint32_t record) {
            return static_cast<std::uint32_t>(
                std::lower_bound(members.begin(), members.end(), record) - members.begin());
        };
        for (auto & link : links) {
            link.a = local(link.a);
            link.b = local(link.b);
        }
        auto const found = agglomerate(
            members.size(), links,
            [&](std::uint32_t a, std::uint32_t b) {
                return judge(members[a], members[b], thread);
            },
            m_scorers[thread].ignorance(), m_table.rules().link);
        for (std::uint32_t i = 0; i < members.size(); ++i) {
            m_cluster[members[i]] = members[found[i]];
        }
    }

    void number_clusters()
    {
        auto constexpr none = ~0U;
        std::vector<std::uint32_t> numbers(m_cluster.size(), none);
        m_result.cluster.assign(m_table.size(), none);
        std::uint32_t next = 0;
        for (std::uint32_t i = 0; i < m_cluster.size(); ++i) {
            auto & number = numbers[m_cluster[i]];
            number = number == none ? next++ : number;
            m_result.cluster[m_ordered.records[i]] = number;
        }
        for (auto const & [record, stands_for] : m_ordered.doubles) {
            if (m_incredible.contains(stands_for)) {
                m_result.cluster[record] = next++;
                continue;
            }
            auto const verdict = m_constraints.constrain(
                m_scorers[0].judge(m_table.row(record), m_table.row(stands_for)), record, stands_for);
            bool const one = !verdict.barred && (verdict.same || verdict.bits >= m_table.rules().link);
            m_result.cluster[record] = one ? m_result.cluster[stands_for] : next++;
        }
        m_result.clusters = next;
    }

    void estimate()
    {
        double right = 0;
        double linked = 0;
        double rest = m_below;
        double once = 0;
        double twice = 0;
        std::size_t looked = 0;
        auto const take = [&](Link const & link) {
            auto const chance = link.verdict.same ? 1.0
                : link.verdict.barred             ? 0.0
                                                  : 1.0 / (1.0 + std::exp2(-link.verdict.bits));
            if (m_cluster[link.a] != m_cluster[link.b]) {
                rest += chance;
                return;
            }
            right += chance;
            linked += 1;
            if (looked++ < 50'000) {
                auto const met = times_met(link.a, link.b);
                once += met == 1 ? chance : 0.0;
                twice += met == 2 ? chance : 0.0;
            }
        };
        for (auto const & link : m_result.links) {
            take(link);
        }
        for (auto const & link : m_result.doubts) {
            take(link);
        }
        auto const part = looked == 0 ? 0.0 : linked / static_cast<double>(std::min<std::size_t>(looked, 50'000));
        auto & told = m_result.estimates;
        told.unmet = twice > 0 ? once * once / (2.0 * twice) * part : 0.0;
        told.matches = right + rest + told.unmet;
        told.precision = linked == 0 ? 1.0 : right / linked;
        told.recall = told.matches == 0 ? 1.0 : right / told.matches;
    }

    std::size_t times_met(std::uint32_t a, std::uint32_t b) const
    {
        std::size_t times = 0;
        for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
            times += m_recipes.meet(recipe, m_rows->row(a), m_rows->row(b)) ? 1U : 0U;
        }
        return times;
    }

    RecordTable & m_table;
    Form const & m_form;
    Constraints const & m_constraints;
    BatchOptions const & m_options;
    Recipes m_recipes;
    std::size_t m_threads;
    Ordered m_ordered;
    std::optional<OrderedRows> m_rows; ///< in that order; pairs and links are of its places until all is done
    std::unordered_set<std::uint32_t> m_incredible; ///< records that stand for too many
    std::vector<std::vector<Pair>> m_pairs;
    Patterns m_patterns;
    std::vector<Scorer> m_scorers;
    std::vector<std::uint32_t> m_cluster; ///< by place in the order of content
    double m_below = 0; ///< matches expected among the pairs that are not kept
    BatchResult m_result;
};

} // namespace

BatchResult match(RecordTable & table, Form const & form, Constraints const & constraints,
    std::optional<Model> const & model, BatchOptions const & options)
{
    return Batch(table, form, constraints, options).run(model);
}

} // namespace ketensync::reconcile
