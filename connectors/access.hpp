#pragma once

#include "connectors/connector.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/http/budget.hpp"
#include "daemon/http/client.hpp"
#include "daemon/http/credential.hpp"

#include <map>
#include <memory>
#include <string>

namespace ketensync::connectors {

/// What the requests to a source have in common: what they prove themselves with (null: nothing), and how many there
/// may be (null: no bound).
struct Access {
    std::shared_ptr<http::Credential> credential;
    std::shared_ptr<http::Budget> budget;
};

/// What the feeds of each source share, so that they keep to one budget and one fetches the token for all. Kept from
/// run to run; a source whose settings changed gets another. One for a daemon; any thread. The clocks of the
/// surroundings it is called with outlive it.
class SharedAccess {
public:
    /// Secrets are read anew each time; a token's secret, whenever a token is fetched.
    Result<Access> of(settings::Source const & source, Surroundings const & surroundings);

private:
    struct Entry {
        std::string settings; ///< that it was made from
        Access access;
    };
    Guarded<std::map<std::string, Entry>> m_entries; ///< by source
};

/// How a client of the source behaves, with `address` as where it asks.
Result<http::ClientSettings> client_settings(
    settings::Source const & source, std::string const & address, settings::Limits const & limits);

} // namespace ketensync::connectors
