#pragma once

#include "daemon/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace ketensync::web {

/// One end of a Unix socket that carries lines. Every wait has a limit. Closed when it is gone. One thread, but `hang_up`
/// may be called from any.
class LocalSocket {
public:
    explicit LocalSocket(int descriptor) : m_descriptor(descriptor) { }
    LocalSocket(LocalSocket && other) noexcept;
    LocalSocket & operator=(LocalSocket &&) = delete;
    ~LocalSocket();

    /// Failure::unavailable when nobody listens there, Failure::refused when this account may not come near.
    static Result<LocalSocket> connect(std::filesystem::path const & socket);
    /// A listening socket in the place of one that was left there, for the owner and, when it is not -1, the group.
    static Result<LocalSocket> listen(std::filesystem::path const & socket, gid_t group);

    /// The next line without its end; nothing when the other side has gone. Failure::unavailable when it was not there in
    /// time (`over`, which is asked now and then, ends the wait as well), Failure::bad_data when it is longer than that.
    Result<std::optional<std::string>> line(
        std::size_t bytes_max, std::chrono::milliseconds patience, std::function<bool()> const & over = {});
    /// False when the other side did not take it in time, or has gone.
    bool write(std::string_view bytes, std::chrono::milliseconds patience);
    /// The other side has gone, or is not coming back.
    bool gone() const;
    void hang_up() const;
    int descriptor() const { return m_descriptor; }

    /// Who is on the other side, as the kernel says.
    struct Peer {
        uid_t user = 0;
        std::string name;
        bool in_group(gid_t group) const;
        std::vector<gid_t> groups;
    };
    Result<Peer> peer() const;

private:
    int m_descriptor;
    std::string m_read;
};

} // namespace ketensync::web
