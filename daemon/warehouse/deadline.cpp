#include "daemon/warehouse/deadline.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ketensync::warehouse {

Deadline::Deadline(int socket, std::chrono::milliseconds patience)
    : m_socket(::fcntl(socket, F_DUPFD_CLOEXEC, 0)), m_patience(patience),
      m_watching([this](std::stop_token const & stop) { watch(stop); })
{
}

Deadline::~Deadline()
{
    m_watching.request_stop();
    m_watching.join();
    ::close(m_socket);
}

void Deadline::begin()
{
    std::scoped_lock const lock(m_mutex);
    m_waiting = true;
    ++m_turn;
    m_changed.notify_one();
}

void Deadline::end()
{
    std::scoped_lock const lock(m_mutex);
    m_waiting = false;
}

bool Deadline::passed() const
{
    std::scoped_lock const lock(m_mutex);
    return m_passed;
}

void Deadline::watch(std::stop_token const & stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        m_changed.wait(lock, stop, [this] { return m_waiting; });
        auto const turn = m_turn;
        // When it begins anew, or ends, this wait is over and the next one has the whole patience.
        if (m_changed.wait_for(lock, stop, m_patience, [this, turn] { return m_turn != turn || !m_waiting; })
            || stop.stop_requested()) {
            continue;
        }
        m_passed = true;
        m_waiting = false;
        ::shutdown(m_socket, SHUT_RDWR);
    }
}

}
