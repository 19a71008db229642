#include "daemon/alerts/alerter.hpp"

#include "daemon/alerts/digest.hpp"
#include "daemon/pipeline/state.hpp"

#include <algorithm>

namespace ketensync::alerts {

using std::chrono::milliseconds;

namespace {

/// Beside the two time-outs of a message: what anything else may take.
constexpr milliseconds patience { 60'000 };
/// Without anybody to tell: to see whether the configuration names somebody now.
constexpr milliseconds nobody_wait { 60'000 };

} // namespace

Alerter::Alerter(pipeline::Daemon & daemon, Log const & log)
    : m_daemon(daemon)
    , m_log(log)
    , m_thread([this](std::stop_token const & stop) { run(stop); })
{
}

Alerter::~Alerter() = default;

void Alerter::run(std::stop_token const & stop)
{
    auto beat = m_daemon.heartbeats().add("alerts");
    while (!stop.stop_requested()) {
        work(m_daemon.plan(), stop, beat);
    }
}

// As long as this plan is in force.
void Alerter::work(
    std::shared_ptr<pipeline::Plan const> const & plan, std::stop_token const & stop, health::Heartbeats::Beat & beat)
{
    auto const & clock = m_daemon.clock();
    auto const & limits = plan->config.limits;
    auto const settings = settings::read_alerts(plan->config);
    settings::Secrets const secrets(plan->config.secrets_folder);
    auto const in_force = [&] { return !stop.stop_requested() && m_daemon.plan() == plan; };
    auto const rest = [&](milliseconds wait) {
        while (wait > wait.zero() && !stop.stop_requested()) {
            auto const turn = std::min(wait, beat.idle());
            clock.wait_for(turn, stop);
            wait -= turn;
        }
    };
    auto const digest = [&plan](health::Snapshot const & snapshot, Instant from, Instant until) -> Result<std::string> {
        KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state_to_look(plan->config));
        KETENSYNC_TRY_ASSIGN(auto const weeks, pipeline::week(state, *plan, from, until));
        return digest_text(weeks, snapshot, until);
    };
    auto rounds = Rounds::open(settings, limits, open_channels({ settings, secrets, limits, clock }),
        { clock, m_log, plan->config.state_folder / "alerts.json", digest });
    if (!rounds) {
        m_log.error("alerts: {}", rounds.error().what);
    }
    while (in_force()) {
        if (!rounds || settings.silent()) {
            rest(nobody_wait);
            continue;
        }
        auto const alive = [&] { beat.busy(limits.connect_timeout + limits.request_timeout + patience); };
        alive();
        auto const wait = rounds->turn(*m_daemon.snapshot(), stop, alive);
        rest(wait);
    }
}

} // namespace ketensync::alerts
