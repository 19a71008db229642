#include "tests/support/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace ketensync::support {

namespace {

constexpr int slice_ms = 20;

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

sockaddr * plain(sockaddr_in & address)
{
    return static_cast<sockaddr *>(static_cast<void *>(&address));
}

} // namespace

CuttingProxy::CuttingProxy(std::uint16_t server_port)
    : m_listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    , m_server_port(server_port)
{
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    if (::bind(m_listening, plain(address), size) != 0 || ::listen(m_listening, 16) != 0
        || ::getsockname(m_listening, plain(address), &size) != 0) {
        throw std::runtime_error("no port for a proxy");
    }
    m_port = ntohs(address.sin_port);
    m_accepting = std::jthread([this](std::stop_token const & stop) { accept(stop); });
}

CuttingProxy::~CuttingProxy()
{
    vanish();
    ::close(m_listening);
}

void CuttingProxy::vanish()
{
    m_accepting.request_stop();
    if (m_accepting.joinable()) {
        m_accepting.join();
    }
    ::shutdown(m_listening, SHUT_RDWR);
    std::scoped_lock const lock(m_mutex);
    m_passing.clear();
}

void CuttingProxy::accept(std::stop_token const & stop)
{
    while (!stop.stop_requested()) {
        pollfd waiting { m_listening, POLLIN, 0 };
        if (::poll(&waiting, 1, slice_ms) <= 0) {
            continue;
        }
        int const client = ::accept4(m_listening, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) {
            ++m_connections;
            std::scoped_lock const lock(m_mutex);
            m_passing.emplace_back([this, client](std::stop_token const & ended) { pass(client, ended); });
        }
    }
}

/// False when the connection ended, or is to end.
bool CuttingProxy::move(int from, int to, bool counted)
{
    std::array<char, 16'384> bytes {};
    auto const got = ::read(from, bytes.data(), bytes.size());
    if (got <= 0) {
        return false;
    }
    auto size = static_cast<std::int64_t>(got);
    bool cut = false;
    if (counted && m_left != unbounded) {
        cut = size >= m_left;
        size = std::min<std::int64_t>(size, m_left);
        m_left = cut ? unbounded : m_left - size;
    }
    return ::send(to, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size && !cut;
}

void CuttingProxy::pass(int client, std::stop_token const & stop)
{
    int const server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(m_server_port);
    bool open = ::connect(server, plain(address), sizeof(address)) == 0;
    while (open && !stop.stop_requested()) {
        std::array<pollfd, 2> both { pollfd { client, POLLIN, 0 }, pollfd { server, POLLIN, 0 } };
        if (::poll(both.data(), both.size(), slice_ms) <= 0 || m_hangs) {
            continue;
        }
        open = (both[0].revents == 0 || move(client, server, false)) && (both[1].revents == 0 || move(server, client, true));
    }
    ::close(server);
    ::close(client);
}

} // namespace ketensync::support
