#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::record {

// The canonical forms type by type; what they promise is written in canonical.hpp. `text` has no blanks around it and
// is not empty.

std::optional<std::string_view> canonical_text(std::string_view text, bool as_name, std::string & scratch);
std::optional<std::string_view> canonical_initials(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_sex(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_date(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_timestamp(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_integer(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_decimal(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_boolean(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_postcode(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_email(std::string_view text, std::string & scratch);
std::optional<std::string_view> canonical_telephone(std::string_view text, std::string & scratch);

bool satisfies_elfproef(std::string_view nine_digits);
bool all_digits(std::string_view text);
/// `text` in lower case when it is short ASCII, for looking words up; empty otherwise.
std::string_view lower_word(std::string_view text, std::string & scratch);

} // namespace ketensync::record
