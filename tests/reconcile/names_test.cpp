#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/features.hpp"
#include "daemon/reconcile/fold.hpp"
#include "daemon/reconcile/likeness.hpp"
#include "daemon/reconcile/rules.hpp"
#include "daemon/reconcile/sound.hpp"
#include "tests/reconcile/world.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ketensync::reconcile::test {

TEST(Likeness, IsThatOfThePublishedExamples)
{
    // Winkler's table of names; the examples that every implementation is held to.
    EXPECT_NEAR(jaro("martha", "marhta"), 0.9444, 0.0001);
    EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 0.0001);
    EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 0.0001);
    EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.8400, 0.0001);
    EXPECT_NEAR(jaro("jones", "johnson"), 0.7905, 0.0001);
    EXPECT_NEAR(jaro_winkler("jones", "johnson"), 0.8324, 0.0001);
    EXPECT_NEAR(jaro("abroms", "abrams"), 0.8889, 0.0001);
    EXPECT_NEAR(jaro_winkler("abroms", "abrams"), 0.9222, 0.0001);
    EXPECT_EQ(jaro_winkler("", ""), 1.0);
    EXPECT_EQ(jaro_winkler("a", ""), 0.0);
    EXPECT_EQ(jaro_winkler("a", "a"), 1.0);
    EXPECT_EQ(jaro_winkler("abc", "xyz"), 0.0);
}

