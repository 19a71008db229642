#pragma once

#include "daemon/base/clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ketensync::web {

/// What a handler learns of a request: GET or HEAD, or POST where its route takes what is posted.
struct Request {
    std::string path; ///< decoded: "/readyz/disk"
    std::string rest; ///< what follows the route's path: "disk"
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<std::pair<std::string, std::string>> headers {}; ///< names in small letters
    bool posted = false;
    std::vector<std::pair<std::string, std::string>> form {}; ///< what was posted as a form
    std::string json {};                                      ///< what was posted as JSON, as it came

    bool asks(std::string_view name) const; ///< ?verbose
    std::vector<std::string> values(std::string_view name) const; ///< ?exclude=a&exclude=b
    /// The last of that name in the query or, when it was posted, in the form; empty when there is none.
    std::string value(std::string_view name) const;
    /// Nothing when it is absent, and when it is there more than once: then nobody knows who said which.
    std::optional<std::string> header(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers {}; ///< besides those that every answer has
};

/// What a family of paths says before a handler is asked, where that is not what pages say.
struct Manners {
    /// For the header Allow: "GET, HEAD"; empty when there is no such path. Of a decoded path.
    std::function<std::string(std::string_view path)> methods;
    std::function<Response(int status, std::string_view sentence)> refusal;
};

/// One row of the table of pages. A handler runs on the server's only thread: it reads what is in memory, never waits and
/// never does i/o. Of a route that waits it runs on the worker (page_worker.hpp), one request at a time, and may.
struct Route {
    std::string path; ///< "/metrics"; with a rest: "/readyz/"
    bool takes_rest = false;
    std::function<Response(Request const &)> handler;
    bool waits = false;
    bool takes_forms = false; ///< POST of application/x-www-form-urlencoded; only of a route that waits
    bool takes_json = false;  ///< POST of application/json, and nothing else; only of a route that waits
    std::shared_ptr<Manners const> manners {}; ///< none: those of pages

    bool takes_posts() const { return takes_forms || takes_json; }
};

/// A sound request, and the page that it is for.
struct Asked {
    Request request;
    Route const * route = nullptr;
    bool with_body = true;        ///< of the answer
    std::size_t posted_bytes = 0; ///< that follow the header
};

/// What `header` (all up to and with the empty line) asks for, or the bytes that refuse it. Pure. What is not sound HTTP is
/// 400, another method 405, a page that is not there 404, a Host that is not this machine 421: so that no web page elsewhere
/// can read along under its own name. What is posted without its length is 411, of more than `posted_bytes_max` 413, of another
/// kind 415, and what waits for our leave to be sent 417.
std::variant<std::string, Asked> understand(
    std::string_view header, std::vector<Route> const & routes, std::size_t posted_bytes_max, Instant now);
/// Takes what was posted; false when a form is none.
bool take_posted(std::string body, Asked & asked);
/// The bytes that answer it, status line to body. A handler that throws is 500.
std::string answer(Asked const & asked, Instant now);
/// Both, of what has no body.
std::string answer(std::string_view header, std::vector<Route> const & routes, Instant now);

/// The bytes of a response that no handler made, in the manners of `route`, which may be null.
std::string refusal(Route const * route, int status, std::string_view sentence, Instant now,
    std::vector<std::pair<std::string, std::string>> headers = {});

} // namespace ketensync::web
