#include "daemon/http/credential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ketensync::http {

namespace {

std::string base64(std::string_view bytes)
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto const some = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t index = 0; index < 3; ++index) {
            bits = bits << 8U | (index < some.size() ? static_cast<unsigned char>(some[index]) : 0U);
        }
        for (std::size_t index = 0; index < 4; ++index) {
            text += index <= some.size() ? letters[bits >> (18U - 6U * index) & 63U] : '=';
        }
    }
    return text;
}

} // namespace

std::string basic_header(std::string_view user, std::string_view password)
{
    return "Authorization: Basic " + base64(fmt::format("{}:{}", user, password));
}

Result<FixedCredential> FixedCredential::checked(std::string name, std::string header)
{
    bool const broken = std::any_of(header.begin(), header.end(),
        [](char character) { return static_cast<unsigned char>(character) < 0x20 || character == 0x7f; });
    if (broken) {
        return fail(Failure::configuration, fmt::format("credential '{}': its value holds a control character", name));
    }
    return FixedCredential(std::move(name), std::move(header));
}

Result<FixedCredential> FixedCredential::bearer(std::string name, std::string_view token)
{
    return checked(std::move(name), fmt::format("Authorization: Bearer {}", token));
}

Result<FixedCredential> FixedCredential::basic(std::string name, std::string_view user, std::string_view password)
{
    if (user.find(':') != std::string_view::npos) {
        return fail(Failure::configuration, fmt::format("credential '{}': the user's name holds a colon", name));
    }
    return checked(std::move(name), basic_header(user, password));
}

Result<FixedCredential> FixedCredential::key(std::string name, std::string_view header, std::string_view key)
{
    return checked(std::move(name), fmt::format("{}: {}", header, key));
}

} // namespace ketensync::http
