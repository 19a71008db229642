#include "tests/region/faulty_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::region {
namespace {

constexpr auto maintenance
    = "<!DOCTYPE html><html><head><title>Onderhoud</title></head><body><h1>Gepland onderhoud</h1>"
      "<p>Deze dienst is tijdelijk niet beschikbaar.</p></body></html>";

constexpr std::int64_t drips = 40;

void drip(Fault const & fault, Answer & answer)
{
    auto const whole = answer.head_text(false) + answer.body();
    auto const step = std::max<std::size_t>(1, (whole.size() + drips - 1) / drips);
    for (std::size_t at = 0; at < whole.size(); at += step) {
        answer.pieces.push_back({ whole.substr(at, step), fault.seconds * 1000 / drips });
    }
}

} // namespace

std::optional<Answer> refusal_of(Fault const & fault)
{
    switch (fault.kind) {
    case FaultKind::too_many: {
        auto answer = problem(429, "Too Many Requests");
        answer.headers = fmt::format("Retry-After: {}\r\n", fault.seconds);
        return answer;
    }
    case FaultKind::unavailable:
        return problem(503, "Service Unavailable");
    case FaultKind::error:
        return problem(500, "Internal Server Error");
    case FaultKind::unauthorized: {
        auto answer = problem(401, "Unauthorized", "the token has expired");
        answer.headers = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
        return answer;
    }
    case FaultKind::html: {
        Answer answer;
        answer.content_type = "text/html; charset=utf-8";
        answer.head = maintenance;
        return answer;
    }
    case FaultKind::reset: {
        Answer answer;
        answer.close_at_once = true;
        return answer;
    }
    default:
        return std::nullopt;
    }
}

Window moved_window(Fault const & fault, Window window)
{
    switch (fault.kind) {
    case FaultKind::empty:
        window.items = 0;
        break;
    case FaultKind::half:
        window.items = window.items / 2;
        break;
    case FaultKind::duplicate:
        window.first -= std::min(window.first, window.count);
        break;
    case FaultKind::shifted:
        window.first -= std::min<std::size_t>(window.first, 1);
        break;
    default:
        break;
    }
    return window;
}

Answer broken(Fault const & fault, Answer answer)
{
    switch (fault.kind) {
    case FaultKind::cut: {
        auto const whole = answer.head_text(false) + answer.body();
        answer.pieces = { { whole.substr(0, whole.size() - answer.body_size() / 2 - 1), 0 } };
        break;
    }
    case FaultKind::cut_chunked: {
        auto const body = answer.body();
        auto const half = body.substr(0, body.size() / 2 + 1);
        answer.pieces
            = { { fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
                              "Connection: close\r\n\r\n{:x}\r\n{}\r\n",
                      half.size(), half),
                0 } };
        break;
    }
    case FaultKind::bad_json: {
        auto const body = answer.body();
        answer.head = body.substr(0, body.size() / 2 + 1);
        answer.slice = {};
        answer.tail.clear();
        break;
    }
    case FaultKind::slow:
        drip(fault, answer);
        break;
    default:
        break;
    }
    return answer;
}

} // namespace ketensync::region
