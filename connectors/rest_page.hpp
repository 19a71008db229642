#pragma once

#include "connectors/access.hpp"
#include "connectors/connector.hpp"
#include "connectors/rest_place.hpp"
#include "connectors/rest_since.hpp"
#include "daemon/http/client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// One page of a list, as asked for.
struct PageQuestion {
    std::string path; ///< below the source's address
    std::string parent {}; ///< stands for {parent}
    std::string job {}; ///< stands for {job}
    std::string since {}; ///< what to ask with; empty: everything
    std::string asked {}; ///< stands for {asked} in a body
    std::vector<std::string> headers {};
    bool conditional = false;
    bool post = true; ///< as the feed says; false: a GET all the same
};

/// One answer, and what it says of those behind it.
struct RestPage {
    Body body;
    Envelope envelope;
    std::string etag;
    std::string last_modified;
    bool not_modified = false;
    bool no_parent = false; ///< the parent whose list was asked for is not there (any more): nothing else is said
    std::optional<std::string> token; ///< of since, where the page holds one
};

/// Fetches the pages of lists below one source's address, and reads what their envelope says. Used by one thread.
class RestPages {
public:
    RestPages(http::ClientSettings client, Access access, settings::Feed feed, Surroundings const & surroundings);

    /// The page at `place`. `origin` goes before every failure.
    Result<RestPage> read(
        PageQuestion const & question, Place const & place, std::string_view origin, std::stop_token stop);

    /// One answer that is not part of a list, asked by POST where there is a body.
    Result<http::Response> ask(std::string const & path, std::optional<std::string> body, std::stop_token stop);

    /// The feed's body with everything in it that stands between braces.
    std::string body_for(PageQuestion const & question, Place const & place) const;

private:
    std::string target_for(PageQuestion const & question, Place const & place) const;
    Result<RestPage> answered(http::Response response, Place const & place, std::string const & target) const;

    settings::Feed m_feed;
    settings::Limits const & m_limits;
    std::string m_base; ///< path of the address, without a final slash
    http::Client m_client;
};

} // namespace ketensync::connectors
