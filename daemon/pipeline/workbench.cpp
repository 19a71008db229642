#include "daemon/pipeline/workbench.hpp"

namespace ketensync::pipeline {

Result<std::unique_ptr<Workbench>> Workbench::open(std::shared_ptr<Plan const> plan, Clock const & clock, Purpose purpose)
{
    std::unique_ptr<Workbench> bench(new Workbench(std::move(plan)));
    auto const & config = bench->m_plan->config;
    if (!std::filesystem::exists(config.state_folder / "state.sqlite")) {
        return fail(Failure::usage, "there are no records yet: synchronise first");
    }
    KETENSYNC_TRY_ASSIGN(auto lock, store::InstanceLock::take(config.state_folder / "lock"));
    bench->m_lock.emplace(std::move(lock));
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config, config.limits.cache_bytes));
    bench->m_state.emplace(std::move(state));
    if (purpose == Purpose::trial) {
        KETENSYNC_TRY_ASSIGN(auto trial, store::Transaction::begin(*bench->m_state));
        bench->m_trial.emplace(std::move(trial));
    }
    KETENSYNC_TRY(register_schema(*bench->m_state, *bench->m_plan->schema));
    KETENSYNC_TRY_ASSIGN(bench->m_numbers, register_sources(*bench->m_state, *bench->m_plan));
    KETENSYNC_TRY_ASSIGN(bench->m_last_page, landing::Landing::last_page(*bench->m_state));
    KETENSYNC_TRY_ASSIGN(bench->m_digest,
        Digest::open(*bench->m_state, bench->m_plan, bench->m_numbers, clock, bench->m_last_page));
    return bench;
}

std::string Bench::title(record::SourceId number) const
{
    for (auto const & source : plan->config.sources) {
        if (numbers.source(source.name) == number) {
            return source.title;
        }
    }
    return {};
}

}
