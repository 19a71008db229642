#include "daemon/http/checksum.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace ketensync::http {

namespace {

using Sum = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

bool is_blank(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::optional<Sum> from_hexadecimal(std::string_view text)
{
    Sum sum {};
    if (text.size() != 2 * sum.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (std::isxdigit(c) == 0) {
            return std::nullopt;
        }
        auto const digit = std::isdigit(c) != 0 ? c - '0' : std::tolower(c) - 'a' + 10;
        sum.at(i / 2) = static_cast<unsigned char>(sum.at(i / 2) << 4U | static_cast<unsigned>(digit));
    }
    return sum;
}

std::optional<Sum> from_base64(std::string_view text)
{
    constexpr std::size_t length = 44; // of 32 bytes
    std::array<unsigned char, length> bytes {};
    if (text.size() != length || text.back() != '='
        || EVP_DecodeBlock(bytes.data(), reinterpret_cast<unsigned char const *>(text.data()), length) != 33) {
        return std::nullopt;
    }
    Sum sum {};
    std::copy_n(bytes.begin(), sum.size(), sum.begin());
    return sum;
}

/// "sha-256=:…:" or "SHA-256=…" among others, with commas between.
std::optional<Sum> from_header(std::string_view said)
{
    while (!said.empty()) {
        auto const comma = said.find(',');
        auto item = said.substr(0, comma);
        said.remove_prefix(comma == std::string_view::npos ? said.size() : comma + 1);
        while (!item.empty() && is_blank(item.front())) {
            item.remove_prefix(1);
        }
        constexpr std::string_view name = "sha-256=";
        bool const named = item.size() > name.size()
            && std::equal(name.begin(), name.end(), item.begin(),
                [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
        if (!named) {
            continue;
        }
        item.remove_prefix(name.size());
        while (!item.empty() && (is_blank(item.back()) || item.back() == ':')) {
            item.remove_suffix(1);
        }
        if (!item.empty() && item.front() == ':') {
            item.remove_prefix(1);
        }
        return from_base64(item);
    }
    return std::nullopt;
}

std::optional<Sum> read(std::string_view said)
{
    auto const first = std::find_if_not(said.begin(), said.end(), is_blank);
    auto const end = std::find_if(first, said.end(), [](char c) { return is_blank(c) || c == ','; });
    if (auto const sum = from_hexadecimal({ first, end })) {
        return sum;
    }
    return from_header(said);
}

} // namespace

std::optional<bool> is_as_said(std::string_view bytes, std::string_view said)
{
    auto const expected = read(said);
    if (!expected) {
        return std::nullopt;
    }
    Sum sum {};
    SHA256(reinterpret_cast<unsigned char const *>(bytes.data()), bytes.size(), sum.data());
    return sum == *expected;
}

} // namespace ketensync::http
