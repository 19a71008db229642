#pragma once

#include "daemon/pipeline/digest.hpp"
#include "daemon/store/instance_lock.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace ketensync::pipeline {

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
    /// The title of the source with that number.
    std::string title(record::SourceId source) const;

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
