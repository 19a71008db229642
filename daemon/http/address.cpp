#include "daemon/http/address.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <strings.h>

#include <memory>

namespace ketensync::http {

namespace {

/// A part of the address, or empty when it has none.
std::string part(CURLU * url, CURLUPart which, unsigned flags = 0)
{
    char * text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK) {
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

Result<std::string> target_of(Address const & source, std::string const & target, std::string const & link)
{
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> const own(curl_url(), curl_url_cleanup);
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> const url(curl_url(), curl_url_cleanup);
    if (own == nullptr || url == nullptr
        || curl_url_set(own.get(), CURLUPART_URL, (source.origin + target).c_str(), 0) != CURLUE_OK
        || curl_url_set(url.get(), CURLUPART_URL, (source.origin + target).c_str(), 0) != CURLUE_OK
        || curl_url_set(url.get(), CURLUPART_URL, link.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return fail(Failure::bad_page, fmt::format("{}: what it gives as a link is none", source.origin));
    }
    auto const same = [&](CURLUPart which) {
        auto const mine = part(own.get(), which, CURLU_DEFAULT_PORT);
        auto const theirs = part(url.get(), which, CURLU_DEFAULT_PORT);
        return mine.size() == theirs.size() && strcasecmp(mine.c_str(), theirs.c_str()) == 0;
    };
    bool const plain = part(url.get(), CURLUPART_USER).empty() && part(url.get(), CURLUPART_PASSWORD).empty();
    if (!plain || !same(CURLUPART_SCHEME) || !same(CURLUPART_HOST) || !same(CURLUPART_PORT)) {
        return fail(
            Failure::bad_page, fmt::format("{}: it gives a link to another host, where we do not go", source.origin));
    }
    auto result = part(url.get(), CURLUPART_PATH);
    if (auto const query = part(url.get(), CURLUPART_QUERY); !query.empty()) {
        result += '?' + query;
    }
    return result;
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
