#include "daemon/base/trace.hpp"

#include <fmt/format.h>

#include <random>

namespace ketensync {

std::string to_text(Trace const & trace)
{
    return trace ? fmt::format("{:016x}{:016x}", trace.high, trace.low) : std::string();
}

std::string traceparent(Trace const & trace)
{
    std::random_device device;
    std::uint64_t span = 0;
    while (span == 0) { // which the standard calls invalid
        span = std::uint64_t { device() } << 32U | device();
    }
    return fmt::format("00-{}-{:016x}-01", to_text(trace), span);
}

}
