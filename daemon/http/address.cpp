#include "daemon/http/address.hpp"

#include <curl/curl.h>

#include <memory>

namespace ketensync::http {

namespace {

/// A part of the address, or empty when it has none.
std::string part(CURLU * url, CURLUPart which)
{
    char * text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK) {
        return {};
    }
    std::unique_ptr<char, decltype(&curl_free)> const owner(text, curl_free);
    return text;
}

} // namespace

Result<Address> parse_address(std::string const & text)
{
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> const url(curl_url(), curl_url_cleanup);
    if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return fail(Failure::configuration, "an address is not of the form https://host/path");
    }
    auto const scheme = part(url.get(), CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") {
        return fail(Failure::configuration, "an address does not start with https://");
    }
    for (auto const which :
        { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT }) {
        if (!part(url.get(), which).empty()) {
            return fail(Failure::configuration, "an address holds more than a host, a port and a path");
        }
    }
    Address address;
    address.secure = scheme == "https";
    address.origin = scheme + "://" + part(url.get(), CURLUPART_HOST);
    if (auto const port = part(url.get(), CURLUPART_PORT); !port.empty()) {
        address.origin += ':' + port;
    }
    address.path = part(url.get(), CURLUPART_PATH);
    return address;
}

std::string encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (char const character : text) {
        bool const plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
            || (character >= '0' && character <= '9')
            || std::string_view("-._~").find(character) != std::string_view::npos;
        if (plain) {
            result += character;
        } else {
            auto const byte = static_cast<unsigned char>(character);
            result += '%';
            result += digits[byte >> 4U];
            result += digits[byte & 15U];
        }
    }
    return result;
}

} // namespace ketensync::http
