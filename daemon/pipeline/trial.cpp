#include "daemon/pipeline/trial.hpp"

#include "daemon/pipeline/digest.hpp"
#include "daemon/pipeline/provenance.hpp"
#include "daemon/pipeline/questions.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::pipeline {

namespace {

/// Who tells what the samples become.
Result<void> tell_sources(Plan const & plan, store::Database & state, Difference & difference)
{
    for (auto & sample : difference.samples) {
        if (sample.field.empty()) {
            continue;
        }
        KETENSYNC_TRY_ASSIGN(auto const told, provenance(plan, state, sample.golden, false));
        auto const value = std::ranges::find(told.values, sample.field, &Provenance::Value::field);
        if (value != told.values.end()) {
            auto const & record = told.records[value->from];
            sample.from = record.source + '/' + record.feed;
        }
    }
    return {};
}

}

Result<Trial> try_out(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::optional<std::int64_t> accept_run, std::stop_token stop)
{
    auto const & config = plan->config;
    bool const exists = std::filesystem::exists(config.state_folder / "state.sqlite");
    std::optional<store::InstanceLock> lock;
    if (exists) {
        KETENSYNC_TRY_ASSIGN(lock, store::InstanceLock::take(config.state_folder / "lock"));
    }
    // A state that does not exist yet is tried in memory: the trial must not make it.
    KETENSYNC_TRY_ASSIGN(auto state,
        exists ? open_state(config, config.limits.cache_bytes) : open_state_in_memory(config.limits.cache_bytes));
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(register_schema(state, *plan->schema));
    KETENSYNC_TRY_ASSIGN(auto const numbers, register_sources(state, *plan));
    std::atomic<std::int64_t> last_page = 0;
    KETENSYNC_TRY_ASSIGN(last_page, landing::Landing::last_page(state));
    KETENSYNC_TRY_ASSIGN(auto digest, Digest::open(state, plan, numbers, surroundings.clock, last_page));
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(state, last_page));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    settings::Secrets const secrets(config.secrets_folder);

    auto trying = options;
    trying.concludes = false;
    Trial trial;
    KETENSYNC_TRY_ASSIGN(auto golden, golden::Golden::open(state));
    KETENSYNC_TRY_ASSIGN(auto differences, Differences::begin(plan->schema, golden));
    digest->on_change = [&differences](record::Change const & change) { differences.add(change); };
    std::optional<std::size_t> accepted;
    if (accept_run) {
        KETENSYNC_TRY_ASSIGN(accepted, held_feed(*plan, state, *accept_run));
    }
    for (auto const index : feeds) {
        auto const & feed = plan->feeds[index];
        auto const number = numbers.feeds.at(feed.name);
        std::unique_ptr<GoldenQuestions> questions;
        if (feed.feed->ask) {
            KETENSYNC_TRY_ASSIGN(
                questions, GoldenQuestions::open(state, *plan->schema, *feed.feed, number, surroundings.clock));
        }
        trying.accept_mass_change = accepted == index;
        Pull pull(state, landing, runs, feed, number, config.limits, surroundings.clock, swept_by(feed, numbers));
        KETENSYNC_TRY_ASSIGN(auto const trace, pull.begin(trying));
        auto const log = surroundings.log.of(trace);
        connectors::Surroundings const around { surroundings.clock, log, secrets, config.limits, nullptr, questions.get(),
            config.state_folder, trace };
        auto connector = connectors::open(*feed.source, *feed.feed, around);
        if (!connector) {
            return fail(std::move(connector).error());
        }
        KETENSYNC_TRY_ASSIGN(auto const pulled, pull.run(**connector, stop, [] {}));
        KETENSYNC_TRY(digest->run(pulled.run, true, stop, [] {}));
        KETENSYNC_TRY_ASSIGN(auto run, runs.run(pulled.run));
        run.state = run.rejected > 0 ? health::RunState::rejects : health::RunState::succeeded;
        run.message = pulled.notes;
        if (pulled.failure) {
            run.state = pulled.failure->failure == Failure::held ? health::RunState::held : health::RunState::failed;
            run.reason = health::reason_code(pulled.failure->failure);
            run.message = pulled.failure->what;
        }
        trial.runs.push_back(std::move(run));
    }
    KETENSYNC_TRY_ASSIGN(trial.kinds, differences.all());
    for (auto & kind : trial.kinds) {
        KETENSYNC_TRY(tell_sources(*plan, state, kind));
    }
    return trial;
}

namespace {

constexpr auto copy_folder = "trial";

/// A copy of the state that is gone with this.
class Copy {
public:
    static Result<Copy> make(settings::Config const & config)
    {
        KETENSYNC_TRY_ASSIGN(auto lock, store::InstanceLock::take(config.state_folder / "trial.lock"));
        sweep_copies(config.state_folder);
        Copy copy(config.state_folder / copy_folder, std::move(lock));
        KETENSYNC_TRY(make_state_folder(copy.m_folder));
        KETENSYNC_TRY_ASSIGN(auto state, open_state_to_look(config));
        KETENSYNC_TRY(state.back_up(copy.m_folder / "state.sqlite"));
        return copy;
    }
    Copy(Copy && other) noexcept : m_folder(std::exchange(other.m_folder, {})), m_lock(std::move(other.m_lock)) { }
    Copy & operator=(Copy &&) = delete;
    ~Copy()
    {
        if (!m_folder.empty()) {
            sweep_copies(m_folder.parent_path());
        }
    }
    std::filesystem::path const & folder() const { return m_folder; }

private:
    Copy(std::filesystem::path folder, store::InstanceLock lock) : m_folder(std::move(folder)), m_lock(std::move(lock)) { }
    std::filesystem::path m_folder;
    store::InstanceLock m_lock;
};

}

void sweep_copies(std::filesystem::path const & state_folder)
{
    std::error_code error;
    for (auto const & file : std::filesystem::directory_iterator(state_folder / copy_folder, error)) {
        store::wipe(file.path());
    }
    std::filesystem::remove_all(state_folder / copy_folder, error);
}

Result<Trial> try_out_on_copy(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::optional<std::int64_t> accept_run, std::stop_token stop)
{
    KETENSYNC_TRY_ASSIGN(auto const copy, Copy::make(plan->config));
    // The feeds of the copied plan go on pointing into this one, which outlives the trial.
    auto const of_copy = std::make_shared<Plan>(*plan);
    of_copy->config.state_folder = copy.folder();
    return try_out(of_copy, surroundings, feeds, options, accept_run, std::move(stop));
}

}
