#pragma once

#include "daemon/base/snapshot.hpp"
#include "daemon/reconcile/groups.hpp"

#include <memory>

namespace ketensync::reconcile {

/// How the records of one kind are put in groups. Owned by the reconciler, on its thread; the groups are the
/// reconciler's and outlive it.
class Matcher {
public:
    virtual ~Matcher() = default;
    /// Takes note of a record that is already in its group.
    virtual void load(Told const & told) = 0;
    /// As Reconciler::settle; adds to the outcome.
    virtual void settle(Told const & told, Outcome & outcome) = 0;
    /// As Reconciler::withdraw, of a record that is in a group.
    virtual void withdraw(RecordId record, Outcome & outcome) = 0;
    /// As Reconciler::judge, Reconciler::reconcile and Reconciler::learn; matchers that do not weigh have nothing to do.
    virtual void judge(RecordId, RecordId, Judgement, Outcome &) { }
    virtual void reconcile(Outcome &) { }
    virtual Result<std::optional<Learned>> learn(std::filesystem::path const &) { return std::nullopt; }
    /// As Reconciler::explain, of two records of its kind that are in groups.
    virtual std::optional<Explanation> explain(RecordId, RecordId) const { return std::nullopt; }
    /// As Reconciler::keep.
    virtual void keep(Snapshot &) { }
    /// Memory it holds, the groups' own not included.
    virtual std::size_t bytes() const = 0;
    /// As Reconciler::capped.
    virtual std::uint64_t capped() const { return 0; }
};

} // namespace ketensync::reconcile
