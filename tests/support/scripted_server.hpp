#pragma once

#include "tests/support/test_authority.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::support {

/// A web server on loopback that answers as a test says, well or badly. Runs until it goes out of scope, however many
/// requests hang. The script is called from several threads, one call at a time.
class ScriptedServer {
public:
    struct Request {
        std::string method;
        std::string path;
        std::map<std::string, std::string> parameters; ///< of the query, decoded
        std::map<std::string, std::string> headers; ///< names in lower case
        std::string body;
        std::string client; ///< name in the certificate that the client showed; empty: none
    };

    /// Whether a client shows a certificate of the authority.
    enum class Clients { not_asked, may, must };

    struct Answer {
        int status = 200;
        std::string body {};
        std::map<std::string, std::string> headers {};
        bool cut = false; ///< promises the whole body, sends half, hangs up
        bool gzip = false; ///< compresses the body
        std::chrono::milliseconds delay { 0 }; ///< before anything is said
        std::chrono::milliseconds drip { 0 }; ///< between one byte of the body and the next
    };

    using Script = std::function<Answer(Request const &)>;

    /// With an authority it speaks TLS, with the authority's certificate.
    explicit ScriptedServer(
        Script script, TestAuthority const * authority = nullptr, Clients clients = Clients::not_asked);
    ~ScriptedServer();

    /// "http://127.0.0.1:port", or https.
    std::string address() const;
    std::vector<Request> requests() const;
    /// How many connections were made so far.
    int connections() const;

private:
    struct Inner;
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::support
