#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

// What configuration says of sources and feeds that speak HTTP. Part of config.hpp.

namespace ketensync::settings {

/// Where in a list one answer stands, and where the next one is.
struct Paging {
    enum class By {
        none, ///< one answer is the list
        page_number, ///< a parameter counts pages
        offset, ///< a parameter counts documents
        cursor, ///< each page holds what to ask the next one with
        next_link, ///< each page holds the address of the next one
        link_header, ///< so does the header Link, as rel="next" (RFC 8288)
    };
    By by = By::none;
    std::string page_parameter = "pageNumber"; ///< page_number; offset and cursor have their own word for it
    std::string size_parameter = "pageSize"; ///< empty: no size is asked for
    std::uint64_t size = 250;
    std::uint64_t first = 1; ///< number of the first page
    std::string more = "hasNextPage"; ///< page_number: path in the body of the boolean that says there is another page
    std::string next; ///< cursor, next_link: path in the body
    std::string items; ///< path of the list in the body, where documents must be counted
    bool items_known = false; ///< `items` is given, or the page itself is the list
    bool empty_ends = true; ///< cursor, next_link, link_header: a page without documents is the last, whatever it says
    std::string total; ///< path of the declared number of documents; empty when there is none
};

/// A feed that is read once for every item of a list (associations of each offering).
struct Parent {
    std::string path; ///< of the list: "/offerings"; paged like the feed
    std::string items; ///< path of the list in its pages
    std::string key; ///< field of each item that replaces {parent} in the feed's own path
    std::uint64_t parallel = 1; ///< children that are asked for at the same time
};

/// How only what changed is asked for.
struct Since {
    enum class As { timestamp, date, epoch, epoch_ms, token };
    As as = As::timestamp;
    std::string parameter; ///< of the query; empty: {since} stands in the body
    std::string field; ///< path in each document of when it changed
    std::string token; ///< as = token: path in the body of what to ask with next time
    std::chrono::milliseconds lookback { 0 }; ///< changes may become visible so much later than they say
    std::chrono::nanoseconds precision { 1'000'000 }; ///< of the source's clock, and of what we ask with
    bool closed = true; ///< the source gives what changed at that moment too
    std::string start; ///< what the first reading asks with; empty: it asks without
    bool missing_allowed = false; ///< a document may come without `field`
};

/// A POST instead of a GET. {page}, {offset}, {size}, {cursor}, {since} and {asked} stand in the body.
struct Post {
    std::string body;
    std::string content_type = "application/json";
};

/// A list that the source makes when asked: create, ask until it is there, fetch.
struct Job {
    std::string create; ///< path; asked with the feed's [feed.post], or an empty POST
    std::string key; ///< path in the answer of what stands for {job}
    std::string status; ///< path: "/reports/{job}"
    std::string state; ///< path in its answer
    std::vector<std::string> done;
    std::vector<std::string> failed;
    std::chrono::milliseconds every { 5'000 };
    std::chrono::milliseconds timeout { 1'800'000 };
};

/// A feed whose questions are values of golden records.
struct Ask {
    std::string kind;
    std::string field;
    std::uint64_t batch = 20; ///< values in one request
    std::chrono::milliseconds again { 30LL * 24 * 3'600'000 }; ///< what was asked longer ago is asked anew
    std::uint64_t per_day = 1'000;
    std::string ground; ///< legal ground for asking this source about a person
};

struct Auth {
    enum class By { none, bearer, basic, api_key, oauth2_client_credentials };
    /// oauth2: how the client shows who it is.
    enum class Client { basic, form, private_key_jwt, certificate };
    By by = By::none;
    std::string token_address; ///< oauth2
    std::string client_id; ///< oauth2, basic (the user)
    std::string scope; ///< oauth2, may be empty
    std::string header; ///< api_key: its header
    std::string secret; ///< name of the credential
    std::string secret_place; ///< where that name stands, "file:line:column"
    Client client = Client::basic;
    bool pss = true; ///< private_key_jwt: PS256, else RS256
    std::string audience; ///< private_key_jwt: empty is token_address
    std::string key_id; ///< private_key_jwt: may be empty
    std::map<std::string, std::string> parameters; ///< oauth2: more of the form
};

} // namespace ketensync::settings
