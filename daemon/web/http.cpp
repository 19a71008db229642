#include "daemon/web/http.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <iterator>
#include <sstream>

namespace ketensync::web {

namespace {

using Poco::Net::HTTPMessage;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

std::string bytes_of(Response const & response, bool with_body, Instant now)
{
    HTTPResponse head(HTTPMessage::HTTP_1_1, static_cast<HTTPResponse::HTTPStatus>(response.status));
    head.setReason(HTTPResponse::getReasonForStatus(head.getStatus()));
    head.setDate(Poco::Timestamp(now.time_since_epoch().count() * 1000));
    head.setContentType(response.content_type);
    head.setContentLength(static_cast<std::streamsize>(response.body.size()));
    head.setKeepAlive(false);
    head.set("Cache-Control", "no-store");
    head.set("X-Content-Type-Options", "nosniff");
    head.set(
        "Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    head.set("Referrer-Policy", "no-referrer");
    if (response.status == HTTPResponse::HTTP_METHOD_NOT_ALLOWED) {
        head.set("Allow", "GET, HEAD");
    }
    for (auto const & [name, value] : response.headers) {
        head.set(name, value);
    }
    std::ostringstream text;
    head.write(text);
    if (with_body) {
        text << response.body;
    }
    return text.str();
}

Response plain(int status, std::string_view sentence)
{
    return { status, "text/plain; charset=utf-8", std::string(sentence) + "\n", {} };
}

/// "127.0.0.1:9464", "localhost", "[::1]:9464".
bool is_this_machine(std::string host)
{
    if (auto const colon = host.rfind(':'); colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        host.resize(colon);
    }
    constexpr std::array<std::string_view, 3> names { "localhost", "127.0.0.1", "[::1]" };
    return std::find(names.begin(), names.end(), host) != names.end();
}

bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
            || others.find(letter) != std::string_view::npos;
    });
}

bool is_visible(char letter) { return letter > ' ' && letter != '\x7f' && static_cast<unsigned char>(letter) < 0x80U; }

/// "GET /path HTTP/1.1", with one blank between its parts and nothing in them that a proxy might read otherwise.
bool is_request_line(std::string_view line)
{
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first))) {
        return false;
    }
    auto const target = line.substr(first + 1, last - first - 1);
    auto const version = line.substr(last + 1);
    return target.starts_with('/') && target.find('#') == std::string_view::npos && std::ranges::all_of(target, is_visible)
        && version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.size() <= 10 && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

std::string small(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return result;
}

/// Stricter than Poco, which takes what two programs in a row may understand differently: a request that hides another.
bool is_sound(std::string_view header)
{
    std::size_t number = 0, hosts = 0, lengths = 0;
    for (;; ++number) {
        auto const end = header.find("\r\n");
        if (end == std::string_view::npos) {
            return false;
        }
        auto const line = header.substr(0, end);
        header.remove_prefix(end + 2);
        if (line.empty()) {
            return number > 0 && header.empty() && lengths <= 1 && hosts <= 1;
        }
        if (number == 0) {
            if (!is_request_line(line)) {
                return false;
            }
            continue;
        }
        auto const colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return false; // a blank before the colon or at the begin of the line as well
        }
        auto const name = small(line.substr(0, colon));
        auto value = line.substr(colon + 1);
        if (std::ranges::any_of(value, [](char letter) { return (static_cast<unsigned char>(letter) < 0x20U && letter != '\t') || letter == '\x7f'; })) {
            return false; // a bare CR or LF too
        }
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) {
            value.remove_prefix(1);
        }
        while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) {
            value.remove_suffix(1);
        }
        hosts += name == "host" ? 1U : 0U;
        lengths += name == "content-length" ? 1U : 0U;
        if (name == "transfer-encoding" || (name == "content-length" && !is_number(value))) {
            return false;
        }
    }
}

/// Several may have the same path: one of them takes what is posted.
Route const * route_of(Request & request, std::vector<Route> const & routes)
{
    Route const * otherwise = nullptr;
    for (auto const & route : routes) {
        if (route.takes_rest ? request.path.starts_with(route.path) : request.path == route.path) {
            request.rest = request.path.substr(route.path.size());
            if (request.posted ? route.takes_posts() : !route.takes_json) {
                return &route;
            }
            otherwise = otherwise == nullptr ? &route : otherwise;
        }
    }
    return otherwise;
}

/// The bytes that refuse what is asked of that path in that way, or nothing.
std::optional<std::string> refused_method(std::string const & method, std::string_view path, Route const * route, Instant now)
{
    bool const reads = method == HTTPRequest::HTTP_GET || method == HTTPRequest::HTTP_HEAD;
    if (route == nullptr || !route->manners) {
        bool const takes = route != nullptr && route->takes_forms && method == HTTPRequest::HTTP_POST;
        return reads || takes ? std::nullopt : std::optional(refusal(route, 405, "only GET and HEAD", now));
    }
    auto const allowed = route->manners->methods(path);
    bool const posts = allowed == HTTPRequest::HTTP_POST;
    if (!allowed.empty() && (posts ? method == HTTPRequest::HTTP_POST : reads)) {
        return std::nullopt;
    }
    auto response = allowed.empty() ? route->manners->refusal(404, "there is no such path") : route->manners->refusal(405, "only " + allowed);
    if (!allowed.empty()) {
        response.headers.emplace_back("Allow", allowed);
    }
    return bytes_of(response, method != HTTPRequest::HTTP_HEAD, now);
}

