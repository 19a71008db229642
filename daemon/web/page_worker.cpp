#include "daemon/web/page_worker.hpp"

namespace ketensync::web {

namespace {

/// A page may wait for the batch at hand, and for people's work before it; whoever does that work tells that he lives.
constexpr std::chrono::milliseconds patience { 600'000 };

}

bool PageWorker::Slip::give_up()
{
    auto waiting = State::waiting;
    return m_state.compare_exchange_strong(waiting, State::given_up);
}

PageWorker::PageWorker(
    std::size_t waiting_max, std::function<void()> ring, Clock const & clock, health::Heartbeats & heartbeats)
    : m_waiting_max(waiting_max), m_ring(std::move(ring)), m_clock(clock), m_beat(heartbeats.add("pages")),
      m_thread([this](std::stop_token const & stop) { run(stop); })
{
}

std::shared_ptr<PageWorker::Slip> PageWorker::take(Asked asked)
{
    auto slip = std::make_shared<Slip>();
    slip->m_asked = std::move(asked);
    std::scoped_lock const lock(m_mutex);
    // Those whom nobody waits for any more take no room.
    std::erase_if(m_waiting, [](auto const & each) { return each->m_state == Slip::State::given_up; });
    if (m_waiting.size() >= m_waiting_max) {
        return nullptr;
    }
    m_waiting.push_back(slip);
    m_woken.notify_one();
    return slip;
}

void PageWorker::run(std::stop_token const & stop)
{
    while (!stop.stop_requested()) {
        std::shared_ptr<Slip> slip;
        {
            std::unique_lock lock(m_mutex);
            while (m_waiting.empty()) {
                m_woken.wait_for(lock, stop, m_beat.idle(), [this] { return !m_waiting.empty(); });
                if (stop.stop_requested()) {
                    return;
                }
            }
            slip = std::move(m_waiting.front());
            m_waiting.pop_front();
        }
        auto waiting = Slip::State::waiting;
        if (!slip->m_state.compare_exchange_strong(waiting, Slip::State::begun)) {
            continue;
        }
        m_beat.busy(patience);
        slip->m_bytes = answer(slip->m_asked, m_clock.now());
        slip->m_state = Slip::State::done;
        m_ring();
    }
}

} // namespace ketensync::web
