#include "tests/region/letters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ketensync::region {
namespace {

struct Fold {
    std::uint32_t code;
    char const * plain;
};

// Sorted by code. Only the letters of our name lists and their capitals: a list we can see is complete.
constexpr std::array folds {
    Fold { 0xC0, "A" },
    Fold { 0xC1, "A" },
    Fold { 0xC2, "A" },
    Fold { 0xC3, "A" },
    Fold { 0xC4, "A" },
    Fold { 0xC5, "A" },
    Fold { 0xC6, "AE" },
    Fold { 0xC7, "C" },
    Fold { 0xC8, "E" },
    Fold { 0xC9, "E" },
    Fold { 0xCA, "E" },
    Fold { 0xCB, "E" },
    Fold { 0xCD, "I" },
    Fold { 0xCE, "I" },
    Fold { 0xCF, "I" },
    Fold { 0xD1, "N" },
    Fold { 0xD3, "O" },
    Fold { 0xD4, "O" },
    Fold { 0xD6, "O" },
    Fold { 0xD8, "O" },
    Fold { 0xDA, "U" },
    Fold { 0xDC, "U" },
    Fold { 0xDF, "ss" },
    Fold { 0xE0, "a" },
    Fold { 0xE1, "a" },
    Fold { 0xE2, "a" },
    Fold { 0xE3, "a" },
    Fold { 0xE4, "a" },
    Fold { 0xE5, "a" },
    Fold { 0xE6, "ae" },
    Fold { 0xE7, "c" },
    Fold { 0xE8, "e" },
    Fold { 0xE9, "e" },
    Fold { 0xEA, "e" },
    Fold { 0xEB, "e" },
    Fold { 0xED, "i" },
    Fold { 0xEE, "i" },
    Fold { 0xEF, "i" },
    Fold { 0xF1, "n" },
    Fold { 0xF3, "o" },
    Fold { 0xF4, "o" },
    Fold { 0xF6, "o" },
    Fold { 0xF8, "o" },
    Fold { 0xFA, "u" },
    Fold { 0xFB, "u" },
    Fold { 0xFC, "u" },
    Fold { 0xFD, "y" },
    Fold { 0x103, "a" },
    Fold { 0x104, "A" },
    Fold { 0x105, "a" },
    Fold { 0x106, "C" },
    Fold { 0x107, "c" },
    Fold { 0x10C, "C" },
    Fold { 0x10D, "c" },
    Fold { 0x118, "E" },
    Fold { 0x119, "e" },
    Fold { 0x11E, "G" },
    Fold { 0x11F, "g" },
    Fold { 0x130, "I" },
    Fold { 0x131, "i" },
    Fold { 0x141, "L" },
    Fold { 0x142, "l" },
    Fold { 0x143, "N" },
    Fold { 0x144, "n" },
    Fold { 0x15A, "S" },
    Fold { 0x15B, "s" },
    Fold { 0x15E, "S" },
    Fold { 0x15F, "s" },
    Fold { 0x160, "S" },
    Fold { 0x161, "s" },
    Fold { 0x179, "Z" },
    Fold { 0x17A, "z" },
    Fold { 0x17B, "Z" },
    Fold { 0x17C, "z" },
    Fold { 0x17D, "Z" },
    Fold { 0x17E, "z" },
    Fold { 0x2018, "'" },
    Fold { 0x2019, "'" },
};

// In this page below 0x100 is as in Latin-1; these few lie between 0x80 and 0x9F.
constexpr std::array<std::pair<std::uint32_t, unsigned char>, 6> low_page { { { 0x160, 0x8A }, { 0x161, 0x9A },
    { 0x17D, 0x8E }, { 0x17E, 0x9E }, { 0x2018, 0x91 }, { 0x2019, 0x92 } } };

std::uint32_t decode(std::string_view text, std::size_t & at)
{
    auto const byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    auto const length = utf8_length(text[at]);
    auto code = byte(at);
    if (length == 2) {
        code = ((code & 0x1FU) << 6U) | (byte(at + 1) & 0x3FU);
    } else if (length == 3) {
        code = ((code & 0x0FU) << 12U) | ((byte(at + 1) & 0x3FU) << 6U) | (byte(at + 2) & 0x3FU);
    }
    at += length;
    return code;
}

void append_plain(std::string & out, std::uint32_t code)
{
    auto const found = std::lower_bound(
        folds.begin(), folds.end(), code, [](Fold const & fold, std::uint32_t wanted) { return fold.code < wanted; });
    out += found != folds.end() && found->code == code ? found->plain : "?";
}

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

unsigned utf8_length(char lead)
{
    auto const byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string without_diacritics(std::string_view text)
{
    if (is_ascii(text)) {
        return std::string(text);
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        auto const code = decode(text, at);
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else {
            append_plain(out, code);
        }
    }
    return out;
}

std::string to_cp1252(std::string_view text)
{
    if (is_ascii(text)) {
        return std::string(text);
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        auto const code = decode(text, at);
        if (code < 0x80 || (code >= 0xA0 && code < 0x100)) {
            out += static_cast<char>(static_cast<unsigned char>(code));
            continue;
        }
        auto const low
            = std::find_if(low_page.begin(), low_page.end(), [&](auto const & e) { return e.first == code; });
        if (low != low_page.end()) {
            out += static_cast<char>(low->second);
        } else {
            append_plain(out, code);
        }
    }
    return out;
}

std::string upper_ascii(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

std::string lower_ascii(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

void append_json(std::string & out, std::string_view text)
{
    out += '"';
    for (auto const c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr char digits[] = "0123456789abcdef";
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4U];
            out += digits[static_cast<unsigned char>(c) & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_json_or_null(std::string & out, std::string_view text)
{
    if (text.empty()) {
        out += "null";
    } else {
        append_json(out, text);
    }
}

} // namespace ketensync::region
