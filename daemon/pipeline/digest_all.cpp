// The part of Digest that looks at all records at once.

#include "daemon/pipeline/digest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::pipeline {

namespace {

/// So many records may always move when all is decided anew.
constexpr double handful = 10;

}

Result<void> Digest::reconcile(double share_max)
{
    KETENSYNC_TRY(memory());
    auto const decide = [&](Settle & settle) -> Result<void> {
        for (std::size_t kind = 0; kind < m_plan->schema->kinds.size(); ++kind) {
            KETENSYNC_TRY(settle.reconcile(static_cast<record::KindId>(kind)));
        }
        auto const records = static_cast<double>(m_memory->ledger.size());
        if (static_cast<double>(settle.moved()) > std::max(records * share_max, handful)) {
            return fail(Failure::held,
                fmt::format("deciding anew who is the same would move {} of {} records: see what it comes to with --reconcile "
                            "--dry-run, and do it with --reconcile",
                    settle.moved(), m_memory->ledger.size()));
        }
        return m_golden->set_grouped_by(m_rules);
    };
    KETENSYNC_TRY(batch(decide));
    m_unreconciled = false;
    return {};
}

Result<void> Digest::reconcile() { return reconcile(1.0); }

Result<void> Digest::reconcile_at_rest(double share_max)
{
    KETENSYNC_TRY_ASSIGN(auto const grouped_by, m_golden->grouped_by());
    if (grouped_by != m_rules) {
        return fail(Failure::held,
            "the rules or a model in mappings are others than records were grouped by: see what they come to with --reconcile "
            "--dry-run, and take them up with --reconcile");
    }
    return reconcile(share_max);
}

Result<reconcile::Learned> Digest::learn(std::filesystem::path const & file)
{
    KETENSYNC_TRY(memory());
    for (std::size_t kind = 0; kind < m_plan->schema->kinds.size(); ++kind) {
        KETENSYNC_TRY_ASSIGN(auto const learned, m_memory->reconciler->learn(static_cast<record::KindId>(kind), file));
        if (learned) {
            return *learned;
        }
    }
    return fail(Failure::usage, "no kind is compared by likelihood in mappings/reconcile.toml: there is nothing to learn");
}

}