TEST(EditDistance, IsThatOfThePublishedExamples)
{
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("saturday", "sunday"), 3U);
    EXPECT_EQ(edit_distance("ca", "abc"), 3U); // where the unrestricted distance is 2
    EXPECT_EQ(edit_distance("jansen", "janesn"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", "abc"), 0U);
}

TEST(EditDistance, OfOneIsFoundInOnePassAsWell)
{
    std::mt19937 random(1);
    auto const word = [&] {
        std::string text(random() % 6, 'a');
        for (auto & letter : text) {
            letter = static_cast<char>('a' + random() % 3);
        }
        return text;
    };
    for (int i = 0; i < 50'000; ++i) {
        auto const a = word();
        auto const b = word();
        ASSERT_EQ(within_one_edit(a, b), edit_distance(a, b) <= 1) << a << " " << b;
        ASSERT_DOUBLE_EQ(jaro_winkler(a, b), jaro_winkler(b, a)) << a << " " << b;
    }
}

TEST(Fold, TakesAccentsAndMarksAway)
{
    EXPECT_EQ(fold("Żáïŀëñøŕ Åłéèç"), "zailenor aleec");
    EXPECT_EQ(fold("Großmann"), "grossmann");
    EXPECT_EQ(fold("Đorđević"), "dordevic");
    EXPECT_EQ(fold("Yılmaz-Şahin Ğ"), "yilmaz sahin g");
    EXPECT_EQ(fold("d’Hondt, van 't  Hoff"), "dhondt van t hoff");
    EXPECT_EQ(fold("Zoe\xCC\x88"), "zoe"); // a letter and an accent apart
    EXPECT_EQ(fold("Ĳsbrand"), "ijsbrand");
    EXPECT_EQ(fold("\xFF\xC3 a\xE2\x80"), "a");
    EXPECT_EQ(fold("Ивaн"), "a");
    EXPECT_EQ(fold("  -- "), "");
}

TEST(Sound, BringsSpellingsTogether)
{
    EXPECT_EQ(sound("meijer"), sound("meyer"));
    EXPECT_EQ(sound("smidt"), sound("smit"));
    EXPECT_EQ(sound("smith"), sound("smit"));
    EXPECT_EQ(sound("dekker"), sound("decker"));
    EXPECT_EQ(sound("visser"), sound("fisser"));
    EXPECT_EQ(sound("jansen"), sound("janssen"));
    EXPECT_EQ(sound("mohammed"), sound("mohamet"));
    EXPECT_EQ(sound("philips"), sound("filips"));
    EXPECT_NE(sound("bakker"), sound("bekker"));
}

TEST(Surnames, AreTheSameWithTheirPrefixAnywhere)
{
    Names names(house_rules()->names);
    auto const berg = names.surname("Berg");
    for (auto const * text : { "van den Berg", "Berg, van den", "V.d. Berg", "Van Den Berg", "BERG", "v/d Berg" }) {
        EXPECT_EQ(names.surname(text), berg) << text;
    }
    EXPECT_EQ(names.text(names.surname("El Idrissi")), "idrissi");
    EXPECT_EQ(names.text(names.surname("De")), "de") << "a name that is a prefix only is that name";
    EXPECT_EQ(names.surname(""), 0U);
    EXPECT_EQ(names.surname(" . "), 0U);
}

TEST(Surnames, OfTwoNamesHaveParts)
{
    Names names(house_rules()->names);
    auto const both = names.surname("Bakker-de Vries");
    EXPECT_EQ(names.parts(both)[0], names.surname("Bakker"));
    EXPECT_EQ(names.parts(both)[1], names.surname("De Vries"));
    EXPECT_EQ(names.parts(names.surname("Bakker"))[0], 0U);
}

TEST(Bsn, IsTakenOnlyWhenItIsPossible)
{
    EXPECT_EQ(possible_bsn("123456782"), 123456782U);
    EXPECT_EQ(possible_bsn("12345672"), possible_bsn("012345672")) << "eight digits have lost their zero";
    EXPECT_EQ(possible_bsn("123456789"), 0U);
    EXPECT_EQ(possible_bsn("000000000"), 0U);
    EXPECT_EQ(possible_bsn("111111110"), 0U) << "passes the proof, and stands in every example";
    EXPECT_EQ(possible_bsn("12345678a"), 0U);
    EXPECT_EQ(possible_bsn(""), 0U);
}

TEST(Births, AgreeToALevel)
{
    auto const birth = [](int year, int month, int day) {
        return Birth { static_cast<std::uint16_t>(year), static_cast<std::uint8_t>(month),
            static_cast<std::uint8_t>(day) };
    };
    auto const told = birth(1984, 3, 17);
    EXPECT_EQ(compare_births(told, birth(1984, 3, 17)), birth_date::exact);
    EXPECT_EQ(compare_births(birth(1984, 3, 7), birth(1984, 7, 3)), birth_date::swapped);
    EXPECT_EQ(compare_births(told, birth(1984, 3, 71 - 60)), birth_date::typo) << "17 and 11: one digit";
    EXPECT_EQ(compare_births(told, birth(1948, 3, 17)), birth_date::typo) << "two digits swapped";
    EXPECT_EQ(compare_births(told, birth(1984, 3, 22)), birth_date::different) << "two digits other";
    EXPECT_EQ(compare_births(told, birth(1985, 3, 18)), birth_date::different) << "two parts";
    EXPECT_EQ(compare_births(told, birth(1984, 3, 0)), birth_date::month);
    EXPECT_EQ(compare_births(told, birth(1984, 0, 0)), birth_date::year);
    EXPECT_EQ(compare_births(told, birth(1984, 1, 1)), birth_date::year) << "a dummy";
    EXPECT_EQ(compare_births(birth(1984, 1, 1), birth(1984, 1, 1)), birth_date::year);
    EXPECT_EQ(compare_births(told, birth(1985, 1, 1)), birth_date::different);
    EXPECT_EQ(compare_births(told, birth(1984, 4, 0)), birth_date::different);
    EXPECT_EQ(compare_births(told, {}), missing);
}

TEST(Given, NamesAgreeToALevel)
{
    auto const rules = house_rules();
    Names names(rules->names);
    auto const schema = house_schema();
    auto const kind = schema->kind("persoon").value();
    auto const level = [&](char const * a, char const * a_initials, char const * b, char const * b_initials) {
        auto const read = [&](char const * given, char const * initials) {
            std::vector<std::string> texts(schema->kinds[kind].fields.size());
            texts[schema->kinds[kind].field("voornamen").value()] = given;
            texts[schema->kinds[kind].field("voorletters").value()] = initials;
            return read_features(
                record::Values(std::span<std::string const>(texts)), rules->kinds[kind].probable, names);
        };
        auto const one = read(a, a_initials);
        auto const other = read(b, b_initials);
        EXPECT_EQ(compare(one, other, names)[Aspect::given], compare(other, one, names)[Aspect::given]);
        return compare(one, other, names)[Aspect::given];
    };
    EXPECT_EQ(level("Zoë Maria", "", "Zoe", ""), given::exact);
    EXPECT_EQ(level("Johannes Cornelis", "J.C.", "Jan", ""), given::alike);
    EXPECT_EQ(level("Maria Zoë", "", "Zoë", ""), given::alike) << "another of the names";
    EXPECT_EQ(level("Sebastiaan", "", "Bas", ""), given::alike);
    EXPECT_EQ(level("Katarzyna", "", "Katarzina", ""), given::close);
    EXPECT_EQ(level("Wubbo Tjalling", "W.T.", "Tjibbe", "W.T."), given::initials);
    EXPECT_EQ(level("", "W.T.", "Wubbo", "W.T."), given::initials);
    EXPECT_EQ(level("", "W.", "Wubbo", "W.T."), given::initial);
    EXPECT_EQ(level("", "J.P.", "Wubbo", "W.T."), given::different);
    EXPECT_EQ(level("", "L.P.", "Bert", ""), given::called) << "a roepnaam may start otherwise";
    EXPECT_EQ(level("Jan", "J.", "Joris", "J."), given::different) << "twins share an initial more often than not";
    EXPECT_EQ(level("", "", "Joris", "J."), missing);
}

} // namespace ketensync::reconcile::test
