#pragma once

#include "tests/reconcile/world.hpp"

namespace ketensync::reconcile::test {

// People that tests tell of, in part and with slips.

/// `fields` with some of them told otherwise; an empty text is not told.
inline Fields with(Fields fields, Fields const & others)
{
    fields.insert(fields.end(), others.begin(), others.end());
    return fields;
}

constexpr auto bsn = "123456782";
constexpr auto another_bsn = "111222333";

inline Fields const jan { { "geslachtsnaam", "Bakker" }, { "voornamen", "Jan Willem" }, { "voorletters", "J.W." },
    { "geboortedatum", "1984-03-17" }, { "geslacht", "M" }, { "postcode", "1216LT" }, { "huisnummer", "31" } };
inline Fields const fatma { { "geslachtsnaam", "Yilmaz" }, { "voornamen", "Fatma" }, { "voorletters", "F." },
    { "geboortedatum", "1971-11-02" }, { "geslacht", "V" }, { "postcode", "1402AB" }, { "huisnummer", "7" } };
inline Fields const benefit { { "bsn", bsn }, { "geboortedatum", "1984-03-17" }, { "geslacht", "M" } };

} // namespace ketensync::reconcile::test
