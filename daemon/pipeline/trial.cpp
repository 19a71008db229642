#include "daemon/pipeline/trial.hpp"

#include "daemon/pipeline/digest.hpp"

namespace ketensync::pipeline {

namespace {

constexpr std::size_t samples_max = 5;

std::string shown(record::Field const & field, std::string_view value)
{
    return field.personal == record::Personal::none || value.empty() ? std::string(value) : "***";
}

void count(TrialKind & counted, record::Kind const & kind, record::Change const & change, record::Values const & was)
{
    using What = record::Change::What;
    switch (change.what) {
    case What::added: ++counted.added; return;
    case What::regrouped: ++counted.regrouped; return;
    case What::ended: ++counted.ended; return;
    case What::changed: ++counted.changed; break;
    }
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        if (was[field] == change.values[field]) {
            continue;
        }
        ++counted.fields[kind.fields[i].name];
        if (counted.samples.size() < samples_max) {
            counted.samples.push_back({ change.golden, kind.fields[i].name, shown(kind.fields[i], was[field]),
                shown(kind.fields[i], change.values[field]) });
        }
    }
}

}

Result<Trial> try_out(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::stop_token stop)
{
    auto const & config = plan->config;
    bool const exists = std::filesystem::exists(config.state_folder / "state.sqlite");
    std::optional<store::InstanceLock> lock;
    if (exists) {
        KETENSYNC_TRY_ASSIGN(lock, store::InstanceLock::take(config.state_folder / "lock"));
    }
    // A state that does not exist yet is tried in memory: the trial must not make it.
    KETENSYNC_TRY_ASSIGN(auto state,
        exists ? open_state(config.state_folder, config.limits.cache_bytes) : open_state({}, config.limits.cache_bytes));
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(register_schema(state, *plan->schema));
    KETENSYNC_TRY_ASSIGN(auto const numbers, register_sources(state, *plan));
    std::atomic<std::int64_t> last_page = 0;
    KETENSYNC_TRY_ASSIGN(last_page, landing::Landing::last_page(state));
    KETENSYNC_TRY_ASSIGN(auto digest, Digest::open(state, plan, numbers, surroundings.clock, last_page));
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(state, last_page));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    settings::Secrets const secrets(config.secrets_folder);

    Trial trial;
    std::vector<TrialKind> kinds(plan->schema->kinds.size());
    digest->on_change = [&kinds, &plan](record::Change const & change, record::Values const & was) {
        count(kinds[change.kind], plan->schema->kinds[change.kind], change, was);
    };
    for (auto const index : feeds) {
        auto const & feed = plan->feeds[index];
        connectors::Surroundings const around { surroundings.clock, surroundings.log, secrets, config.limits };
        auto connector = connectors::open(*feed.source, *feed.feed, around);
        if (!connector) {
            return fail(std::move(connector).error());
        }
        Pull pull(state, landing, runs, feed, numbers.feeds.at(feed.name), config.limits, surroundings.clock);
        KETENSYNC_TRY_ASSIGN(auto const pulled, pull.run(**connector, options, stop, [] {}));
        KETENSYNC_TRY(digest->run(pulled.run, true, stop, [] {}));
        KETENSYNC_TRY_ASSIGN(auto run, runs.run(pulled.run));
        run.state = run.rejected > 0 ? health::RunState::rejects : health::RunState::succeeded;
        if (pulled.failure) {
            run.state = pulled.failure->failure == Failure::held ? health::RunState::held : health::RunState::failed;
            run.reason = health::reason_code(pulled.failure->failure);
            run.message = pulled.failure->what;
        }
        trial.runs.push_back(std::move(run));
    }
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        auto & counted = kinds[kind];
        counted.name = plan->schema->kinds[kind].name;
        if (counted.added + counted.changed + counted.regrouped + counted.ended > 0) {
            trial.kinds.push_back(std::move(counted));
        }
    }
    return trial;
}

}
