#pragma once

#include "daemon/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::sftp {

struct Settings {
    std::string host;
    std::uint16_t port = 22;
    std::string user;
    /// The keys by which the server may be known, as ssh-keygen shows them: "SHA256:..." in base64. Never empty: a server
    /// that is not known by its key is never talked to.
    std::vector<std::string> host_keys;
    std::string credential; ///< name of the private key, for messages
    std::string private_key; ///< its content: OpenSSH's or PEM, without a passphrase
    std::chrono::milliseconds connect_timeout { 10'000 }; ///< until a folder can be asked for
    std::chrono::milliseconds answer_timeout { 60'000 }; ///< of each answer, so also of each piece of a file
};

/// A plain file as the server shows it.
struct RemoteFile {
    std::string name;
    std::uint64_t size = 0;
    std::int64_t changed_s = 0; ///< since 1970, by the server's clock
};

/// One connection to an SFTP server, logged in with a key. The only place that knows libssh. Owned and used by one
/// thread. Every wait ends at its limit or within 200 ms of `stop` (Failure::interrupted). Failures: unavailable (no
/// connection, no answer, a file that is not there any more: the connection may be of no use from then on), refused (the
/// server's key is another; ours is not accepted; it does not allow what we ask), configuration (a private key that
/// cannot be read). No failure tells a path or a key, but the server's own key by its fingerprint.
class Session {
public:
    static Result<Session> open(Settings const & settings, std::stop_token stop);
    ~Session();
    Session(Session &&) noexcept;
    Session & operator=(Session &&) noexcept;

    /// The plain files of the folder; links, folders and names that hold a slash or a control character are left out.
    Result<std::vector<RemoteFile>> list(std::string const & folder, std::stop_token stop);
    /// Nothing when there is no such plain file.
    Result<std::optional<RemoteFile>> look_at(std::string const & path, std::stop_token stop);
    /// Gives the file from `offset` to its end, in pieces. A failure of `use` is passed on.
    using Use = std::function<Result<void>(std::string_view piece)>;
    Result<void> read(std::string const & path, std::uint64_t offset, Use const & use, std::stop_token stop);
    /// Never replaces a file.
    Result<void> rename(std::string const & from, std::string const & to, std::stop_token stop);
    Result<void> remove(std::string const & path, std::stop_token stop);

private:
    struct Inner;
    explicit Session(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::sftp
