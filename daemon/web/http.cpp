#include "daemon/web/http.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
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
        std::string name(line.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
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

Response dispatch(Request & request, std::vector<Route> const & routes)
{
    for (auto const & route : routes) {
        if (route.takes_rest ? request.path.starts_with(route.path) : request.path == route.path) {
            request.rest = request.path.substr(route.path.size());
            return route.handler(request);
        }
    }
    return plain(404, "there is no such page here");
}

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

std::string answer(std::string_view header, std::vector<Route> const & routes, Instant now)
{
    bool with_body = true;
    if (!is_sound(header)) {
        return refusal(400, "this is not a request", now);
    }
    try {
        std::istringstream text { std::string(header) };
        HTTPRequest head;
        head.read(text);
        with_body = head.getMethod() != HTTPRequest::HTTP_HEAD;
        if (!head.getVersion().starts_with("HTTP/1.")) {
            return refusal(505, "HTTP/1.1 is spoken here", now);
        }
        if (head.getMethod() != HTTPRequest::HTTP_GET && with_body) {
            return refusal(405, "only GET and HEAD", now);
        }
        if (head.getContentLength64() > 0) {
            return refusal(400, "a question has no body", now);
        }
        if (!head.has(HTTPRequest::HOST)) {
            return refusal(400, "the request has no Host", now);
        }
        if (!is_this_machine(head.getHost())) {
            return refusal(421, "ask by localhost, 127.0.0.1 or [::1]", now);
        }
        Poco::URI const target(head.getURI());
        Request request { target.getPath(), {}, target.getQueryParameters() };
        return bytes_of(dispatch(request, routes), with_body, now);
    } catch (Poco::Exception const &) {
        return refusal(400, "this is not a request", now);
    } catch (std::exception const &) {
        return bytes_of(plain(500, "a bug; see the log"), with_body, now);
    }
}

std::string refusal(int status, std::string_view sentence, Instant now)
{
    return bytes_of(plain(status, sentence), true, now);
}

} // namespace ketensync::web
