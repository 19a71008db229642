#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace ketensync::commands {

/// Turns signals into a stop token, on a thread of its own that waits for them (main blocked them for every thread).
/// TERM or INT asks to stop; a second INT, from somebody at a keyboard who does not want to wait, ends the process at
/// once with 130. HUP calls `reload`, on that thread.
class StopSignals {
public:
    explicit StopSignals(std::function<void()> reload = {});
    ~StopSignals();
    StopSignals(StopSignals const &) = delete;
    StopSignals & operator=(StopSignals const &) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

private:
    void wait(std::stop_token const & over);

    std::function<void()> m_reload;
    std::stop_source m_stop;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace ketensync::commands
