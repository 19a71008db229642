#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <list>
#include <mutex>
#include <thread>

namespace ketensync::support {

/// Stands on loopback before a server there, and passes on what both say until it is told to misbehave. Any thread.
class CuttingProxy {
public:
    explicit CuttingProxy(std::uint16_t server_port);
    ~CuttingProxy();
    CuttingProxy(CuttingProxy const &) = delete;
    CuttingProxy & operator=(CuttingProxy const &) = delete;

    std::uint16_t port() const { return m_port; }
    /// The next connection, or the one there is, ends once the server said so much from now on. Once.
    void cut_after(std::uint64_t bytes) { m_left = static_cast<std::int64_t>(bytes); }
    /// Nobody hears the other from now on.
    void hang() { m_hangs = true; }
    /// All connections end, and none is taken any more.
    void vanish();
    int connections() const { return m_connections; }

private:
    static constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();
    void accept(std::stop_token const & stop);
    void pass(int client, std::stop_token const & stop);
    bool move(int from, int to, bool counted);

    int m_listening;
    std::uint16_t m_port = 0;
    std::uint16_t m_server_port;
    std::atomic<std::int64_t> m_left = unbounded;
    std::atomic<bool> m_hangs = false;
    std::atomic<int> m_connections = 0;
    std::mutex m_mutex;
    std::list<std::jthread> m_passing;
    std::jthread m_accepting;
};

} // namespace ketensync::support
