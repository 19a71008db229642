#pragma once

#include "daemon/base/result.hpp"
#include "daemon/commands/command.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::commands {

/// Asks somebody at a terminal, or whatever stands on the input, one line after another. While it waits, Ctrl-C ends the
/// program as it ends any other. One thread.
class Interview {
public:
    explicit Interview(Streams const & streams) : m_streams(streams) { }

    /// What is wrong with an answer, and what to do; nothing when it is sound.
    using Check = std::function<std::optional<std::string>(std::string const & answer)>;
    /// The answer; `usual` when there is none. Asked again until `check` finds it sound. Failure::interrupted at the end of
    /// the input.
    Result<std::string> ask(std::string_view question, std::string_view usual = {}, Check const & check = {});
    /// One of those.
    Result<std::string> choose(std::string_view question, std::vector<std::string> const & words, std::string_view usual);
    Result<bool> agree(std::string_view question, bool usual);
    void tell(std::string_view text);

private:
    Streams const & m_streams;
};

} // namespace ketensync::commands
