#include "daemon/commands/edition_watch.hpp"

namespace ketensync::commands {

namespace {

/// What it tells changes by the day; one question to the warehouse in so long is cheap.
constexpr auto between_looks = std::chrono::minutes(10);

}

EditionWatch::EditionWatch(pipeline::Daemon & daemon)
    : m_daemon(daemon), m_thread([this](std::stop_token const & stop) { watch(stop); })
{
}

std::shared_ptr<health::EditionState const> EditionWatch::last() const
{
    std::lock_guard const lock(m_mutex);
    return m_last;
}

void EditionWatch::watch(std::stop_token const & stop)
{
    while (!stop.stop_requested()) {
        auto seen = std::make_shared<health::EditionState const>(pipeline::edition_state(*m_daemon.plan(), m_daemon.clock().now()));
        std::unique_lock lock(m_mutex);
        m_last = std::move(seen);
        m_over.wait_for(lock, stop, between_looks, [] { return false; });
    }
}

}
