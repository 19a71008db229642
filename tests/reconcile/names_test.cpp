#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/fold.hpp"
#include "daemon/reconcile/likeness.hpp"
#include "daemon/reconcile/normal_plain.hpp"
#include "daemon/reconcile/sound.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace ketensync::reconcile::test {

TEST(Likeness, IsThatOfThePublishedExamples)
{
    // Winkler's table of names; the examples that every implementation is held to.
    EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 0.0001);
    EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 0.0001);
    EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.8400, 0.0001);
    EXPECT_NEAR(jaro_winkler("jones", "johnson"), 0.8324, 0.0001);
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
        ASSERT_TRUE(!within_one_edit(a, b) || counts_within_one_edit(letter_counts(a), letter_counts(b))) << a << " " << b;
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
    Words words;
    Dictionary names(MatchType::surname, words);
    auto const berg = names.add("Berg");
    for (auto const * text : { "van den Berg", "Berg, van den", "V.d. Berg", "Van Den Berg", "BERG", "v/d Berg" }) {
        EXPECT_EQ(names.add(text), berg) << text;
    }
    EXPECT_EQ(names.text(names.add("El Idrissi")), "idrissi");
    EXPECT_EQ(names.text(names.add("De")), "de") << "a name that is a prefix only is that name";
    EXPECT_EQ(names.add(""), 0U);
    EXPECT_EQ(names.add(" . "), 0U);
}

TEST(Surnames, OfTwoNamesHaveBothWords)
{
    Words words;
    Dictionary names(MatchType::surname, words);
    auto const & both = names.words(names.add("Bakker-de Vries"));
    ASSERT_EQ(both.count, 2);
    EXPECT_EQ(words.text(both.words[0]), "bakker");
    EXPECT_EQ(words.text(both.words[1]), "vries");
}

TEST(FullNames, TellGivenNameAndSurname)
{
    MatchRules rules;
    rules.columns = { { "name", MatchType::full_name, Proof::none } };
    RecordTable table(rules);
    auto const read = [&](std::string_view text) {
        auto const row = table.row(table.add(std::array { text }));
        return std::string(table.dictionary(table.slots().given[0]).text(row[table.slots().given[0]])) + "/"
            + std::string(table.dictionary(table.slots().surname[0]).text(row[table.slots().surname[0]]));
    };
    EXPECT_EQ(read("Thomas van den Berg"), "thomas/berg");
    EXPECT_EQ(read("Berg, Thomas van den"), "thomas/berg");
    EXPECT_EQ(read("Dr. Anna Maria Jansen"), "anna maria/jansen");
}

TEST(Identifiers, AreProvenByTheElfproef)
{
    Words words;
    Dictionary numbers(MatchType::identifier, words);
    auto const proven = [&](char const * text) { return numbers[numbers.add(text)].proven; };
    EXPECT_TRUE(proven("123456782"));
    EXPECT_EQ(numbers.add("12345672"), numbers.add("012345672")) << "eight digits have lost their zero";
    EXPECT_FALSE(proven("123456789"));
    EXPECT_FALSE(proven("111111110")) << "passes the proof, and stands in every example";
    EXPECT_EQ(numbers.add("000000000"), 0U);
    EXPECT_EQ(numbers.add(""), 0U);
}

TEST(Dates, AreReadHoweverTheyAreWritten)
{
    Normal normal;
    auto const read = [&](char const * text, bool month_first = false) {
        normal.clear();
        normalise_date(text, { month_first }, normal);
        return std::array { year_of(normal.number), month_of(normal.number), day_of(normal.number) };
    };
    using Parts = std::array<std::uint32_t, 3>;
    EXPECT_EQ(read("1984-03-17"), (Parts { 1984, 3, 17 }));
    EXPECT_EQ(read("19840317"), (Parts { 1984, 3, 17 }));
    EXPECT_EQ(read("17031984"), (Parts { 1984, 3, 17 }));
    EXPECT_EQ(read("17-3-1984"), (Parts { 1984, 3, 17 }));
    EXPECT_EQ(read("3/4/1970"), (Parts { 1970, 4, 3 }));
    EXPECT_EQ(read("3/4/1970", true), (Parts { 1970, 3, 4 }));
    EXPECT_EQ(read("1984"), (Parts { 1984, 0, 0 }));
    EXPECT_EQ(read("1984-00-00"), (Parts { 1984, 0, 0 }));
    EXPECT_EQ(read("gisteren"), (Parts { 0, 0, 0 }));
    EXPECT_GT(month_first_vote("12/31/1970"), 0);
    EXPECT_LT(month_first_vote("31/12/1970"), 0);
}

