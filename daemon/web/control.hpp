#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/health/heartbeats.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace ketensync::web {

/// A command line that somebody gave beside the running service. Of the thread that it is handled on.
struct ControlCall {
    std::string who;                ///< the account on the other side, as the kernel says
    std::vector<std::string> words; ///< as they were typed, without the program's name
    bool terminal = false;          ///< what is written to `out` is read on a screen
    bool live = false;              ///< and so is `error`
    std::istream & in;              ///< what the other side types; at its end after `answer` of waiting
    std::ostream & out;
    std::ostream & error;
    std::function<bool()> gone;     ///< nobody listens any more, or the service stops
};

struct ControlLimits {
    std::size_t request_bytes = 64U << 10;          ///< of one line from the other side
    std::chrono::milliseconds request { 5'000 };    ///< until the command line must be there
    std::chrono::milliseconds write { 10'000 };     ///< until the other side must have taken what was written
    std::chrono::milliseconds answer { 600'000 };   ///< until a person must have answered
    std::size_t connections = 16;                   ///< beyond it, who comes is told that it is busy
};

/// The control socket: a Unix socket over which the service is asked to do what a command line says. One JSON line comes
/// in, {"words": ["--sync=uwv"], "terminal": true, "live": true}; JSON lines go back: {"service": "VERSION"} at once, then
/// {"out": TEXT}, {"error": TEXT} and {"ask": true} (which is answered by {"in": TEXT} or {"in": null}), and {"exit": CODE}
/// last. Only root, the service's own account and members of the group are answered, whoever may open the file. Starts
/// when made; when it is gone, calls have been told to end and did.
class ControlServer {
public:
    /// Takes a call and gives the exit code. On a thread of its own for each.
    using Handler = std::function<int(ControlCall & call)>;

    /// The file is for the owner and the group; what an earlier process left in its place is removed, for who holds the
    /// lock on the state folder. A group that does not exist, or that this
    /// process is not in, leaves it to root and the own account.
    /// Failure::cannot_write when it cannot be made.
    static Result<std::unique_ptr<ControlServer>> start(std::filesystem::path const & socket, std::string const & group,
        Handler handler, health::Heartbeats & heartbeats, Log const & log, ControlLimits limits = {});
    virtual ~ControlServer() = default;
};

} // namespace ketensync::web
