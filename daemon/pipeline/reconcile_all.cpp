#include "daemon/pipeline/reconcile_all.hpp"

#include "daemon/pipeline/digest.hpp"
#include "daemon/store/instance_lock.hpp"

namespace ketensync::pipeline {

Result<std::vector<Difference>> reconcile_all(std::shared_ptr<Plan const> plan, Clock const & clock, bool dry_run)
{
    auto const & config = plan->config;
    if (!std::filesystem::exists(config.state_folder / "state.sqlite")) {
        return std::vector<Difference>();
    }
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(config.state_folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config.state_folder, config.limits.cache_bytes));
    std::optional<store::Transaction> trial;
    if (dry_run) {
        KETENSYNC_TRY_ASSIGN(auto begun, store::Transaction::begin(state));
        trial.emplace(std::move(begun));
    }
    KETENSYNC_TRY(register_schema(state, *plan->schema));
    KETENSYNC_TRY_ASSIGN(auto const numbers, register_sources(state, *plan));
    std::atomic<std::int64_t> last_page = 0;
    KETENSYNC_TRY_ASSIGN(last_page, landing::Landing::last_page(state));
    KETENSYNC_TRY_ASSIGN(auto digest, Digest::open(state, plan, numbers, clock, last_page));
    Differences differences(plan->schema);
    digest->on_change = [&differences](record::Change const & change, record::Values const & was) { differences.add(change, was); };
    KETENSYNC_TRY(digest->reconcile(1.0));
    if (!dry_run) {
        KETENSYNC_TRY(digest->put_away());
    }
    return differences.all();
}

}
