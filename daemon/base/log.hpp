#pragma once

#include "daemon/base/trace.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace ketensync {

/// One event, one line, to standard error, where journald takes it: level and text, control characters escaped so that
/// no input can forge a line. No personal data and no secret is ever passed to it. Any thread may write. Passed by
/// reference, never global, so that two daemons live in one process.
class Log {
public:
    enum class Level { debug, info, warning, error, off };

    explicit Log(Level level = Level::info);
    void set_level(Level level);
    /// The same log for what is done in a run: each line ends with its trace, " trace=4bf92f35...".
    Log of(Trace const & trace) const;

    template <typename... Args>
    void debug(fmt::format_string<Args...> format, Args &&... args) const
    {
        write(Level::debug, fmt::vformat(format, fmt::make_format_args(args...)));
    }
    template <typename... Args>
    void info(fmt::format_string<Args...> format, Args &&... args) const
    {
        write(Level::info, fmt::vformat(format, fmt::make_format_args(args...)));
    }
    template <typename... Args>
    void warning(fmt::format_string<Args...> format, Args &&... args) const
    {
        write(Level::warning, fmt::vformat(format, fmt::make_format_args(args...)));
    }
    template <typename... Args>
    void error(fmt::format_string<Args...> format, Args &&... args) const
    {
        write(Level::error, fmt::vformat(format, fmt::make_format_args(args...)));
    }

private:
    void write(Level level, std::string_view text) const;

    std::shared_ptr<spdlog::logger> m_logger;
    std::string m_ending; ///< of every line
};

/// `text` with control characters (and DEL) written as \xNN, so that it stays on one line of a terminal or a log.
std::string on_one_line(std::string_view text);

}
