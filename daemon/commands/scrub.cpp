#include "daemon/commands/scrub.hpp"

#include "daemon/record/canonical_parts.hpp"

#include <cctype>

namespace ketensync::commands {

namespace {

/// A shorter one would be found in ordinary words.
constexpr std::size_t secret_bytes_min = 6;

bool digit(char letter) { return letter >= '0' && letter <= '9'; }

bool of_address(char letter)
{
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || std::string_view("._%+-").find(letter) != std::string_view::npos;
}

void replace_all(std::string & text, std::string_view what, std::string_view by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

bool personal(std::string_view digits)
{
    return (digits.size() == 9 && record::satisfies_elfproef(digits))
        || (digits.size() == 8 && record::satisfies_elfproef("0" + std::string(digits)))
        || (digits.size() == 10 && digits.starts_with("06")) || (digits.size() == 11 && digits.starts_with("316"));
}

std::string without_numbers(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && digit(text[end])) {
            ++end;
        }
        if (end == at) {
            result += text[at++];
            continue;
        }
        auto const digits = text.substr(at, end - at);
        result += personal(digits) ? std::string_view("(number)") : digits;
        at = end;
    }
    return result;
}

std::string without_addresses(std::string text)
{
    for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        auto begin = at, end = at + 1;
        while (begin > 0 && of_address(text[begin - 1])) {
            --begin;
        }
        while (end < text.size() && of_address(text[end])) {
            ++end;
        }
        if (begin < at && end > at + 1) {
            text.replace(begin, end - begin, "(address)");
            at = begin;
        }
    }
    return text;
}

}

std::string scrubbed(std::string_view text, std::vector<std::string> const & secrets)
{
    std::string result(text);
    for (auto const & secret : secrets) {
        if (secret.size() >= secret_bytes_min) {
            replace_all(result, secret, "(secret)");
        }
    }
    return without_addresses(without_numbers(result));
}

}
