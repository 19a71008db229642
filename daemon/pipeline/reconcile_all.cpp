#include "daemon/pipeline/reconcile_all.hpp"

#include "daemon/pipeline/digest.hpp"
#include "daemon/store/instance_lock.hpp"

#include <optional>

namespace ketensync::pipeline {

namespace {

/// The state opened for work by hand; nothing stays of a trial.
struct Bench {
    std::shared_ptr<Plan const> plan;
    std::optional<store::InstanceLock> lock;
    std::optional<store::Database> state;
    std::optional<store::Transaction> trial;
    Numbers numbers;
    std::atomic<std::int64_t> last_page = 0;
    std::unique_ptr<Digest> digest;
};

Result<std::unique_ptr<Bench>> open(std::shared_ptr<Plan const> plan, Clock const & clock, bool trial)
{
    auto bench = std::make_unique<Bench>();
    bench->plan = std::move(plan);
    auto const & config = bench->plan->config;
    if (!std::filesystem::exists(config.state_folder / "state.sqlite")) {
        return fail(Failure::usage, "there are no records yet: synchronise first");
    }
    KETENSYNC_TRY_ASSIGN(auto lock, store::InstanceLock::take(config.state_folder / "lock"));
    bench->lock.emplace(std::move(lock));
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config.state_folder, config.limits.cache_bytes));
    bench->state.emplace(std::move(state));
    if (trial) {
        KETENSYNC_TRY_ASSIGN(auto begun, store::Transaction::begin(*bench->state));
        bench->trial.emplace(std::move(begun));
    }
    KETENSYNC_TRY(register_schema(*bench->state, *bench->plan->schema));
    KETENSYNC_TRY_ASSIGN(bench->numbers, register_sources(*bench->state, *bench->plan));
    KETENSYNC_TRY_ASSIGN(bench->last_page, landing::Landing::last_page(*bench->state));
    KETENSYNC_TRY_ASSIGN(
        bench->digest, Digest::open(*bench->state, bench->plan, bench->numbers, clock, bench->last_page));
    return bench;
}

}

Result<std::vector<Difference>> reconcile_all(std::shared_ptr<Plan const> plan, Clock const & clock, bool dry_run)
{
    Differences differences(plan->schema);
    KETENSYNC_TRY_ASSIGN(auto const bench, open(std::move(plan), clock, dry_run));
    bench->digest->on_change
        = [&differences](record::Change const & change, record::Values const & was) { differences.add(change, was); };
    KETENSYNC_TRY(bench->digest->reconcile());
    if (!dry_run) {
        KETENSYNC_TRY(bench->digest->put_away());
    }
    return differences.all();
}

Result<reconcile::Learned> learn(
    std::shared_ptr<Plan const> plan, Clock const & clock, std::filesystem::path const & file)
{
    KETENSYNC_TRY_ASSIGN(auto const bench, open(std::move(plan), clock, true));
    return bench->digest->learn(file);
}

}
