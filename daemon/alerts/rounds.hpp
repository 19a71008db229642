#pragma once

#include "daemon/alerts/board.hpp"
#include "daemon/alerts/channel.hpp"
#include "daemon/base/log.hpp"
#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/opening.hpp"
#include "daemon/pipeline/schedule.hpp"

#include <functional>
#include <random>
#include <stop_token>

namespace ketensync::alerts {

/// Looks again and again whether somebody must be told something, and tells it over each channel. What a channel does not
/// take is tried again, later each time and `limits.attempts_max` times; then the channel is left alone for
/// `limits.failures_rest`, and what holds by then is told. Nothing piles up: there is one message at most a channel, and
/// it is made from how things stand. One thread.
class Rounds {
public:
    struct Surroundings {
        Clock const & clock;
        Log const & log;
        std::filesystem::path memory_file;
        /// Text of the overview of what lies between the two.
        std::function<Result<std::string>(health::Snapshot const &, Instant from, Instant until)> digest;
    };

    /// Failure::configuration when [alerts] names a time that there is not. What the settings and channels refer to
    /// outlives this.
    static Result<Rounds> open(settings::Alerts const & settings, settings::Limits const & limits,
        std::vector<std::unique_ptr<Channel>> channels, Surroundings surroundings);

    /// One look. `alive` is called before each thing that may take long. Gives how long there is nothing to do.
    std::chrono::milliseconds turn(
        health::Snapshot const & snapshot, std::stop_token const & stop, std::function<void()> const & alive);

    Board const & board() const { return m_board; }

private:
    struct Line {
        std::unique_ptr<Channel> channel;
        std::optional<Message> pending;
        std::optional<Instant> digest_turn; ///< of `pending`
        unsigned attempt = 1;
        std::chrono::milliseconds next_try { 0 }; ///< on the monotonic clock
        std::string trouble; ///< as it was logged
    };
    Rounds(settings::Alerts const & settings, settings::Limits const & limits, Surroundings surroundings, Board board);

    bool quiet(Instant now) const;
    void prepare(Line & line, health::Snapshot const & snapshot, Instant now);
    void send(Line & line, std::stop_token const & stop);
    void remember();

    settings::Alerts m_settings;
    settings::Limits m_limits;
    Surroundings m_surroundings;
    Board m_board;
    std::string m_written; ///< why the memory could not be written, as it was logged
    std::optional<pipeline::Opening> m_quiet;
    std::optional<pipeline::Timetable> m_digest;
    std::vector<Line> m_lines;
    std::minstd_rand m_random { std::random_device()() };
};

} // namespace ketensync::alerts
