#include "daemon/reconcile/reconciler.hpp"

#include "daemon/reconcile/exact_matcher.hpp"
#include "daemon/reconcile/likely_matcher.hpp"
#include "daemon/reconcile/rules.hpp"

#include <utility>

namespace ketensync::reconcile {

namespace {

/// Every record by itself.
class SingleMatcher final : public Matcher {
public:
    SingleMatcher(KindId number, Groups & groups)
        : m_number(number)
        , m_groups(groups)
    {
    }
    void load(Told const &) override { }
    void settle(Told const & told, Outcome & outcome) override
    {
        if (!m_groups.known(told.record)) {
            m_part = { told.record };
            m_groups.replace(m_number, std::span(&m_part, 1), {}, outcome.groups);
        }
    }
    void withdraw(RecordId record, Outcome & outcome) override
    {
        m_groups.replace(m_number, {}, std::span(&record, 1), outcome.groups);
    }
    std::size_t bytes() const override { return 0; }

private:
    KindId m_number;
    Groups & m_groups;
    std::vector<RecordId> m_part;
};

class Matchers final : public Reconciler {
public:
    Matchers(std::shared_ptr<Rules const> rules, std::shared_ptr<record::Schema const> schema, GoldenId next_golden,
        FreeOfDuplicates free)
        : m_rules(std::move(rules))
        , m_schema(std::move(schema))
        , m_free(std::move(free))
        , m_groups(next_golden)
    {
        m_free.resize(m_schema->kinds.size());
        for (std::size_t i = 0; i < m_schema->kinds.size(); ++i) {
            m_matchers.push_back(make(static_cast<KindId>(i)));
        }
    }

    void load(Told const & told, GoldenId golden) override
    {
        m_groups.load(told.record, told.kind, golden);
        m_matchers[told.kind]->load(told);
    }
    void settle(Told const & told, Outcome & outcome) override
    {
        outcome.clear();
        m_groups.expect(told.record, told.before);
        m_matchers[told.kind]->settle(told, outcome);
        m_groups.expect(0, 0);
    }
    void withdraw(RecordId record, Outcome & outcome) override
    {
        outcome.clear();
        if (m_groups.known(record)) {
            m_matchers[m_groups.kind(record)]->withdraw(record, outcome);
        }
    }
    void judge(RecordId a, RecordId b, Judgement judgement, Outcome & outcome) override
    {
        outcome.clear();
        for (std::size_t kind = 0; kind < m_matchers.size(); ++kind) {
            if ((m_groups.known(a) && m_groups.kind(a) == kind) || !m_groups.known(a)) {
                m_matchers[kind]->judge(a, b, judgement, outcome);
            }
        }
    }
    void reconcile(KindId kind, Outcome & outcome) override
    {
        outcome.clear();
        m_matchers[kind]->reconcile(outcome);
    }
    Result<std::optional<Learned>> learn(KindId kind, std::filesystem::path const & file) override
    {
        return m_matchers[kind]->learn(file);
    }
    std::optional<Explanation> explain(RecordId a, RecordId b) const override
    {
        return m_groups.known(a) && m_groups.known(b) && m_groups.kind(a) == m_groups.kind(b)
            ? m_matchers[m_groups.kind(a)]->explain(a, b)
            : std::nullopt;
    }
    void keep(Snapshot & snapshot) override
    {
        snapshot(m_groups);
        for (auto & matcher : m_matchers) {
            matcher->keep(snapshot);
        }
    }
    GoldenId golden_of(RecordId record) const override { return m_groups.golden(record); }
    void members(GoldenId golden, std::vector<RecordId> & out) const override
    {
        if (auto const first = m_groups.any_of(golden); first != 0) {
            m_groups.members(first, out);
        } else {
            out.clear();
        }
    }
    GoldenId next_golden() const override { return m_groups.next_golden(); }
    bool looks_at(KindId kind, record::FieldId field) const override { return m_rules->kinds[kind].looks_at[field]; }
    std::size_t bytes() const override
    {
        auto bytes = m_groups.bytes();
        for (auto const & matcher : m_matchers) {
            bytes += matcher->bytes();
        }
        return bytes;
    }
    std::uint64_t capped() const override
    {
        std::uint64_t capped = 0;
        for (auto const & matcher : m_matchers) {
            capped += matcher->capped();
        }
        return capped;
    }

private:
    std::unique_ptr<Matcher> make(KindId kind)
    {
        auto const & rules = m_rules->kinds[kind];
        switch (rules.method) {
        case KindRules::Method::exact:
            return std::make_unique<ExactMatcher>(rules.exact, m_rules->names, m_schema->kinds[kind], kind, m_groups);
        case KindRules::Method::likely:
            return std::make_unique<LikelyMatcher>(rules.likely, kind, m_groups, m_free[kind]);
        case KindRules::Method::none:
            break;
        }
        return std::make_unique<SingleMatcher>(kind, m_groups);
    }

    std::shared_ptr<Rules const> m_rules;
    std::shared_ptr<record::Schema const> m_schema;
    FreeOfDuplicates m_free; ///< by kind
    Groups m_groups;
    std::vector<std::unique_ptr<Matcher>> m_matchers;
};

} // namespace

std::unique_ptr<Reconciler> Reconciler::create(
    std::shared_ptr<Rules const> rules, std::shared_ptr<record::Schema const> schema, GoldenId next_golden,
    FreeOfDuplicates free)
{
    return std::make_unique<Matchers>(std::move(rules), std::move(schema), next_golden, std::move(free));
}

} // namespace ketensync::reconcile
