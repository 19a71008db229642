#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::settings {

// Pure checks of single values of configuration. Each gives what is wrong and what to do as one phrase, or nothing
// when the value is sound. Any thread.

/// Characters of a name that people type on a command line: a-z, 0-9, '-', and those in `also`.
bool is_plain_name(std::string_view name, std::string_view also = {});

/// "https://host[:port][/path]"; http only to this machine itself.
std::optional<std::string> check_address(std::string_view address);

/// "127.0.0.1:9464" or "[::1]:9464" or "localhost:9464": a port of this machine that others cannot reach.
std::optional<std::string> check_loopback(std::string_view address);

/// A name in the time zone database of this machine, such as "Europe/Amsterdam".
bool zone_exists(std::string_view zone);

/// True when `name` fits `pattern`, in which * stands for any characters and ? for one.
bool fits_pattern(std::string_view name, std::string_view pattern);

} // namespace ketensync::settings
