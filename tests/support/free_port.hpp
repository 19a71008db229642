#pragma once

#include <cstdint>

namespace ketensync::support {

/// A port of loopback that nobody listens on now.
std::uint16_t free_port();
/// Whether somebody listens on that port of loopback.
bool answers(std::uint16_t port);

} // namespace ketensync::support
