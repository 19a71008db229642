#include "daemon/formats/encoding.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace ketensync::formats {

namespace {

/// Windows-1252 from 0x80 to 0x9f; 0 where it has no character. The rest is as in ISO-8859-1.
constexpr std::array<char16_t, 32> cp1252_high = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6,
    0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc,
    0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

bool starts_with_any_case(std::string_view text, std::string_view lower)
{
    return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
}

} // namespace

bool is_ascii(std::string_view bytes)
{
    std::uint64_t high = 0;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes.data() + at, 8);
        high |= eight;
    }
    for (; at < bytes.size(); ++at) {
        high |= static_cast<unsigned char>(bytes[at]);
    }
    return (high & 0x8080'8080'8080'8080U) == 0;
}

std::optional<char32_t> code_point(unsigned char byte, Encoding encoding)
{
    if (encoding == Encoding::cp1252 && byte >= 0x80 && byte < 0xa0) {
        auto const character = cp1252_high[byte - 0x80U];
        return character == 0 ? std::nullopt : std::optional<char32_t>(character);
    }
    return byte;
}

void append_utf8(char32_t code_point, std::string & text)
{
    auto const tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((code_point >> shift) & 0x3fU)); };
    if (code_point < 0x80) {
        text += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        text += static_cast<char>(0xc0U | (code_point >> 6U));
        tail(0);
    } else if (code_point < 0x10000) {
        text += static_cast<char>(0xe0U | (code_point >> 12U));
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0U | (code_point >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

bool valid_utf8(std::string_view bytes)
{
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

bool to_utf8(std::string_view bytes, Encoding encoding, std::string & text)
{
    text.clear();
    if (encoding == Encoding::utf8) {
        if (!valid_utf8(bytes)) {
            return false;
        }
        text = bytes;
        return true;
    }
    text.reserve(bytes.size() + bytes.size() / 4);
    for (std::size_t at = 0; at < bytes.size();) {
        auto plain = at;
        while (plain < bytes.size() && static_cast<unsigned char>(bytes[plain]) < 0x80) {
            ++plain;
        }
        text.append(bytes, at, plain - at);
        if (plain == bytes.size()) {
            break;
        }
        auto const character = code_point(static_cast<unsigned char>(bytes[plain]), encoding);
        if (!character) {
            return false;
        }
        append_utf8(*character, text);
        at = plain + 1;
    }
    return true;
}

std::optional<std::string_view> row_text(std::string_view bytes, Encoding encoding, Tree & tree)
{
    if (bytes.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    if (is_ascii(bytes)) {
        return bytes;
    }
    if (encoding == Encoding::utf8) {
        return valid_utf8(bytes) ? std::optional(bytes) : std::nullopt;
    }
    std::string text;
    return to_utf8(bytes, encoding, text) ? std::optional(tree.keep(text)) : std::nullopt;
}

std::string_view without_mark(std::string_view page)
{
    return page.starts_with("\xef\xbb\xbf") ? page.substr(3) : page;
}

std::string_view mistaken_for(std::string_view page)
{
    if (page.starts_with("\xff\xfe") || page.starts_with("\xfe\xff")) {
        return "UTF-16";
    }
    auto const start = page.substr(0, 512).find_first_not_of(" \t\r\n");
    auto const text = start == std::string_view::npos ? std::string_view() : page.substr(start);
    if (starts_with_any_case(text, "<!doctype") || starts_with_any_case(text, "<html")) {
        return "HTML";
    }
    return {};
}

} // namespace ketensync::formats
