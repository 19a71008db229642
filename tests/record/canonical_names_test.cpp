#include "daemon/record/surname.hpp"

#include "tests/record/expect_canonical.hpp"

namespace ketensync::record {

TEST(CanonicalName, HasSingleSpacesAndPlainApostrophes)
{
    expect_canonical(FieldType::name,
        { { "  Jan   Piet ", "Jan Piet" },
            { "d\xe2\x80\x99"
              "Ancona",
                "d'Ancona" },
            { "`t Hart", "'t Hart" },
            { "Bakker\xe2\x80\x93"
              "de Vries",
                "Bakker-de Vries" },
            { "Jan\xc2\xa0Piet", "Jan Piet" }, { "Jan\tPiet", "Jan Piet" }, { "JANSEN", "JANSEN" }, { ".", "" },
            { "-", "" }, { "\xff\xfe", "-" } });
}

TEST(CanonicalName, IsComposed)
{
    expect_canonical(FieldType::name,
        { { "Rene\xcc\x81", "Ren\xc3\xa9" }, { "Ren\xc3\xa9", "Ren\xc3\xa9" }, { "\xc5\x81ukasz", "\xc5\x81ukasz" },
            { "zacht\xc2\xad"
              "jes",
                "zachtjes" } });
}

TEST(CanonicalText, HoldsNoControlCharacters)
{
    expect_canonical(FieldType::text,
        { { "een\ntwee", "een twee" }, { "a\x01\x02z", "a z" }, { "'s `ochtends`", "'s `ochtends`" },
            { "...", "..." } });
}

TEST(CanonicalPrefix, IsWrittenOutInLowerCase)
{
    expect_canonical(FieldType::voorvoegsel,
        { { "van der", "van der" }, { "Van Der", "van der" }, { "v.d.", "van der" }, { "V.D.", "van der" },
            { "v/d", "van der" }, { "vd", "van der" }, { "v. d.", "van der" }, { "v.", "van" }, { "v.d", "van der" },
            { "v. den", "van den" }, { "v/h", "van het" }, { "in 't", "in 't" }, { "in't", "in 't" },
            { "\xe2\x80\x99"
              "t",
                "'t" },
            { "d'", "d'" }, { "van  de", "van de" }, { "la", "la" }, { "abi", "abi" }, { "0", "-" },
            { "van der heel lange", "-" } });
}

TEST(CanonicalInitials, HaveADotEach)
{
    expect_canonical(FieldType::initials,
        { { "J.P.", "J.P." }, { "JP", "J.P." }, { "J P", "J.P." }, { "j.p.", "J.P." }, { "J.P", "J.P." },
            { "jp", "J.P." }, { "J.-P.", "J.P." }, { "Th.P.", "T.P." }, { "Johannes Pieter", "J.P." },
            { "JOHANNES", "J." }, { "\xc3\xa9.", "\xc3\x89." }, { "J2", "-" }, { "?", "-" } });
}

TEST(CanonicalSex, IsOneLetter)
{
    expect_canonical(FieldType::sex,
        { { "M", "M" }, { "man", "M" }, { "F", "V" }, { "Vrouw", "V" }, { "O", "X" }, { "U", "X" }, { "X", "X" },
            { "1", "-" }, { "2", "-" }, { "?", "-" } });
}

TEST(Surname, IsTakenApartFromItsPrefix)
{
    struct {
        std::string text;
        std::string prefix;
        std::string rest;
    } const cases[] = { { "Jansen", "", "Jansen" }, { "van der Berg", "van der", "Berg" },
        { "Van Der Berg", "van der", "Berg" }, { "VAN DER BERG", "van der", "BERG" },
        { "Berg, van der", "van der", "Berg" }, { "Berg, v.d.", "van der", "Berg" }, { "v.d. Berg", "van der", "Berg" },
        { "V.d. Berg", "van der", "Berg" }, { "v.d.Berg", "van der", "Berg" }, { "v/d Berg", "van der", "Berg" },
        { "vd Berg", "van der", "Berg" }, { "v. d. Berg", "van der", "Berg" }, { "'t Hart", "'t", "Hart" },
        { "in 't Veld", "in 't", "Veld" }, { "d'Ancona", "d'", "Ancona" }, { "van de l'Isle", "van de l'", "Isle" },
        { "de Vries", "de", "Vries" }, { "de", "", "de" }, { "Van", "", "Van" }, { "O'Brien", "", "O'Brien" },
        { "'s-Gravesande", "", "'s-Gravesande" }, { "Jansen, Piet", "", "Jansen, Piet" },
        { "El Amrani", "el", "Amrani" }, { "Vandaag", "", "Vandaag" }, { "  de   Boer ", "de", "Boer" }, { "", "", "" },
        { "van der Berg-Jansen", "van der", "Berg-Jansen" }, { "Op den Akker", "op den", "Akker" },
        { "\xe2\x80\x99"
          "t Hart",
            "'t", "Hart" } };
    std::string prefix;
    std::string rest;
    for (auto const & [text, expected_prefix, expected_rest] : cases) {
        split_surname(text, prefix, rest);
        EXPECT_EQ(prefix, expected_prefix) << text;
        EXPECT_EQ(rest, expected_rest) << text;
    }
}

TEST(Surname, IsTakenApartWhenDouble)
{
    struct {
        std::string text;
        std::string first;
        std::string second;
    } const cases[]
        = { { "Bakker-de Vries", "Bakker", "de Vries" }, { "van der Berg - Jansen", "van der Berg", "Jansen" },
              { "Jansen", "", "Jansen" }, { "'s-Gravesande", "", "'s-Gravesande" }, { "El-Amrani", "", "El-Amrani" },
              { "Jansen-", "", "Jansen-" }, { "-Jansen", "", "-Jansen" }, { "A-B", "", "A-B" } };
    std::string_view first;
    std::string_view second;
    for (auto const & [text, expected_first, expected_second] : cases) {
        split_double(text, first, second);
        EXPECT_EQ(first, expected_first) << text;
        EXPECT_EQ(second, expected_second) << text;
    }
}

TEST(Surname, IsTakenApartAltogether)
{
    struct {
        std::string text;
        std::string prefix;
        std::string name;
        std::string partner_prefix;
        std::string partner;
    } const cases[] = { { "Jansen", "", "Jansen", "", "" }, { "van der Berg", "van der", "Berg", "", "" },
        { "Berg, van der", "van der", "Berg", "", "" }, { "Bakker-de Vries", "de", "Vries", "", "Bakker" },
        { "van der Berg-de Vries", "de", "Vries", "van der", "Berg" },
        { "Berg-de Vries, van der", "de", "Vries", "van der", "Berg" },
        { "V.d. Berg-Jansen", "", "Jansen", "van der", "Berg" }, { "'s-Gravesande", "", "'s-Gravesande", "", "" } };
    SurnameParts parts;
    for (auto const & expected : cases) {
        take_apart(expected.text, parts);
        EXPECT_EQ(parts.prefix, expected.prefix) << expected.text;
        EXPECT_EQ(parts.name, expected.name) << expected.text;
        EXPECT_EQ(parts.partner_prefix, expected.partner_prefix) << expected.text;
        EXPECT_EQ(parts.partner, expected.partner) << expected.text;
    }
}

TEST(Prefix, IsKnownInCanonicalFormOnly)
{
    EXPECT_TRUE(is_known_prefix("van der"));
    EXPECT_TRUE(is_known_prefix("'s"));
    EXPECT_FALSE(is_known_prefix("Van der"));
    EXPECT_FALSE(is_known_prefix(""));
}

} // namespace ketensync::record
