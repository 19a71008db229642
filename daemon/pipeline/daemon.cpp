#include "daemon/pipeline/daemon.hpp"

#include "daemon/health/status_text.hpp"
#include "daemon/pipeline/in_force.hpp"
#include "daemon/pipeline/observe.hpp"
#include "daemon/pipeline/trial.hpp"

#include <algorithm>

namespace ketensync::pipeline {

using std::chrono::milliseconds;

namespace {

/// The longest the service goes without looking at itself.
constexpr milliseconds look_interval { 30'000 };
constexpr milliseconds look_patience { 120'000 };

Log::Level level_of(std::string const & name)
{
    return name == "debug" ? Log::Level::debug
        : name == "warning" ? Log::Level::warning
        : name == "error"   ? Log::Level::error
        : name == "off"     ? Log::Level::off
                            : Log::Level::info;
}

/// For the watchdog too, where there is one.
milliseconds often_enough(milliseconds wanted)
{
    auto const watchdog = health::watchdog_interval();
    return watchdog.count() > 0 ? std::min(wanted, watchdog) : wanted;
}

}

Daemon::Daemon(std::filesystem::path config_file, Clock const & clock, Log & log)
    : m_config_file(std::move(config_file)), m_clock(clock), m_log(log), m_heartbeats(clock, often_enough(health::Heartbeats::usual_turn)),
      m_notify(clock, m_heartbeats), m_started(clock.now())
{
}

tl::expected<std::unique_ptr<Daemon>, Daemon::Refused> Daemon::open(
    std::filesystem::path const & config_file, Clock const & clock, Log & log)
{
    std::unique_ptr<Daemon> daemon(new Daemon(config_file, clock, log));
    auto plan = read_plan(config_file);
    if (!plan) {
        return tl::unexpected(Refused { exit_code(Failure::configuration), std::move(plan).error() });
    }
    auto const parts = configuration_parts(**plan);
    daemon->m_plan = *plan;
    if (auto opened = daemon->open_pipeline(); !opened) {
        return tl::unexpected(Refused { exit_code(opened.error().failure), { opened.error().what } });
    }
    sweep_copies((*plan)->config.state_folder);
    daemon->take_into_force(parts);
    daemon->refresh(false);
    return daemon;
}

Result<void> Daemon::open_pipeline()
{
    KETENSYNC_TRY_ASSIGN(m_pipeline, Pipeline::open(m_plan, { m_clock, m_log, m_heartbeats, true }));
    KETENSYNC_TRY_ASSIGN(auto wanted, tasks());
    m_scheduler.emplace(std::move(wanted));
    KETENSYNC_TRY(take_pauses());
    m_log.set_level(level_of(m_plan->config.log_level));
    return {};
}

void Daemon::take_into_force(std::vector<ConfigurationPart> const & parts)
{
    m_configuration_read = m_clock.now();
    m_configuration = version_of(parts);
    m_log.info("configuration {} in force: {} feeds", m_configuration, m_plan->feeds.size());
    // What could not be written now (a full disk) is noted at the next start: the state still knows what was in force before.
    if (auto const noted = pipeline::take_into_force(m_pipeline->state(), parts, m_configuration_read); !noted) {
        m_log.error("configuration {} is not in the audit log yet: {}", m_configuration, noted.error().what);
    }
}

Result<std::vector<Task>> Daemon::tasks()
{
    std::vector<Task> result;
    KETENSYNC_TRY_ASSIGN(auto select, m_pipeline->state().prepare("SELECT last_slot FROM feed WHERE id = ?"));
    for (auto const & feed : m_plan->feeds) {
        KETENSYNC_TRY_ASSIGN(auto timetable, Timetable::create(feed.feed->schedule, feed.name, feed.calendar));
        select.bind(1, std::int64_t { m_pipeline->numbers().feeds.at(feed.name) });
        KETENSYNC_TRY(select.step());
        std::optional<Instant> last;
        if (!select.is_null(0)) {
            last = Instant(milliseconds(select.integer(0)));
        }
        select.reset();
        result.push_back({ feed.name, std::move(timetable), last });
    }
    return result;
}

void Daemon::reload()
{
    std::scoped_lock const lock(m_mutex);
    m_reload_wanted = true;
    m_woken.notify_all();
}

bool Daemon::close_pipeline(std::stop_token stop, health::Heartbeats::Beat & beat)
{
    // A run may take longer than anybody waits for a sign of life, and people ask how far it is meanwhile.
    m_closing = true;
    while (!m_pipeline->wait_done(stop, std::min(look_wait(), milliseconds(200)))) {
        beat.busy(look_patience);
        m_notify.watchdog();
        take_calls();
        take_ended();
    }
    m_closing = false;
    if (stop.stop_requested()) {
        return false;
    }
    take_ended();
    m_pipeline.reset();
    return true;
}

// All or nothing: the new plan is read and found sound before anything of the old one is given up.
Result<void> Daemon::do_reload(std::stop_token stop, health::Heartbeats::Beat & beat)
{
    m_notify.reloading();
    auto plan = read_plan(m_config_file);
    m_reload_succeeded = plan.has_value();
    if (!plan) {
        for (auto const & fault : plan.error()) {
            m_log.error("not reloaded: {}", fault);
        }
    } else {
        auto const parts = configuration_parts(**plan); // as they were read, not as somebody writes them meanwhile
        if (!close_pipeline(stop, beat)) {
            return {};
        }
        auto const old = exchange_plan(*plan);
        if (auto opened = open_pipeline(); !opened) {
            m_log.error("not reloaded: {}", opened.error().what);
            m_reload_succeeded = false;
            m_pipeline.reset();
            exchange_plan(old);
            KETENSYNC_TRY(open_pipeline());
        } else {
            take_into_force(parts);
        }
    }
    refresh(false);
    auto const now = snapshot();
    m_notify.ready(health::status_line(*now, health::evaluate(*now)));
    return {};
}

bool Daemon::begin_due()
{
    auto const all_due = m_scheduler->due(m_clock.now());
    for (auto const & due : all_due) {
        auto const feed = std::ranges::find(m_plan->feeds, due.name, &PlannedFeed::name);
        // The slot is stored before the work begins: a crash does not repeat it.
        auto const stored = [&]() -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_pipeline->state()));
            KETENSYNC_TRY_ASSIGN(auto update, m_pipeline->state().prepare("UPDATE feed SET last_slot = ? WHERE id = ?"));
            update.bind(1, std::int64_t { due.slot.at.time_since_epoch().count() });
            update.bind(2, std::int64_t { m_pipeline->numbers().feeds.at(due.name) });
            KETENSYNC_TRY(update.run());
            return transaction.commit();
        }();
        if (!stored) {
            m_log.error("{}: {}", due.name, stored.error().what);
        }
        m_scheduler->begun(due.name, due.slot);
        RunOptions options;
        options.trigger = health::Trigger::schedule;
        submit(static_cast<std::size_t>(feed - m_plan->feeds.begin()), options);
    }
    return !all_due.empty();
}

