#include "daemon/formats/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::formats {

namespace {

using namespace std::literals;

constexpr auto mark_utf8 = "\xef\xbb\xbf"sv;
constexpr auto mark_utf16_little = "\xff\xfe"sv;
constexpr auto mark_utf16_big = "\xfe\xff"sv;

/// The text of pairs of bytes; nothing where a pair is half, or half a surrogate.
bool from_utf16(std::string_view bytes, bool big, std::string & text)
{
    if (bytes.size() % 2 != 0) {
        return false;
    }
    auto const unit = [&](std::size_t at) {
        auto const first = static_cast<unsigned char>(bytes[at]);
        auto const second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(big ? first << 8U | second : second << 8U | first);
    };
    text.reserve(bytes.size() / 2 + bytes.size() / 8);
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        auto const first = unit(at);
        if (first < 0xd800 || first > 0xdfff) {
            append_utf8(first, text);
            continue;
        }
        auto const second = first < 0xdc00 && at + 2 < bytes.size() ? unit(at + 2) : 0;
        if (second < 0xdc00 || second > 0xdfff) {
            return false;
        }
        append_utf8(0x10000 + ((first - 0xd800) << 10U) + (second - 0xdc00), text);
        at += 2;
    }
    return true;
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the bytes read as Windows-1252 without doubt: none that it has not, and hardly one that other encodings of
/// the same size would explain better. What is no letter there, in the midst of a word, is a letter somewhere else.
bool is_plausibly_cp1252(std::string_view bytes)
{
    std::size_t high = 0;
    std::size_t odd = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto const byte = static_cast<unsigned char>(bytes[at]);
        if (byte < 0x80) {
            continue;
        }
        if (!code_point(byte, Encoding::cp1252)) {
            return false;
        }
        ++high;
        bool const letter = (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7) || byte == 0x8a || byte == 0x8c || byte == 0x8e
            || byte == 0x9a || byte == 0x9c || byte == 0x9e || byte == 0x9f;
        bool const apostrophe = byte == 0x91 || byte == 0x92 || byte == 0xb4 || byte == 0x96;
        bool const before = at > 0 && is_letter(bytes[at - 1]);
        bool const behind = at + 1 < bytes.size() && is_letter(bytes[at + 1]);
        // A capital Š or Ÿ between small letters is é or ü of DOS.
        bool const capital = byte == 0x8a || byte == 0x8c || byte == 0x8e || byte == 0x9f || (byte >= 0xc0 && byte < 0xdf);
        bool const small_before = at > 0 && bytes[at - 1] >= 'a' && bytes[at - 1] <= 'z';
        bool const utf8 = byte >= 0xc2 && byte <= 0xf4 && at + 1 < bytes.size()
            && (static_cast<unsigned char>(bytes[at + 1]) & 0xc0U) == 0x80U;
        odd += utf8 || (!letter && !apostrophe && before && behind) || (capital && small_before && behind) ? 1 : 0;
    }
    constexpr std::size_t share = 50;
    return odd * share <= high;
}

tl::unexpected<Error> bad(std::string what)
{
    return fail(Failure::bad_page, std::move(what));
}

Result<PageText> found_out(std::string_view page)
{
    if (valid_utf8(page)) {
        return PageText { page, nullptr, Encoding::utf8 };
    }
    if (page.find('\0') == std::string_view::npos && is_plausibly_cp1252(page)) {
        return PageText { page, nullptr, Encoding::cp1252 };
    }
    return bad("the page is not UTF-8, and whether it is Windows-1252 is in doubt: say in the mapping what it is");
}

} // namespace

Result<PageText> page_text(std::string_view page, Encoding declared, std::size_t bytes_max)
{
    if (page.starts_with(mark_utf16_little) || page.starts_with(mark_utf16_big)) {
        if (page.size() > bytes_max) {
            return bad(fmt::format("a page in UTF-16 is read up to {} bytes: deliver it in UTF-8", bytes_max));
        }
        auto text = std::make_unique<std::string>();
        if (!from_utf16(page.substr(mark_utf16_little.size()), page.starts_with(mark_utf16_big), *text)) {
            return bad("the page begins as UTF-16 and is not sound UTF-16");
        }
        std::string_view const bytes = *text;
        return PageText { bytes, std::move(text), Encoding::utf8 };
    }
    if (page.starts_with(mark_utf8)) {
        return PageText { page.substr(mark_utf8.size()), nullptr, Encoding::utf8 };
    }
    switch (declared) {
    case Encoding::utf16:
        return bad("the page has no byte order mark, so it is not UTF-16 as the mapping says");
    case Encoding::detect:
        return found_out(page);
    default:
        return PageText { page, nullptr, declared };
    }
}

std::string with_mark(std::string_view context, Encoding found, Encoding declared)
{
    std::string text(found == Encoding::utf8 && declared != Encoding::utf8 ? mark_utf8 : std::string_view());
    text += context;
    return text;
}

Encoding take_mark(std::string_view & context, Encoding declared)
{
    if (context.starts_with(mark_utf8)) {
        context.remove_prefix(mark_utf8.size());
        return Encoding::utf8;
    }
    return declared == Encoding::detect || declared == Encoding::utf16 ? Encoding::cp1252 : declared;
}

} // namespace ketensync::formats
