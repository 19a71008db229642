#include "daemon/record/full_name.hpp"

#include <gtest/gtest.h>

namespace ketensync::record {

TEST(FullName, IsTakenApartInWhateverOrderItIsTyped)
{
    struct {
        std::string text;
        std::string given;
        std::string initials;
        std::string family;
    } const cases[] = { { "Bob Janssen", "Bob", "", "Janssen" }, { "Jan Willem Jansen", "Jan Willem", "", "Jansen" },
        { "Jan de Boer", "Jan", "", "de Boer" }, { "J.P. van der Berg", "", "J.P.", "van der Berg" },
        { "J.P.van der Berg", "", "J.P.", "van der Berg" }, { "JP van 't Hof", "", "JP", "van 't Hof" },
        { "Jan V.d. Berg", "Jan", "", "V.d. Berg" }, { "V.d. Berg", "", "", "V.d. Berg" },
        { "Berg, J.P. van der", "", "J.P.", "van der Berg" }, { "Berg, van der, J.P.", "", "J.P.", "van der Berg" },
        { "Berg, van der", "", "", "van der Berg" }, { "Janssen, Bob", "Bob", "", "Janssen" },
        { "Boer, Jan Willem de", "Jan Willem", "", "de Boer" }, { "A. Bakker-de Vries", "", "A.", "Bakker-de Vries" },
        { "Anna Bakker - de Vries", "Anna", "", "Bakker-de Vries" },
        { "Bakker - de Vries, Anna", "Anna", "", "Bakker-de Vries" }, { "Anne-Marie Jansen", "Anne-Marie", "", "Jansen" },
        { "van der Berg", "", "", "van der Berg" }, { "Jansen", "", "", "Jansen" },
        { "mw. A. (Anna) Bakker", "Anna", "A.", "Bakker" }, { "de heer J. Smit", "", "J.", "Smit" },
        { "Mevrouw Jansen", "", "", "Jansen" }, { "Drs. Th. Smit", "", "Th.", "Smit" }, { "Jan P. Smit", "Jan", "", "Smit" },
        { "Żofia Łukasz", "Żofia", "", "Łukasz" }, { "Ahmed El Idrissi", "Ahmed", "", "El Idrissi" },
        { " Jan   Smit ", "Jan", "", "Smit" }, { "", "", "", "" }, { ",", "", "", "" }, { "()", "", "", "" } };
    FullName name;
    for (auto const & expected : cases) {
        take_apart(expected.text, name);
        EXPECT_EQ(name.given, expected.given) << expected.text;
        EXPECT_EQ(name.initials, expected.initials) << expected.text;
        EXPECT_EQ(name.family, expected.family) << expected.text;
    }
}

TEST(FullName, TakesWhateverIsTyped)
{
    FullName name;
    for (auto const * const text : { "-", " - ", "(", ")(", "..", "a,", ", ,", "de", "De heer", "- de", "van der", "'t", "J.", "(Jan)" }) {
        take_apart(text, name);
        EXPECT_LE(name.family.size() + name.given.size() + name.initials.size(), 20U) << text;
    }
}

} // namespace ketensync::record
