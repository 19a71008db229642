#include "daemon/reconcile/fold.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ketensync::reconcile {

namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
    std::string_view as;
};

/// Unicode's own decomposition leaves ł ø đ ß ı æ as they are, so the whole table is written out. Ascending.
constexpr auto ranges = std::to_array<Range>({
    { 0x00A0, 0x00A0, " " },
    { 0x00B4, 0x00B4, "" },
    { 0x00C0, 0x00C5, "a" },
    { 0x00C6, 0x00C6, "ae" },
    { 0x00C7, 0x00C7, "c" },
    { 0x00C8, 0x00CB, "e" },
    { 0x00CC, 0x00CF, "i" },
    { 0x00D0, 0x00D0, "d" },
    { 0x00D1, 0x00D1, "n" },
    { 0x00D2, 0x00D6, "o" },
    { 0x00D7, 0x00D7, " " },
    { 0x00D8, 0x00D8, "o" },
    { 0x00D9, 0x00DC, "u" },
    { 0x00DD, 0x00DD, "y" },
    { 0x00DE, 0x00DE, "th" },
    { 0x00DF, 0x00DF, "ss" },
    { 0x00E0, 0x00E5, "a" },
    { 0x00E6, 0x00E6, "ae" },
    { 0x00E7, 0x00E7, "c" },
    { 0x00E8, 0x00EB, "e" },
    { 0x00EC, 0x00EF, "i" },
    { 0x00F0, 0x00F0, "d" },
    { 0x00F1, 0x00F1, "n" },
    { 0x00F2, 0x00F6, "o" },
    { 0x00F7, 0x00F7, " " },
    { 0x00F8, 0x00F8, "o" },
    { 0x00F9, 0x00FC, "u" },
    { 0x00FD, 0x00FD, "y" },
    { 0x00FE, 0x00FE, "th" },
    { 0x00FF, 0x00FF, "y" },
    { 0x0100, 0x0105, "a" },
    { 0x0106, 0x010D, "c" },
    { 0x010E, 0x0111, "d" },
    { 0x0112, 0x011B, "e" },
    { 0x011C, 0x0123, "g" },
    { 0x0124, 0x0127, "h" },
    { 0x0128, 0x0131, "i" },
    { 0x0132, 0x0133, "ij" },
    { 0x0134, 0x0135, "j" },
    { 0x0136, 0x0138, "k" },
    { 0x0139, 0x0142, "l" },
    { 0x0143, 0x014B, "n" },
    { 0x014C, 0x0151, "o" },
    { 0x0152, 0x0153, "oe" },
    { 0x0154, 0x0159, "r" },
    { 0x015A, 0x0161, "s" },
    { 0x0162, 0x0167, "t" },
    { 0x0168, 0x0173, "u" },
    { 0x0174, 0x0175, "w" },
    { 0x0176, 0x0178, "y" },
    { 0x0179, 0x017E, "z" },
    { 0x017F, 0x017F, "s" },
    { 0x0218, 0x0219, "s" },
    { 0x021A, 0x021B, "t" },
    { 0x02B9, 0x02BC, "" },
    { 0x0300, 0x036F, "" },
    { 0x1E80, 0x1E85, "w" },
    { 0x1E9E, 0x1E9E, "ss" },
    { 0x1EA0, 0x1EB7, "a" },
    { 0x1EB8, 0x1EC7, "e" },
    { 0x1EC8, 0x1ECB, "i" },
    { 0x1ECC, 0x1EE3, "o" },
    { 0x1EE4, 0x1EF1, "u" },
    { 0x1EF2, 0x1EF9, "y" },
    { 0x2010, 0x2015, " " },
    { 0x2018, 0x201B, "" },
    { 0x2032, 0x2032, "" },
});

std::string_view folded(std::uint32_t point)
{
    auto const found = std::lower_bound(ranges.begin(), ranges.end(), point,
        [](Range const & range, std::uint32_t value) { return range.last < value; });
    return found != ranges.end() && point >= found->first ? found->as : std::string_view();
}

/// Takes one code point of more than one byte; 0 when the bytes are not UTF-8 (one byte is taken then).
std::uint32_t take_point(std::string_view text, std::size_t & at)
{
    auto const lead = static_cast<unsigned char>(text[at++]);
    auto const more = lead >= 0xF0 ? 3U : lead >= 0xE0 ? 2U : lead >= 0xC2 ? 1U : 0U;
    if (more == 0 || at + more > text.size()) {
        return 0;
    }
    std::uint32_t point = lead & (0x3FU >> more);
    for (unsigned i = 0; i < more; ++i) {
        auto const byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xC0U) != 0x80U) {
            return 0;
        }
        point = point << 6U | (byte & 0x3FU);
    }
    at += more;
    return point;
}

} // namespace

void fold(std::string_view text, std::string & out)
{
    out.clear();
    bool space = false;
    auto const put = [&](char letter) {
        if (space && !out.empty()) {
            out.push_back(' ');
        }
        space = false;
        out.push_back(letter);
    };
    for (std::size_t at = 0; at < text.size();) {
        auto const byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x80) {
            for (char const letter : folded(take_point(text, at))) {
                if (letter == ' ') {
                    space = true;
                } else {
                    put(letter);
                }
            }
            continue;
        }
        ++at;
        if (byte >= 'A' && byte <= 'Z') {
            put(static_cast<char>(byte + ('a' - 'A')));
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            put(static_cast<char>(byte));
        } else if (byte != '\'' && byte != '`') {
            space = true;
        }
    }
}

std::string fold(std::string_view text)
{
    std::string out;
    fold(text, out);
    return out;
}

} // namespace ketensync::reconcile
