#pragma once

#include "daemon/reconcile/normal.hpp"

namespace ketensync::reconcile {

// The types that are no names, one function each; `folded` is the value folded (fold.hpp). Pure.

void normalise_initials(std::string_view raw, Normal & out);
void normalise_date(std::string_view raw, DateOrder order, Normal & out);
void normalise_sex(std::string_view folded, Normal & out);
void normalise_identifier(std::string_view folded, Normal & out);
void normalise_postcode(std::string_view folded, Normal & out);
void normalise_house_number(std::string_view folded, Normal & out);
void normalise_words(MatchType type, std::string_view folded, Normal & out);
void normalise_email(std::string_view raw, Normal & out);
void normalise_telephone(std::string_view raw, Normal & out);
void normalise_number(std::string_view raw, Normal & out);

/// What a date written as 3/4/1970 says of the order of its column: more than 0 when the month must stand first.
int month_first_vote(std::string_view raw);

} // namespace ketensync::reconcile
