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
    bool idle = true; ///< it said it waits for work, for as long as that takes
    std::chrono::milliseconds patience { 0 }; ///< while busy: how long it may go without a word
    std::chrono::milliseconds silent_for { 0 };
    bool alive() const { return idle || silent_for <= patience; }
};

/// The workers of the process and whether each of them still turns. A worker says `busy(patience)` when it begins
/// something and again whenever it got on, `idle()` when it waits for work. Whoever says nothing for longer than its
/// own patience is held for stuck, and the watchdog is no longer fed. Any thread may call; outlives its beats.
class Heartbeats {
public:
    explicit Heartbeats(Clock const & clock);

    /// One worker's voice. The worker is forgotten when its beat is gone. One thread owns it.
    class Beat {
    public:
        Beat(Beat &&) noexcept = default;
        Beat & operator=(Beat &&) = delete;
        ~Beat();
        void busy(std::chrono::milliseconds patience);
        void idle();

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
    mutable std::mutex m_mutex;
    mutable std::vector<std::weak_ptr<Beat::Life>> m_lives;
};

} // namespace ketensync::health
