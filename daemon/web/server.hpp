#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/health/heartbeats.hpp"
#include "daemon/web/http.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::web {

struct ServerLimits {
    std::chrono::milliseconds exchange { 5'000 }; ///< from the first byte to the last, however slow the other side
    std::size_t connections = 256; ///< beyond it, the one that has been sending its request longest goes
    std::size_t header_bytes = 8'192;
    std::size_t posted_bytes = 65'536;
    std::size_t pages_waiting = 16; ///< for the worker; beyond it, who comes is told to try again
    std::chrono::milliseconds page { 30'000 }; ///< that the worker may take before its answer is not waited for any more
};

/// The status pages on loopback. One thread and one poll loop serve every connection, so that a slow one costs a few
/// hundred bytes and nobody's time: there is no pool that it could fill. That suffices because handlers only read
/// memory; those of routes that wait run on one thread more, with a bounded queue before it. Starts when made, stops when it is gone.
class Server {
public:
    /// `address` is "127.0.0.1:9464" or "[::1]:9464"; port 0 takes a free one. Failure::configuration when it is not an
    /// address of loopback, Failure::busy when somebody else listens there.
    static Result<std::unique_ptr<Server>> start(std::string const & address, std::vector<Route> routes,
        Clock const & clock, health::Heartbeats & heartbeats, Log const & log, ServerLimits limits = {});
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
};

} // namespace ketensync::web
