#pragma once

#include "daemon/base/result.hpp"
#include "daemon/http/address.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::http {

/// Bounds on one request.
struct TransferLimits {
    std::uint64_t bytes_max = 64U << 20; ///< of the body, after decompression
    std::chrono::milliseconds connect_timeout { 10'000 };
    std::chrono::milliseconds request_timeout { 60'000 }; ///< body included
    std::uint64_t low_speed_bytes = 64; ///< a second; slower than this for low_speed_time is no answer
    std::chrono::seconds low_speed_time { 30 };
};

/// What a client shows of itself during the handshake of TLS: its certificate with the chain below the authority, and the
/// private key of it, both PEM. Of these only `name` is ever in a message.
struct ClientCertificate {
    std::string name; ///< of the credential
    std::string chain;
    std::string key;
};

/// Headers are as written; empty when the answer has none of that name.
struct Response {
    int status = 0;
    std::string body {};
    std::string content_type {};
    std::string retry_after {};
    std::string etag {};
    std::string last_modified {};
    std::string link {}; ///< of several, joined by commas
};

/// One connection to one origin, kept alive from request to request. No redirect is followed and no proxy is used;
/// compression is undone while it is counted; TLS is 1.2 or later and always verified; plain http goes to loopback
/// only, by the address that is really connected to. The only place that knows libcurl's handles. Owned and used by one
/// thread at a time.
class Transfer {
public:
    /// `ca_file`: the authority to trust instead of the system's; may be empty. `certificate` may be null.
    Transfer(Address address, std::string ca_file, TransferLimits limits,
        std::shared_ptr<ClientCertificate const> certificate = nullptr);
    ~Transfer();
    Transfer(Transfer &&) noexcept;

    /// One try, whatever the status of the answer. `target` is what follows the origin, from its slash; `headers` are
    /// whole lines; a body makes it a POST; `most` is another bound on the whole request, where it is the smaller one.
    /// Failures: unavailable (no whole answer), bad_page (too large, wrongly compressed), refused (the source's
    /// certificate, or ours), configuration (the address, the authority's file, our certificate), interrupted (within
    /// 200 ms of `stop`). No failure tells the target, a header or the body.
    Result<Response> run(std::string const & target, std::vector<std::string> const & headers,
        std::optional<std::string> const & body, std::stop_token stop,
        std::chrono::milliseconds most = std::chrono::milliseconds::max());

private:
    struct Inner;
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::http
