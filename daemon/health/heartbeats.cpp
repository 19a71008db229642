#include "daemon/health/heartbeats.hpp"

#include <algorithm>

namespace ketensync::health {

using std::chrono::milliseconds;

namespace {

/// A machine that is busy with something else lets a turn go by.
constexpr int turns_of_patience = 3;

} // namespace

struct Heartbeats::Beat::Life {
    std::string const name;
    Clock const & clock;
    milliseconds const turn;
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
milliseconds Heartbeats::Beat::idle()
{
    m_life->say(true, m_life->turn * turns_of_patience);
    return m_life->turn;
}

Heartbeats::Heartbeats(Clock const & clock, milliseconds turn)
    : m_clock(clock)
    , m_turn(turn)
{
}

Heartbeats::Beat Heartbeats::add(std::string name)
{
    auto life = std::shared_ptr<Beat::Life>(new Beat::Life { std::move(name), m_clock, m_turn });
    life->say(true, m_turn * turns_of_patience);
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
