#pragma once

#include "connectors/connector.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/http/breaker.hpp"
#include "daemon/http/budget.hpp"
#include "daemon/http/client.hpp"
#include "daemon/http/credential.hpp"

#include <map>
#include <memory>
#include <string>

namespace ketensync::connectors {

/// What the requests to a source have in common: what they prove themselves with (null: nothing), how many there may be
/// (null: no bound), and whether the source is left alone for a while.
struct Access {
    std::shared_ptr<http::Credential> credential;
    std::shared_ptr<http::Budget> budget;
    std::shared_ptr<http::Breaker> breaker;
};

/// What the feeds of each source share, so that they keep to one budget, one fetches the token for all and all leave
/// alone what fails. The budget is of a host, which more sources may have in common; the smallest holds. Kept from run
/// to run; a source whose settings changed gets another. One for a daemon; any thread. The clocks of the surroundings
/// it is called with outlive it.
class SharedAccess {
public:
    /// Secrets are read anew each time; a token's secret, whenever a token is fetched.
    Result<Access> of(settings::Source const & source, Surroundings const & surroundings);

private:
    struct Entry {
        std::string settings; ///< that it was made from
        Access access;
    };
    /// The requests a second that a host was last said to allow, and the budget made from it.
    struct Host {
        std::map<std::string, std::uint64_t> said; ///< by source
        std::uint64_t allowed = 0;
        std::shared_ptr<http::Budget> budget;
    };
    struct Entries {
        std::map<std::string, Entry> sources; ///< by name
        std::map<std::string, Host> hosts; ///< by origin
    };
    static std::shared_ptr<http::Budget> budget(
        Entries & entries, settings::Source const & source, Clock const & clock);

    Guarded<Entries> m_entries;
};

/// The credential with a certificate and the one with its key; `key` is empty when both lie in one. Read anew.
Result<http::ClientCertificate> read_certificate(
    settings::Secrets const & secrets, std::string const & certificate, std::string const & key);

/// How a client of the source behaves, with `address` as where it asks. The source's certificate is read anew.
Result<http::ClientSettings> client_settings(
    settings::Source const & source, std::string const & address, Surroundings const & surroundings);

} // namespace ketensync::connectors