bool Daemon::take_ended()
{
    std::vector<health::Run> ended;
    {
        std::scoped_lock const lock(m_mutex);
        ended.swap(m_ended);
    }
    for (auto const & run : ended) {
        auto const name = run.source + '/' + run.feed;
        m_scheduler->ended(name);
        m_totals[name].add(run);
        if (auto followers = m_followers.extract(name); !followers.empty()) {
            for (auto const & done : followers.mapped()) {
                done(run);
            }
        }
    }
    return !ended.empty();
}

void Daemon::refresh(bool stopping)
{
    auto observed = observe(m_pipeline->state(), *m_plan, m_clock.now());
    health::Snapshot fresh = observed ? std::move(*observed) : *snapshot();
    fresh.taken = m_clock.now();
    fresh.started = m_started;
    fresh.started_up = true;
    fresh.stopping = stopping;
    fresh.reload_succeeded = m_reload_succeeded;
    fresh.configuration_read = m_configuration_read;
    fresh.configuration = m_configuration;
    fresh.store.writable = observed.has_value();
    fresh.store.message = observed ? std::string() : observed.error().what;
    for (auto & feed : fresh.feeds) {
        auto const name = feed.source + '/' + feed.feed;
        feed.totals = m_totals[name];
        if (auto const next = m_scheduler->next_run(name, m_clock.now())) {
            feed.next_run = next;
        }
    }
    auto const delivery = m_pipeline->delivery();
    fresh.warehouse.reachable = delivery.reachable;
    fresh.warehouse.message = delivery.message;
    fresh.warehouse.last_delivery = delivery.last;
    fresh.workers = m_heartbeats.states();
    fresh.process = health::read_process_figures(m_clock.now());
    std::scoped_lock const lock(m_mutex);
    m_snapshot = std::make_shared<health::Snapshot const>(std::move(fresh));
}

std::shared_ptr<Plan const> Daemon::plan() const
{
    std::scoped_lock const lock(m_mutex);
    return m_plan;
}

std::shared_ptr<Plan const> Daemon::exchange_plan(std::shared_ptr<Plan const> plan)
{
    std::scoped_lock const lock(m_mutex);
    return std::exchange(m_plan, std::move(plan));
}

std::shared_ptr<health::Snapshot const> Daemon::snapshot() const
{
    std::scoped_lock const lock(m_mutex);
    return m_snapshot;
}

milliseconds Daemon::look_wait() const
{
    return often_enough(look_interval);
}

Result<void> Daemon::run(std::stop_token stop)
{
    auto const looped = loop(std::move(stop));
    m_notify.stopping();
    {
        std::scoped_lock const lock(m_mutex);
        m_over = true;
        m_calls.clear();
        m_aside.reset();
    }
    if (looped) {
        refresh(true);
        m_pipeline->stop();
    }
    return looped;
}

Result<void> Daemon::loop(std::stop_token stop)
{
    auto beat = m_heartbeats.add("scheduler");
    auto const status = [this] {
        auto const now = snapshot();
        return health::status_line(*now, health::evaluate(*now));
    };
    m_notify.ready(status());
    auto looked = m_clock.now();
    while (!stop.stop_requested()) {
        beat.busy(look_patience);
        bool reload_wanted = false;
        std::shared_ptr<std::packaged_task<Result<void>()>> aside;
        {
            std::scoped_lock const lock(m_mutex);
            reload_wanted = std::exchange(m_reload_wanted, false);
            aside = std::exchange(m_aside, nullptr);
        }
        if (aside) {
            KETENSYNC_TRY(stand_aside(*aside, stop, beat));
        }
        if (reload_wanted) {
            KETENSYNC_TRY(do_reload(stop, beat));
            continue;
        }
        take_calls();
        auto const ended = take_ended();
        auto const begun = begin_due();
        m_notify.watchdog();
        if (std::exchange(m_look_wanted, false) || ended || begun || m_clock.now() - looked >= look_interval) {
            looked = m_clock.now();
            refresh(false);
            m_notify.status(status());
        }
        auto wait = look_wait();
        if (auto const next = m_scheduler->next_wake(m_clock.now())) {
            wait = std::clamp(*next - m_clock.now(), milliseconds(0), wait);
        }
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, wait, [this] { return m_reload_wanted || m_aside || !m_ended.empty() || !m_calls.empty(); });
    }
    return {};
}

}
