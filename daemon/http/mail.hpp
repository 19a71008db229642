#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::http {

/// A server that takes letters (RFC 5321).
struct MailServer {
    std::string address; ///< "smtp://host:port", where STARTTLS follows; "smtps://host:port", TLS from the first byte
    bool tls_required = true; ///< false: TLS where it is offered, and then only to loopback
    std::string ca_file {}; ///< authority to trust instead of the system's; may be empty
    std::string user {}; ///< empty: we do not log in
    std::string password {};
    std::chrono::milliseconds connect_timeout { 10'000 };
    std::chrono::milliseconds request_timeout { 60'000 }; ///< of the whole conversation
};

/// A letter of plain text. What stands in its headers is ASCII without control characters.
struct Letter {
    std::string from;
    std::vector<std::string> to;
    std::string subject;
    std::string id; ///< the same for each try, so that a letter that came twice is seen to be one
    Instant date {};
    std::string text; ///< UTF-8
};

/// Hands a letter over, once. TLS is 1.2 or later and always verified; no proxy is used. Failures: unavailable (no
/// answer, or "try again": 4xx), refused (5xx, the log-in, the certificate, a server without TLS), configuration (the
/// address, a letter that cannot be), interrupted (within 200 ms of `stop`). None tells an address of a person, the
/// password or the text. Any thread.
Result<void> send_mail(MailServer const & server, Letter const & letter, std::stop_token stop);

} // namespace ketensync::http