TEST(Dates, AgreeToALevel)
{
    namespace at = level::birth_date;
    auto const date
        = [](std::uint32_t year, std::uint32_t month, std::uint32_t day) { return year << 9U | month << 5U | day; };
    auto const told = date(1984, 3, 17);
    EXPECT_EQ(compare_dates(told, told), level::exact);
    EXPECT_EQ(compare_dates(date(1984, 3, 7), date(1984, 7, 3)), at::slip) << "day and month changed places";
    EXPECT_EQ(compare_dates(told, date(1984, 3, 11)), at::slip) << "17 and 11: one digit";
    EXPECT_EQ(compare_dates(told, date(1948, 3, 17)), at::slip) << "two digits swapped";
    EXPECT_EQ(compare_dates(told, date(1984, 3, 22)), at::slips) << "two digits other";
    EXPECT_EQ(compare_dates(told, date(1984, 5, 28)), at::year);
    EXPECT_EQ(compare_dates(told, date(1951, 3, 17)), at::day_and_month);
    EXPECT_EQ(compare_dates(told, date(1984, 0, 0)), at::year_alone);
    EXPECT_EQ(compare_dates(told, date(1984, 1, 1)), at::year_alone) << "a dummy";
    EXPECT_EQ(compare_dates(date(1984, 1, 1), date(1984, 1, 1)), at::year_alone);
    EXPECT_EQ(compare_dates(told, date(1985, 1, 1)), at::different);
    EXPECT_EQ(compare_dates(told, 0), missing);
}

TEST(Given, NamesAgreeToALevel)
{
    namespace at = level::given;
    MatchRules rules;
    rules.columns
        = { { "names", MatchType::given_name, Proof::none }, { "initials", MatchType::initials, Proof::none } };
    RecordTable table(rules);
    Form const form(table);
    Comparer comparer(table, form);
    auto const level = [&](char const * a, char const * a_initials, char const * b, char const * b_initials) {
        auto const one = table.add(std::array { std::string_view(a), std::string_view(a_initials) });
        auto const other = table.add(std::array { std::string_view(b), std::string_view(b_initials) });
        auto const found = comparer.compare(table.row(one), table.row(other))[0];
        EXPECT_EQ(found, comparer.compare(table.row(other), table.row(one))[0]);
        return found;
    };
    EXPECT_EQ(level("Zoë Maria", "", "Zoe", ""), level::exact);
    EXPECT_EQ(level("Johannes Cornelis", "J.C.", "Jan", ""), at::alike);
    EXPECT_EQ(level("Maria Zoë", "", "Zoë", ""), at::alike) << "another of the names";
    EXPECT_EQ(level("Sebastiaan", "", "Bas", ""), at::alike);
    EXPECT_EQ(level("Katarzyna", "", "Katarzina", ""), at::close);
    EXPECT_EQ(level("Wubbo Tjalling", "W.T.", "Tjibbe", "W.T."), at::initials);
    EXPECT_EQ(level("", "W.T.", "Wubbo", "W.T."), at::initials);
    EXPECT_EQ(level("", "W.", "Wubbo", "W.T."), at::initial);
    EXPECT_EQ(level("", "J.P.", "Wubbo", "W.T."), at::different);
    EXPECT_EQ(level("", "L.P.", "Bert", ""), at::called) << "a roepnaam may start otherwise";
    EXPECT_EQ(level("Jan", "J.", "Joris", "J."), at::different) << "twins share an initial more often than not";
    EXPECT_EQ(level("", "", "Joris", "J."), missing);
}

} // namespace ketensync::reconcile::test
