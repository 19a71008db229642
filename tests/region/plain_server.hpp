#pragma once

#include "tests/region/site.hpp"

#include <cstdint>
#include <memory>
#include <thread>

namespace ketensync::region {

/// Plain http on 127.0.0.1, one thread, keep-alive, pages sent straight from where they lie: fast enough never to be
/// what is measured.
class PlainServer {
public:
    /// Port 0: any. Throws std::system_error when it cannot listen.
    PlainServer(Site & site, std::uint16_t port);
    ~PlainServer();
    PlainServer(PlainServer const &) = delete;
    PlainServer & operator=(PlainServer const &) = delete;
    std::uint16_t port() const;

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
    std::jthread m_thread;
};

} // namespace ketensync::region