/// The bytes that refuse what is posted, or nothing.
std::optional<std::string> refused(HTTPRequest const & head, Route const & route, std::size_t posted_bytes_max, Instant now)
{
    std::string_view const wanted = route.takes_json ? "application/json" : "application/x-www-form-urlencoded";
    if (head.has("Expect")) {
        return refusal(&route, 417, "send the body with its header", now);
    }
    if (!head.hasContentLength()) {
        return refusal(&route, 411, "what is posted has no Content-Length", now);
    }
    if (static_cast<std::uint64_t>(head.getContentLength64()) > posted_bytes_max) {
        return refusal(&route, 413, "this is too long", now);
    }
    auto const type = small(head.getContentType());
    if (type.substr(0, type.find_first_of("; \t")) != wanted) {
        return refusal(&route, 415, fmt::format("only {}", wanted), now);
    }
    return std::nullopt;
}

/// Poco knows a plus for a blank in a query only.
std::string form_text(std::string_view coded)
{
    std::string blank(coded), text;
    std::ranges::replace(blank, '+', ' ');
    Poco::URI::decode(blank, text);
    return text;
}

/// A form with more fields is none of ours.
constexpr std::size_t form_fields_max = 64;

} // namespace

bool Request::asks(std::string_view name) const
{
    return std::any_of(query.begin(), query.end(), [&](auto const & each) { return each.first == name; });
}

std::vector<std::string> Request::values(std::string_view name) const
{
    std::vector<std::string> result;
    for (auto const & [key, value] : query) {
        if (key == name) {
            result.push_back(value);
        }
    }
    return result;
}

std::string Request::value(std::string_view name) const
{
    auto const & from = posted ? form : query;
    auto const found = std::find_if(from.rbegin(), from.rend(), [&](auto const & each) { return each.first == name; });
    return found == from.rend() ? std::string() : found->second;
}

std::optional<std::string> Request::header(std::string_view name) const
{
    auto const is = [&](auto const & each) { return each.first == name; };
    auto const found = std::find_if(headers.begin(), headers.end(), is);
    return found == headers.end() || std::find_if(found + 1, headers.end(), is) != headers.end() ? std::nullopt
                                                                                                : std::optional(found->second);
}

std::variant<std::string, Asked> understand(
    std::string_view header, std::vector<Route> const & routes, std::size_t posted_bytes_max, Instant now)
{
    if (!is_sound(header)) {
        return refusal(nullptr, 400, "this is not a request", now);
    }
    try {
        std::istringstream text { std::string(header) };
        HTTPRequest head;
        head.read(text);
        auto const & method = head.getMethod();
        if (!head.getVersion().starts_with("HTTP/1.")) {
            return refusal(nullptr, 505, "HTTP/1.1 is spoken here", now);
        }
        if (!head.has(HTTPRequest::HOST)) {
            return refusal(nullptr, 400, "the request has no Host", now);
        }
        if (!is_this_machine(head.getHost())) {
            return refusal(nullptr, 421, "ask by localhost, 127.0.0.1 or [::1]", now);
        }
        Poco::URI const target(head.getURI());
        Asked asked { { target.getPath(), {}, target.getQueryParameters() } };
        asked.with_body = method != HTTPRequest::HTTP_HEAD;
        asked.request.posted = method == HTTPRequest::HTTP_POST;
        asked.route = route_of(asked.request, routes);
        if (auto bytes = refused_method(method, asked.request.path, asked.route, now)) {
            return std::move(*bytes);
        }
        if (asked.route == nullptr) {
            return bytes_of(plain(404, "there is no such page here"), asked.with_body, now);
        }
        if (asked.request.posted && asked.route->takes_posts()) {
            if (auto bytes = refused(head, *asked.route, posted_bytes_max, now)) {
                return std::move(*bytes);
            }
            asked.posted_bytes = static_cast<std::size_t>(head.getContentLength64());
        } else if (head.getContentLength64() > 0 && !asked.request.posted) {
            return refusal(asked.route, 400, "a question has no body", now);
        }
        for (auto const & [name, value] : head) {
            asked.request.headers.emplace_back(small(name), value);
        }
        return asked;
    } catch (Poco::Exception const &) {
        return refusal(nullptr, 400, "this is not a request", now);
    }
}

namespace {

bool take_form(std::string_view body, Request & request)
{
    try {
        while (!body.empty()) {
            auto const field = body.substr(0, body.find('&'));
            body.remove_prefix(std::min(body.size(), field.size() + 1));
            auto const equals = std::min(field.find('='), field.size());
            request.form.emplace_back(form_text(field.substr(0, equals)), form_text(field.substr(std::min(field.size(), equals + 1))));
            if (request.form.size() > form_fields_max) {
                return false;
            }
        }
    } catch (Poco::Exception const &) {
        return false;
    }
    return true;
}

} // namespace

bool take_posted(std::string body, Asked & asked)
{
    if (!asked.request.posted) {
        return true;
    }
    if (asked.route->takes_json) {
        asked.request.json = std::move(body);
        return true;
    }
    return take_form(body, asked.request);
}

std::string answer(Asked const & asked, Instant now)
{
    try {
        return bytes_of(asked.route->handler(asked.request), asked.with_body, now);
    } catch (std::exception const &) {
        return bytes_of(plain(500, "a bug; see the log"), asked.with_body, now);
    }
}

std::string answer(std::string_view header, std::vector<Route> const & routes, Instant now)
{
    auto understood = understand(header, routes, 0, now);
    auto const * const asked = std::get_if<Asked>(&understood);
    return asked == nullptr ? std::get<std::string>(std::move(understood)) : answer(*asked, now);
}

std::string refusal(Route const * route, int status, std::string_view sentence, Instant now,
    std::vector<std::pair<std::string, std::string>> headers)
{
    auto response = route != nullptr && route->manners ? route->manners->refusal(status, sentence) : plain(status, sentence);
    std::ranges::move(headers, std::back_inserter(response.headers));
    return bytes_of(response, true, now);
}

} // namespace ketensync::web
