#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_authority.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ketensync::support {

/// A mail server on loopback (aiosmtpd, of Debian's python3-aiosmtpd), in a process of its own; ended with this object.
class MailServer {
public:
    enum class Tls { none, starttls, implicit };
    /// With a user it takes letters only after a log-in.
    explicit MailServer(
        Tls tls, TestAuthority const * authority = nullptr, std::string const & user = {}, std::string const & password = {});

    struct Letter {
        std::string from;
        std::vector<std::string> to;
        std::string content; ///< headers and body, as it came
        std::map<std::string, std::string> headers; ///< as Python's own library of e-mail reads them
        std::string text; ///< so is this
        std::vector<std::string> defects; ///< what that finds wrong
        bool tls = false;
        std::string user; ///< as whom we logged in
    };
    /// What it took so far, in order.
    std::vector<Letter> letters() const;
    /// Waits until it took so many; false when that takes longer than half a minute.
    bool wait_for(std::size_t count) const;

    /// take, later (451), never (550), hang.
    void mood(std::string const & mood) const;
    /// "smtp://127.0.0.1:port", or smtps.
    std::string address() const;

private:
    TemporaryFolder m_folder;
    Process m_process;
    bool m_implicit;
    std::uint16_t m_port = 0;
};

} // namespace ketensync::support
