#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/health/heartbeats.hpp"
#include "daemon/web/http.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace ketensync::web {

/// Makes the answers that must wait for something, so that the server's thread never does: one at a time, on one thread,
/// in the order in which they were asked for. How to add such a page: a function of Visitor and Request that gives a
/// Response, made a route by Door::guarded (door.hpp), in the table of commands/operator_pages.cpp; its place in the
/// navigation is in page.cpp.
class PageWorker {
public:
    /// An answer in the making, of whoever asked and the worker together.
    class Slip {
    public:
        bool done() const { return m_state == State::done; }
        /// Once, when it is done.
        std::string take() { return std::move(m_bytes); }
        /// Nobody waits any more. True when it was not begun: then it will not be.
        bool give_up();

    private:
        friend class PageWorker;
        enum class State { waiting, begun, done, given_up };
        std::atomic<State> m_state = State::waiting;
        Asked m_asked;
        std::string m_bytes;
    };

    /// `ring` is called on the worker's thread when an answer is done.
    PageWorker(std::size_t waiting_max, std::function<void()> ring, Clock const & clock, health::Heartbeats & heartbeats);
    /// Ends what it is at; who waits behind it gets nothing.
    ~PageWorker() = default;

    /// Nothing when too many wait already. Never waits.
    std::shared_ptr<Slip> take(Asked asked);

private:
    void run(std::stop_token const & stop);

    std::size_t const m_waiting_max;
    std::function<void()> m_ring;
    Clock const & m_clock;
    health::Heartbeats::Beat m_beat;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    std::deque<std::shared_ptr<Slip>> m_waiting;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace ketensync::web
