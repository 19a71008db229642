#pragma once

#include "daemon/base/clock.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::health {

/// One worker as the heartbeats know it.
struct WorkerState {
    std::string name;
    Instant last_progress {}; ///< wall clock
    bool idle = true; ///< it said it waits for work
    std::chrono::milliseconds patience { 0 }; ///< how long it may go without a word
    std::chrono::milliseconds silent_for { 0 };
    bool alive() const { return silent_for <= patience; }
};

/// The workers of the process and whether each of them still turns. A worker says `busy(patience)` when it begins
/// something and again whenever it got on, `idle()` when it waits for work, and again at every turn of that. Whoever says
/// nothing for longer than its own patience, or for some turns, is held for stuck, and the watchdog is no longer fed. Any
/// thread may call; outlives its beats.
class Heartbeats {
public:
    /// Who waits for work gives a sign of life once in `turn`.
    explicit Heartbeats(Clock const & clock, std::chrono::milliseconds turn = usual_turn);
    static constexpr std::chrono::milliseconds usual_turn { 15'000 };

    /// One worker's voice. The worker is forgotten when its beat is gone. One thread owns it.
    class Beat {
    public:
        Beat(Beat &&) noexcept = default;
        Beat & operator=(Beat &&) = delete;
        ~Beat();
        void busy(std::chrono::milliseconds patience);
        /// How long it may wait before it says so again.
        std::chrono::milliseconds idle();

    private:
        friend class Heartbeats;
        struct Life;
        explicit Beat(std::shared_ptr<Life> life);
        std::shared_ptr<Life> m_life;
    };

    /// A new worker, idle until it says otherwise.
    Beat add(std::string name);
    std::vector<WorkerState> states() const; ///< by name
    bool all_alive() const;

private:
    Clock const & m_clock;
    std::chrono::milliseconds const m_turn;
    mutable std::mutex m_mutex;
    mutable std::vector<std::weak_ptr<Beat::Life>> m_lives;
};

} // namespace ketensync::health
