#include "daemon/health/heartbeats.hpp"

#include <algorithm>

namespace ketensync::health {

using std::chrono::milliseconds;

struct Heartbeats::Beat::Life {
    std::string const name;
    Clock const & clock;
    std::mutex mutex {};
    Instant last_progress {};
    milliseconds last_word {}; ///< monotonic: a wall clock that is set must not kill the service
    milliseconds patience { 0 };
    bool idle = true;

    void say(bool is_idle, milliseconds allowed)
    {
        std::scoped_lock const lock(mutex);
        last_progress = clock.now();
        last_word = clock.monotonic();
        patience = allowed;
        idle = is_idle;
    }

    WorkerState state()
    {
        std::scoped_lock const lock(mutex);
        return { name, last_progress, idle, patience, clock.monotonic() - last_word };
    }
};

Heartbeats::Beat::Beat(std::shared_ptr<Life> life)
    : m_life(std::move(life))
{
}
Heartbeats::Beat::~Beat() = default;
void Heartbeats::Beat::busy(milliseconds patience)
{
    m_life->say(false, patience);
}
void Heartbeats::Beat::idle()
{
    m_life->say(true, milliseconds(0));
}

Heartbeats::Heartbeats(Clock const & clock)
    : m_clock(clock)
{
}

Heartbeats::Beat Heartbeats::add(std::string name)
{
    auto life = std::shared_ptr<Beat::Life>(new Beat::Life { std::move(name), m_clock });
    life->say(true, milliseconds(0));
    std::scoped_lock const lock(m_mutex);
    m_lives.push_back(life);
    return Beat(std::move(life));
}

std::vector<WorkerState> Heartbeats::states() const
{
    std::vector<WorkerState> result;
    std::scoped_lock const lock(m_mutex);
    std::erase_if(m_lives, [](auto const & life) { return life.expired(); });
    for (auto const & each : m_lives) {
        if (auto const life = each.lock()) {
            result.push_back(life->state());
        }
    }
    std::sort(result.begin(), result.end(), [](auto const & a, auto const & b) { return a.name < b.name; });
    return result;
}

bool Heartbeats::all_alive() const
{
    auto const all = states();
    return std::all_of(all.begin(), all.end(), [](auto const & worker) { return worker.alive(); });
}

} // namespace ketensync::health
