#include "tests/region/answer.hpp"

#include "tests/region/letters.hpp"

#include <fmt/format.h>

namespace ketensync::region {
namespace {

int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
        : c >= 'A' && c <= 'F'  ? c - 'A' + 10
                                : -1;
}

std::string find_parameter(std::string_view form, std::string_view name)
{
    while (!form.empty()) {
        auto const pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        auto const equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return url_decoded(pair.substr(equals + 1));
        }
    }
    return {};
}

} // namespace

std::string url_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string Request::parameter(std::string_view name) const
{
    auto value = find_parameter(query, name);
    return value.empty() ? find_parameter(body, name) : value;
}

std::string_view reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 410:
        return "Gone";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

std::string Answer::head_text(bool keep_alive) const
{
    return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: {}\r\n\r\n", status,
        reason_phrase(status), content_type, body_size(), headers, keep_alive ? "keep-alive" : "close");
}

Answer problem(int status, std::string_view title, std::string_view detail)
{
    Answer answer;
    answer.status = status;
    answer.content_type = "application/problem+json";
    answer.head = fmt::format(R"({{"status":{},"title":)", status);
    append_json(answer.head, title);
    if (!detail.empty()) {
        answer.head += ",\"detail\":";
        append_json(answer.head, detail);
    }
    answer.head += '}';
    return answer;
}

} // namespace ketensync::region
