#include "daemon/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ketensync {

namespace {

spdlog::level::level_enum spdlog_level(Log::Level level)
{
    switch (level) {
    case Log::Level::debug: return spdlog::level::debug;
    case Log::Level::info: return spdlog::level::info;
    case Log::Level::warning: return spdlog::level::warn;
    case Log::Level::error: return spdlog::level::err;
    case Log::Level::off: return spdlog::level::off;
    }
    return spdlog::level::info;
}

}

Log::Log(Level level)
    : m_logger(std::make_shared<spdlog::logger>("ketensync", std::make_shared<spdlog::sinks::stderr_sink_mt>()))
{
    set_level(level);
    // journald adds the time; the level stays in the text for those who read a terminal.
    m_logger->set_pattern("%l: %v");
}

void Log::set_level(Level level) { m_logger->set_level(spdlog_level(level)); }

Log Log::of(Trace const & trace) const
{
    auto log = *this;
    log.m_ending = trace ? " trace=" + to_text(trace) : std::string();
    return log;
}

void Log::write(Level level, std::string_view text) const
{
    m_logger->log(spdlog_level(level), "{}{}", on_one_line(text), m_ending);
}

std::string on_one_line(std::string_view text)
{
    std::string line;
    line.reserve(text.size());
    for (char const c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            line += c;
        }
    }
    return line;
}

}
