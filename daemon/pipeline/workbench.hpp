#pragma once

#include "daemon/pipeline/digest.hpp"
#include "daemon/store/instance_lock.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace ketensync::pipeline {

/// The state, open to the one who may write it, with what is known of all records: of a process that has the lock on the
/// state folder, or of the service between two batches. Of the thread that it is given to, as long as the call takes.
struct Bench {
    std::shared_ptr<Plan const> plan;
    store::Database & state;
    Numbers const & numbers;
    Digest & digest;
    /// What was done will be taken back: what memory holds of all records is let go of with it.
    bool spoiled = false;

    /// The title of the source with that number.
    std::string title(record::SourceId source) const;
};

/// The state opened to work on it by hand: not beside a running service, whose lock on the state folder this takes. One
/// thread.
class Workbench {
public:
    /// Whether what is done stays, or is taken back at the end.
    enum class Purpose { work, trial };
    /// Failure::usage when there is no state yet: looking must not make one.
    static Result<std::unique_ptr<Workbench>> open(std::shared_ptr<Plan const> plan, Clock const & clock, Purpose purpose);

    Plan const & plan() const { return *m_plan; }
    store::Database & state() { return *m_state; }
    Digest & digest() { return *m_digest; }
    Bench bench() { return { m_plan, *m_state, m_numbers, *m_digest }; }

private:
    explicit Workbench(std::shared_ptr<Plan const> plan) : m_plan(std::move(plan)) { }

    std::shared_ptr<Plan const> m_plan;
    std::optional<store::InstanceLock> m_lock;
    std::optional<store::Database> m_state;
    std::optional<store::Transaction> m_trial;
    Numbers m_numbers;
    std::atomic<std::int64_t> m_last_page = 0;
    std::unique_ptr<Digest> m_digest;
};

}
