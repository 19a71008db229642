#include "tests/reconcile/world.hpp"

#include <gtest/gtest.h>

namespace ketensync::reconcile::test {

namespace {

/// `fields` with some of them told otherwise; an empty text is not told.
Fields with(Fields fields, Fields const & others)
{
    fields.insert(fields.end(), others.begin(), others.end());
    return fields;
}

Fields const jan { { "geslachtsnaam", "Bakker" }, { "voornamen", "Jan Willem" }, { "voorletters", "J.W." },
    { "geboortedatum", "1984-03-17" }, { "geslacht", "M" }, { "postcode", "1216LT" }, { "huisnummer", "31" } };

constexpr auto bsn_a = "999990019";
constexpr auto bsn_b = "999990020";

} // namespace

TEST(Persons, AreOneWhenTheirBsnIsOne)
{
    World world;
    auto const benefit
        = world.person({ { "bsn", "123456782" }, { "geboortedatum", "1984-03-17" }, { "geslacht", "M" } });
    auto const seeker = world.person(with(jan, { { "bsn", "123456782" } }));
    EXPECT_TRUE(world.together(benefit, seeker));
    EXPECT_EQ(world.groups().size(), 1U);
}

TEST(Persons, AreOneOnNameBirthDateAndAddress)
{
    World world;
    auto const a = world.person(jan);
    auto const b = world.person(with(jan, { { "voornamen", "Jan" }, { "voorletters", "" } }));
    EXPECT_TRUE(world.together(a, b));
}

TEST(Persons, OfOneBsnButAnotherBirthDateAndNameAreADoubt)
{
    World world;
    auto const a = world.person(with(jan, { { "bsn", "123456782" } }));
    auto const b = world.person({ { "bsn", "123456782" }, { "geslachtsnaam", "Yilmaz" }, { "voornamen", "Fatma" },
        { "geboortedatum", "1971-11-02" }, { "geslacht", "V" } });
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.doubt(a, b), "bsn-same-person-differs");
}

TEST(Persons, OfTwoBsnsAreNeverOneHoweverAlikeTheyAre)
{
    World world;
    (void)bsn_a;
    (void)bsn_b;
    auto const a = world.person(with(jan, { { "bsn", "123456782" } }));
    auto const b = world.person(with(jan, { { "bsn", "111222333" } }));
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.doubt(a, b), "bsn-differs");
}

} // namespace ketensync::reconcile::test
