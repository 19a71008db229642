#pragma once

#include <cstdint>
#include <string>

namespace ketensync {

/// Stands for one run wherever something is done for it: the trace-id of W3C Trace Context, 128 bits that tell nothing of
/// what is read. All zeros: no run.
struct Trace {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    explicit operator bool() const { return (high | low) != 0; }
    friend bool operator==(Trace const &, Trace const &) = default;
};

/// 32 small hexadecimal digits; empty for no run.
std::string to_text(Trace const & trace);

/// The value of the header `traceparent` of one request (https://www.w3.org/TR/trace-context/, version 00): a span of its own,
/// of another number each time. It says that the trace is kept, for the run log keeps it.
std::string traceparent(Trace const & trace);

}
