#include "daemon/record/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

namespace ketensync::record {

namespace {

utf8proc_int32_t first_of(std::string_view text, std::size_t & size)
{
    utf8proc_int32_t letter = -1;
    auto const * bytes = reinterpret_cast<utf8proc_uint8_t const *>(text.data());
    auto const taken = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &letter);
    size = taken > 0 ? static_cast<std::size_t>(taken) : 1;
    return taken > 0 ? letter : -1;
}

void append(utf8proc_int32_t letter, std::string & result)
{
    std::array<utf8proc_uint8_t, 4> bytes {};
    auto const size = utf8proc_encode_char(letter, bytes.data());
    for (utf8proc_ssize_t i = 0; i < size; ++i) {
        result.push_back(static_cast<char>(bytes[static_cast<std::size_t>(i)]));
    }
}

bool is_apostrophe(utf8proc_int32_t letter)
{
    return letter == '`' || letter == 0x00b4 || letter == 0x02bc || letter == 0x2018 || letter == 0x2019
        || letter == 0x201b || letter == 0x2032;
}

bool is_letter(utf8proc_category_t category)
{
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT
        || category == UTF8PROC_CATEGORY_LO || category == UTF8PROC_CATEGORY_LM;
}

} // namespace

bool is_ascii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
}

bool compose(std::string_view text, bool as_name, std::string & result)
{
    utf8proc_uint8_t * bytes = nullptr;
    auto const size = utf8proc_map(reinterpret_cast<utf8proc_uint8_t const *>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &bytes,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> const owner(bytes, &std::free);
    if (size < 0) {
        return false;
    }
    std::string_view rest(reinterpret_cast<char const *>(bytes), static_cast<std::size_t>(size));
    result.clear();
    while (!rest.empty()) {
        std::size_t taken = 0;
        auto const letter = first_of(rest, taken);
        auto const category = utf8proc_category(letter);
        if (category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP
            || category == UTF8PROC_CATEGORY_CC) {
            result.push_back(' ');
        } else if (category == UTF8PROC_CATEGORY_CF) {
            // soft hyphens, joiners, marks of direction: never seen, and never the same in two systems
        } else if (as_name && is_apostrophe(letter)) {
            result.push_back('\'');
        } else if (as_name && category == UTF8PROC_CATEGORY_PD) {
            result.push_back('-');
        } else {
            result.append(rest.substr(0, taken));
        }
        rest.remove_prefix(taken);
    }
    return true;
}

std::string capital(std::string_view text, std::size_t & size)
{
    auto const letter = first_of(text, size);
    std::string result;
    if (letter >= 0 && is_letter(utf8proc_category(letter))) {
        append(utf8proc_toupper(letter), result);
    }
    return result;
}

bool is_lower_letter(std::string_view text)
{
    std::size_t size = 0;
    auto const letter = first_of(text, size);
    return letter >= 0 && utf8proc_category(letter) == UTF8PROC_CATEGORY_LL;
}

} // namespace ketensync::record
