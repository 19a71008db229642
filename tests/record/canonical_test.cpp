#include "tests/record/expect_canonical.hpp"

namespace ketensync::record {

TEST(Canonical, LeavesACanonicalTextWhereItIs)
{
    struct {
        FieldType type;
        std::string text;
    } const cases[]
        = { { FieldType::name, "Jansen" }, { FieldType::text, "Kerkstraat 1" }, { FieldType::voorvoegsel, "van der" },
              { FieldType::initials, "J.P." }, { FieldType::date, "1968-07-01" }, { FieldType::bsn, "123456782" },
              { FieldType::postcode, "1234AB" }, { FieldType::email, "a@b.nl" }, { FieldType::integer, "12" },
              { FieldType::timestamp, "2026-11-21T22:07:00Z" }, { FieldType::gemeente, "0402" } };
    for (auto const & [type, text] : cases) {
        std::string scratch;
        auto const found = canonical(type, text, scratch);
        ASSERT_TRUE(found) << to_text(type);
        EXPECT_EQ(found->data(), text.data()) << to_text(type);
        EXPECT_EQ(*found, text);
    }
}

TEST(Canonical, OfNothingIsNothing)
{
    std::string scratch;
    for (int type = 0; type <= static_cast<int>(FieldType::reference); ++type) {
        for (auto const * text : { "", " ", "\t\r\n " }) {
            EXPECT_EQ(canonical(static_cast<FieldType>(type), text, scratch), "") << type;
        }
    }
}

TEST(Canonical, HasAReasonAndASentenceForEveryType)
{
    for (int i = 0; i <= static_cast<int>(FieldType::reference); ++i) {
        auto const type = static_cast<FieldType>(i);
        EXPECT_FALSE(invalid_reason(type).empty());
        EXPECT_EQ(why_invalid(type, "geheime waarde").find("geheim"), std::string_view::npos);
    }
}

TEST(CanonicalBsn, HasNineDigitsAndSatisfiesTheElfproef)
{
    expect_canonical(FieldType::bsn,
        { { " 123456782 ", "123456782" }, { "000000012", "000000012" }, { "111111110", "111111110" },
            { "123456789", "-" }, { "999999999", "-" }, { "000000000", "-" }, { "23456782", "-" },
            { "1234567820", "-" }, { "12345678a", "-" }, { "231001230", "-" }, { "1234.56.782", "-" } });
}

TEST(CanonicalPostcode, HasFourDigitsAndTwoLetters)
{
    expect_canonical(FieldType::postcode,
        { { "1234 ab", "1234AB" }, { "3511 EP", "3511EP" }, { "1211KA", "1211KA" }, { "0123AB", "-" },
            { "1234SA", "-" }, { "1234 ss", "-" }, { "1234SD", "-" }, { "1234", "-" }, { "1234ABC", "-" },
            { "AB1234", "-" }, { "Postbus 1234 AB", "-" } });
}

TEST(CanonicalNumbers, AreWrittenOneWay)
{
    expect_canonical(FieldType::integer,
        { { "0012", "12" }, { "+7", "7" }, { "-0", "0" }, { "-007", "-7" }, { "000", "0" }, { "12.0", "-" },
            { "1 000", "-" }, { "123456789012345678", "123456789012345678" }, { "1234567890123456789", "-" },
            { "-", "-" }, { "x", "-" } });
    expect_canonical(FieldType::decimal,
        { { "12,50", "12.5" }, { "12.00", "12" }, { ".5", "0.5" }, { "-0.5", "-0.5" }, { "-0,0", "0" }, { "007", "7" },
            { "1.234,5", "-" }, { "5.", "-" }, { "-12,25", "-12.25" } });
    expect_canonical(FieldType::house_number,
        { { "12", "12" }, { "0012", "12" }, { "99999", "99999" }, { "0", "-" }, { "100000", "-" }, { "12a", "-" },
            { "-3", "-" } });
    expect_canonical(FieldType::kvk, { { "01234567", "01234567" }, { "1234567", "-" }, { "12345678X", "-" } });
    expect_canonical(FieldType::gemeente, { { "0402", "0402" }, { "402", "-" }, { "Hilversum", "-" } });
}

TEST(CanonicalBoolean, KnowsDutchAndEnglish)
{
    expect_canonical(FieldType::boolean,
        { { "Ja", "true" }, { "TRUE", "true" }, { "1", "true" }, { "n", "false" }, { "false", "false" },
            { "misschien", "-" } });
}

TEST(CanonicalEmail, IsLowerCaseWithOneAt)
{
    expect_canonical(FieldType::email,
        { { "Jan.Jansen@Voorbeeld.NL", "jan.jansen@voorbeeld.nl" }, { "a@b.nl", "a@b.nl" }, { "a@b", "-" },
            { "@b.nl", "-" }, { "a@@b.nl", "-" }, { "a b@c.nl", "-" }, { "a@b.nl, c@d.nl", "-" }, { "a@.nl", "-" },
            { "a@b..nl", "-" }, { "geen", "-" } });
}

TEST(CanonicalTelephone, HasItsCountryInFront)
{
    expect_canonical(FieldType::telephone,
        { { "06-12345678", "+31612345678" }, { "06 12 34 56 78", "+31612345678" }, { "+31612345678", "+31612345678" },
            { "0031 6 12345678", "+31612345678" }, { "+31 (0)6 12345678", "+31612345678" },
            { "(035) 629 2222", "+31356292222" }, { "31612345678", "+31612345678" }, { "612345678", "+31612345678" },
            { "+310612345678", "+31612345678" }, { "+49 30 123456", "+4930123456" }, { "0612345", "-" },
            { "12345678", "-" }, { "06-1234567x", "-" }, { "+31", "-" }, { "geen", "-" }, { "0000000000", "-" } });
}

} // namespace ketensync::record
