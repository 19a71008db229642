#include "connectors/rest_cursor.hpp"

#include "daemon/http/address.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ketensync::connectors {

namespace {

constexpr std::size_t bytes_max = 4096;

std::optional<std::string> decoded(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        if (text.front() != '%') {
            result += text.front();
            text.remove_prefix(1);
            continue;
        }
        unsigned byte = 0;
        auto const digits = text.substr(1, 2);
        auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || parsed.ec != std::errc() || parsed.ptr != digits.data() + 2) {
            return std::nullopt;
        }
        result += static_cast<char>(byte);
        text.remove_prefix(3);
    }
    return result;
}

bool to_number(std::string const & text, std::uint64_t & number)
{
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

bool set(RestCursor & cursor, std::string_view key, std::string value)
{
    if (key == "page") {
        cursor.under_way = true;
        return to_number(value, cursor.place.number);
    }
    if (key == "seen") {
        return to_number(value, cursor.place.seen);
    }
    if (key == "first") {
        cursor.place.first = value == "yes";
        return true;
    }
    for (auto const & [name, member] :
        { std::pair { "parent", &RestCursor::parent }, std::pair { "job", &RestCursor::job },
            std::pair { "since", &RestCursor::since }, std::pair { "newest", &RestCursor::newest },
            std::pair { "etag", &RestCursor::etag }, std::pair { "modified", &RestCursor::last_modified } }) {
        if (key == name) {
            cursor.*member = std::move(value);
            return true;
        }
    }
    if (key == "next") {
        cursor.place.next = std::move(value);
        return true;
    }
    return false;
}

} // namespace

Result<std::string> to_text(RestCursor const & cursor)
{
    std::string text;
    auto const add = [&text](std::string_view key, std::string_view value) {
        if (!value.empty()) {
            text += fmt::format("{}{}={}", text.empty() ? "" : "&", key, http::encoded(value));
        }
    };
    if (cursor.under_way) {
        add("page", fmt::format("{}", cursor.place.number));
        add("first", cursor.place.first ? "yes" : "");
        add("next", cursor.place.next);
        add("seen", cursor.place.seen == 0 ? "" : fmt::format("{}", cursor.place.seen));
        add("parent", cursor.parent);
        add("job", cursor.job);
        add("since", cursor.since);
    }
    add("newest", cursor.newest);
    add("etag", cursor.etag);
    add("modified", cursor.last_modified);
    if (text.size() > bytes_max) {
        return fail(Failure::bad_page, fmt::format("what leads to the next page is longer than {} bytes", bytes_max));
    }
    return text;
}

std::optional<RestCursor> rest_cursor(std::string_view text)
{
    RestCursor cursor;
    cursor.place.first = false;
    while (!text.empty()) {
        auto const part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        auto const equals = part.find('=');
        auto value = equals == std::string_view::npos ? std::nullopt : decoded(part.substr(equals + 1));
        if (!value || !set(cursor, part.substr(0, equals), std::move(*value))) {
            return std::nullopt;
        }
    }
    return cursor;
}

} // namespace ketensync::connectors
