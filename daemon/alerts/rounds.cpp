#include "daemon/alerts/rounds.hpp"

#include "daemon/http/retry.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::alerts {

using std::chrono::milliseconds;

Rounds::Rounds(settings::Alerts const & settings, settings::Limits const & limits, Surroundings surroundings, Board board)
    : m_settings(settings)
    , m_limits(limits)
    , m_surroundings(std::move(surroundings))
    , m_board(std::move(board))
{
}

Result<Rounds> Rounds::open(settings::Alerts const & settings, settings::Limits const & limits,
    std::vector<std::unique_ptr<Channel>> channels, Surroundings surroundings)
{
    std::string why;
    Board board(settings, read_memory(surroundings.memory_file, why));
    if (!why.empty()) {
        surroundings.log.warning("alerts: {}: what was told before may be told again", why);
    }
    Rounds rounds(settings, limits, std::move(surroundings), std::move(board));
    for (auto & channel : channels) {
        rounds.m_lines.push_back({ std::move(channel), {}, {}, 1, milliseconds(0), {} });
    }
    if (!settings.quiet.empty()) {
        settings::Calendar calendar;
        calendar.within = settings.quiet;
        KETENSYNC_TRY_ASSIGN(rounds.m_quiet, pipeline::Opening::create(calendar, settings.zone));
    }
    if (!settings.digest.empty()) {
        settings::Schedule schedule;
        schedule.at = settings.digest;
        schedule.zone = settings.zone;
        KETENSYNC_TRY_ASSIGN(rounds.m_digest, pipeline::Timetable::create(schedule, "alerts"));
    }
    return rounds;
}

bool Rounds::quiet(Instant now) const
{
    return m_quiet && m_quiet->opens(now) == now;
}

// What the line is to say next, when it says nothing yet: what is wrong goes before the overview.
void Rounds::prepare(Line & line, health::Snapshot const & snapshot, Instant now)
{
    auto const name = line.channel->name();
    if (auto due = m_board.due(name, now, quiet(now))) {
        line.pending = std::move(*due);
        return;
    }
    auto const turn = m_digest ? m_digest->previous(now) : std::nullopt;
    if (!turn || !m_board.digest_due(name, turn->at)) {
        return;
    }
    auto text = m_surroundings.digest(snapshot, turn->at - std::chrono::days(7), turn->at);
    if (!text) {
        if (line.trouble != text.error().what) {
            m_surroundings.log.warning("alerts: no weekly overview: {}", text.error().what);
            line.trouble = text.error().what;
        }
        line.next_try = m_surroundings.clock.monotonic() + m_limits.failures_rest;
        return;
    }
    line.pending = Message { Message::Kind::digest, now, {}, {}, {}, std::move(*text) };
    line.digest_turn = turn->at;
}

void Rounds::send(Line & line, std::stop_token const & stop)
{
    auto const name = line.channel->name();
    auto const sent = line.channel->send(*line.pending, stop);
    if (!sent && sent.error().failure == Failure::interrupted) {
        return;
    }
    if (sent) {
        if (!std::exchange(line.trouble, {}).empty()) {
            m_surroundings.log.info("alerts: {} takes messages again", name);
        }
        if (line.digest_turn) {
            m_board.digest_told(name, *line.digest_turn);
        } else {
            m_board.told(name, *line.pending);
        }
        line.pending.reset();
        line.digest_turn.reset();
        line.attempt = 1;
        return;
    }
    if (line.trouble != sent.error().what) {
        m_surroundings.log.error("alerts: {}: {}", name, sent.error().what);
        line.trouble = sent.error().what;
    }
    http::RetryPolicy const policy { static_cast<unsigned>(m_limits.attempts_max), m_limits.backoff_first, m_limits.backoff_max,
        m_limits.retry_after_max };
    http::Attempt attempt;
    attempt.number = line.attempt++;
    attempt.random = std::uniform_real_distribution<double>()(m_random);
    auto const again = may_retry(sent.error().failure) ? http::wait_before_next(policy, attempt) : std::nullopt;
    line.next_try = m_surroundings.clock.monotonic() + again.value_or(m_limits.failures_rest);
    if (!again) {
        line.pending.reset();
        line.digest_turn.reset();
        line.attempt = 1;
    }
}

void Rounds::remember()
{
    auto const written = write_memory(m_board.memory(), m_surroundings.memory_file);
    if (!written && m_written != written.error().what) {
        m_surroundings.log.error("alerts: {}; after a restart what was told before is told again", written.error().what);
    }
    m_written = written ? std::string() : written.error().what;
}

milliseconds Rounds::turn(
    health::Snapshot const & snapshot, std::stop_token const & stop, std::function<void()> const & alive)
{
    auto const now = m_surroundings.clock.now();
    auto const before = m_board.memory();
    m_board.look(health::concerns(snapshot, health::evaluate(snapshot)), now);
    auto wait = m_settings.look;
    for (auto & line : m_lines) {
        if (stop.stop_requested()) {
            break;
        }
        auto const monotonic = m_surroundings.clock.monotonic();
        if (line.next_try <= monotonic) {
            alive();
            if (!line.pending) {
                prepare(line, snapshot, now);
            }
            if (line.pending) {
                send(line, stop);
            }
        }
        if (line.pending) {
            wait = std::clamp(line.next_try - m_surroundings.clock.monotonic(), milliseconds(0), wait);
        }
    }
    if (!(before == m_board.memory())) {
        remember();
    }
    return wait;
}

} // namespace ketensync::alerts
