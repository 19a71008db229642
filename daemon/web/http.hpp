#pragma once

#include "daemon/base/clock.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ketensync::web {

/// What a handler learns of a request: only GET and HEAD come this far.
struct Request {
    std::string path; ///< decoded: "/readyz/disk"
    std::string rest; ///< what follows the route's path: "disk"
    std::vector<std::pair<std::string, std::string>> query;

    bool asks(std::string_view name) const; ///< ?verbose
    std::vector<std::string> values(std::string_view name) const; ///< ?exclude=a&exclude=b
};

struct Response {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers {}; ///< besides those that every answer has
};

/// One row of the table of pages. The handler runs on the server's only thread: it reads what is in memory, never waits
/// and never does i/o.
struct Route {
    std::string path; ///< "/metrics"; with a rest: "/readyz/"
    bool takes_rest = false;
    std::function<Response(Request const &)> handler;
};

/// The bytes that answer `header` (all up to and with the empty line), status line to body. Pure. What is not sound
/// HTTP is 400, another method 405, a page that is not there 404, a Host that is not this machine 421: so that no web
/// page elsewhere can read along under its own name. A handler that throws is 500.
std::string answer(std::string_view header, std::vector<Route> const & routes, Instant now);

/// The bytes of a response that no handler made.
std::string refusal(int status, std::string_view sentence, Instant now);

} // namespace ketensync::web
