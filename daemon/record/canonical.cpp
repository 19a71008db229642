#include "daemon/record/canonical.hpp"

#include "daemon/record/canonical_parts.hpp"
#include "daemon/record/surname.hpp"

#include <algorithm>

namespace ketensync::record {

namespace {

std::optional<std::string_view> digits_of_length(std::string_view text, std::size_t length)
{
    return text.size() == length && all_digits(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string_view> canonical_bsn(std::string_view text)
{
    return text.size() == 9 && all_digits(text) && satisfies_elfproef(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string_view> canonical_house_number(std::string_view text, std::string & scratch)
{
    auto const number = canonical_integer(text, scratch);
    return number && number->size() <= 5 && number->front() != '-' && *number != "0" ? number : std::nullopt;
}

std::optional<std::string_view> canonical_voorvoegsel(std::string_view text, std::string & scratch)
{
    if (is_known_prefix(text)) {
        return text;
    }
    std::string plain;
    auto const name = canonical_text(text, true, plain);
    return name && canonical_prefix(*name, scratch) ? std::optional<std::string_view>(scratch) : std::nullopt;
}

} // namespace

bool all_digits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool satisfies_elfproef(std::string_view nine_digits)
{
    int sum = 0;
    int any = 0;
    for (int i = 0; i < 9; ++i) {
        int const digit = nine_digits[static_cast<std::size_t>(i)] - '0';
        sum += digit * (i == 8 ? -1 : 9 - i);
        any |= digit;
    }
    return any != 0 && sum % 11 == 0;
}

std::string_view lower_word(std::string_view text, std::string & scratch)
{
    constexpr std::size_t longest = 16;
    if (text.size() > longest) {
        return {};
    }
    scratch.assign(text);
    for (char & c : scratch) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return scratch;
}

std::string_view trimmed(std::string_view text)
{
    auto const blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<std::string_view> canonical(FieldType type, std::string_view text, std::string & scratch)
{
    text = trimmed(text);
    if (text.empty()) {
        return text;
    }
    switch (type) {
    case FieldType::text:
        return canonical_text(text, false, scratch);
    case FieldType::name:
        return canonical_text(text, true, scratch);
    case FieldType::voorvoegsel:
        return canonical_voorvoegsel(text, scratch);
    case FieldType::initials:
        return canonical_initials(text, scratch);
    case FieldType::sex:
        return canonical_sex(text, scratch);
    case FieldType::date:
        return canonical_date(text, scratch);
    case FieldType::timestamp:
        return canonical_timestamp(text, scratch);
    case FieldType::integer:
        return canonical_integer(text, scratch);
    case FieldType::decimal:
        return canonical_decimal(text, scratch);
    case FieldType::boolean:
        return canonical_boolean(text, scratch);
    case FieldType::bsn:
        return canonical_bsn(text);
    case FieldType::kvk:
        return digits_of_length(text, 8);
    case FieldType::gemeente:
        return digits_of_length(text, 4);
    case FieldType::postcode:
        return canonical_postcode(text, scratch);
    case FieldType::house_number:
        return canonical_house_number(text, scratch);
    case FieldType::email:
        return canonical_email(text, scratch);
    case FieldType::telephone:
        return canonical_telephone(text, scratch);
    case FieldType::identifier:
    case FieldType::code:
    case FieldType::reference:
        // A zero byte is the one character that not every warehouse holds.
        return text.find('\0') == std::string_view::npos ? std::optional(text) : std::nullopt;
    }
    return std::nullopt;
}

std::string_view invalid_reason(FieldType type)
{
    switch (type) {
    case FieldType::text:
        return "text-invalid";
    case FieldType::name:
        return "name-invalid";
    case FieldType::voorvoegsel:
        return "voorvoegsel-invalid";
    case FieldType::initials:
        return "initials-invalid";
    case FieldType::sex:
        return "sex-invalid";
    case FieldType::date:
        return "date-invalid";
    case FieldType::timestamp:
        return "timestamp-invalid";
    case FieldType::integer:
        return "integer-invalid";
    case FieldType::decimal:
        return "decimal-invalid";
    case FieldType::boolean:
        return "boolean-invalid";
    case FieldType::bsn:
        return "bsn-invalid";
    case FieldType::kvk:
        return "kvk-invalid";
    case FieldType::identifier:
        return "identifier-invalid";
    case FieldType::postcode:
        return "postcode-invalid";
    case FieldType::house_number:
        return "house-number-invalid";
    case FieldType::gemeente:
        return "gemeente-invalid";
    case FieldType::email:
        return "email-invalid";
    case FieldType::telephone:
        return "telephone-invalid";
    case FieldType::code:
        return "code-unknown";
    case FieldType::reference:
        return "reference-invalid";
    }
    return "invalid";
}

std::string_view why_invalid(FieldType type, std::string_view text)
{
    text = trimmed(text);
    switch (type) {
    case FieldType::text:
    case FieldType::name:
        return "is not valid UTF-8";
    case FieldType::voorvoegsel:
        return "is not a prefix: letters, spaces and apostrophes, at most ten";
    case FieldType::initials:
        return "holds something else than letters and dots";
    case FieldType::sex:
        return "is not one of M, V, X, F, O, U or their words; use 'map' when the source has other codes";
    case FieldType::date:
        return all_digits(text) && text.size() != 8 && text.size() != 4
            ? "has digits only but is not jjjjmmdd; use 'date' when the source writes it otherwise"
            : "is not an existing date as jjjj-mm-dd, jjjjmmdd or dd-mm-jjjj; use 'date' when the source writes it "
              "otherwise";
    case FieldType::timestamp:
        return "is not a moment with an offset, as in 2026-11-21T22:07:00+01:00";
    case FieldType::integer:
        return "is not a whole number of at most 18 digits";
    case FieldType::decimal:
        return "is not a number, as in 12.5 or 12,5";
    case FieldType::boolean:
        return "is not true or false, ja or nee, 1 or 0";
    case FieldType::bsn:
        return text.size() != 9 || !all_digits(text)
            ? "has not exactly nine digits; use 'pad 9 8' when the zero in front is lost"
            : "does not satisfy the elfproef";
    case FieldType::kvk:
        return "has not exactly eight digits";
    case FieldType::identifier:
        return "is not an identifier";
    case FieldType::postcode:
        return "is not four digits and two letters";
    case FieldType::house_number:
        return "is not a number from 1 to 99999 without addition; use 'number' to leave the addition out";
    case FieldType::gemeente:
        return "has not exactly four digits; use 'code' when the source delivers names";
    case FieldType::email:
        return "is not an address with one @ and a domain";
    case FieldType::telephone:
        return "is not a telephone number of ten digits, or with a country code";
    case FieldType::code:
        return "is not in the code list";
    case FieldType::reference:
        return "is not a reference";
    }
    return "is not valid";
}

} // namespace ketensync::record
