#include "tests/reconcile/some_people.hpp"

#include <gtest/gtest.h>

namespace ketensync::reconcile::test {

TEST(Persons, AreOneWhenTheirBsnIsOne)
{
    World world;
    auto const a = world.person(benefit);
    auto const b = world.person(with(jan, { { "bsn", bsn } }));
    EXPECT_TRUE(world.together(a, b));
    EXPECT_EQ(world.groups().size(), 1U);
}

TEST(Persons, OfASourceWithoutDuplicatesAreNeverOne)
{
    auto world = World::with_free_source(7);
    auto const a = world.person(with(jan, { { "bsn", bsn } }), 7);
    auto const b = world.person(with(jan, { { "bsn", bsn } }), 7);
    EXPECT_FALSE(world.together(a, b));
    EXPECT_FALSE(world.doubted(a, b)) << "the source has said it already";
    auto const elsewhere = world.person(with(jan, { { "bsn", bsn } }), 1);
    EXPECT_NE(world.together(a, elsewhere), world.together(b, elsewhere)) << "one of the two, never both";
    world.reload();
    world.reconcile("persoon");
    EXPECT_FALSE(world.together(a, b)) << "nor when all is decided at once";
    world.judge(a, b, Judgement::same);
    EXPECT_TRUE(world.together(a, b)) << "but a person's word wins";
}

TEST(Persons, OfOneBsnAndASlipInTheBirthDateAreOne)
{
    World world;
    auto const a = world.person(benefit);
    auto const b = world.person(with(jan, { { "bsn", bsn }, { "geboortedatum", "1984-03-11" } }));
    auto const c = world.person(with(benefit, { { "geboortedatum", "1984" } }));
    EXPECT_TRUE(world.together(a, b));
    EXPECT_TRUE(world.together(a, c));
}

TEST(Persons, OfOneBsnWhoseNameChangedAreOne)
{
    World world;
    auto const before = world.person(with(fatma, { { "bsn", bsn } }));
    auto const after
        = world.person(with(fatma, { { "bsn", bsn }, { "geslachtsnaam", "Jansen" }, { "postcode", "3511AA" } }));
    EXPECT_TRUE(world.together(before, after));
}

TEST(Persons, OfOneBsnButAnotherBirthDateAndNameAreADoubt)
{
    World world;
    auto const a = world.person(with(jan, { { "bsn", bsn } }));
    auto const b = world.person(with(fatma, { { "bsn", bsn } }));
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.doubt(a, b), "bsn-same-person-differs");
}

TEST(Persons, OfOneBsnAndAnotherBirthDateAreADoubtWhereNoNameHelps)
{
    World world;
    auto const a = world.person(benefit);
    auto const b = world.person(with(fatma, { { "bsn", bsn } }));
    auto const again = world.person(benefit, 2);
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.doubt(a, b), "bsn-same-person-differs");
    EXPECT_TRUE(world.together(a, again)) << "who does agree is not held up by it";
}

TEST(Persons, OfTwoBsnsAreNeverOneHoweverAlikeTheyAre)
{
    World world;
    auto const a = world.person(with(jan, { { "bsn", bsn } }));
    auto const b = world.person(with(jan, { { "bsn", another_bsn } }));
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.doubt(a, b), "bsn-differs");
}

TEST(Persons, WithoutABsnDoNotBringTwoBsnsTogether)
{
    World world;
    auto const a = world.person(with(jan, { { "bsn", bsn } }));
    auto const bridge = world.person(with(jan, { { "email", "jan@post.example" } }));
    auto const b = world.person(with(jan, { { "bsn", another_bsn }, { "email", "jan@post.example" } }));
    EXPECT_FALSE(world.together(a, b));
    EXPECT_TRUE(world.together(bridge, a) || world.together(bridge, b));
}

TEST(Persons, OfOneNumberAreOne)
{
    World world;
    auto const seeker = world.person(with(jan, { { "nummer_werkzoekende", "WZ00000123" } }));
    auto const profile = world.person({ { "nummer_werkzoekende", "WZ00000123" }, { "postcode", "3511AA" } }, 2);
    EXPECT_TRUE(world.together(seeker, profile));
}

TEST(Persons, WithTwoNumbersInOneSourceAreOneAllTheSame)
{
    World world;
    auto const a = world.person(with(jan, { { "bsn", bsn }, { "nummer_werkzoekende", "WZ00000123" } }));
    auto const b = world.person(with(jan, { { "bsn", bsn }, { "nummer_werkzoekende", "WZ00000456" } }));
    auto const c = world.person(with(jan, { { "telefoon", "+31612345678" }, { "nummer_werkzoekende", "WZ00000789" } }));
    EXPECT_TRUE(world.together(a, b));
    EXPECT_TRUE(world.together(a, c));
}

TEST(Persons, AreOneOnNameBirthDateAndAddress)
{
    World world;
    auto const a = world.person(jan);
    auto const b = world.person(with(jan, { { "voornamen", "Jan" }, { "voorletters", "" } }));
    EXPECT_TRUE(world.together(a, b));
}

TEST(Persons, AreOneThroughASlipOfTheKeyboard)
{
    World world;
    auto const a = world.person(with(fatma, { { "geslachtsnaam", "Kowalczyk" } }));
    auto const b = world.person(with(fatma, { { "geslachtsnaam", "Kowalcyzk" } }));
    EXPECT_TRUE(world.together(a, b));
}

TEST(Persons, AreOneWithADummyBirthDateWhenTheRestAgrees)
{
    World world;
    auto const a = world.person(with(jan, { { "telefoon", "+31612345678" } }));
    auto const b = world.person(
        with(jan, { { "geboortedatum", "1984-01-01" }, { "voornamen", "Jan" }, { "telefoon", "+31612345678" } }));
    EXPECT_TRUE(world.together(a, b));
}

TEST(Persons, AreNotOneOnADummyBirthDateAndASurname)
{
    World world;
    auto const a
        = world.person({ { "geslachtsnaam", "Bakker" }, { "voorletters", "J." }, { "geboortedatum", "1984-01-01" } });
    auto const b
        = world.person({ { "geslachtsnaam", "Bakker" }, { "voorletters", "J." }, { "geboortedatum", "1984-01-01" } });
    EXPECT_FALSE(world.together(a, b));
}

TEST(Persons, AreOneUnderTheNameOfTheirPartner)
{
    World world;
    auto const seeker = world.person(with(fatma, { { "geslachtsnaam_partner", "Vries" } }));
    auto const sheet = world.person(with(fatma, { { "geslachtsnaam", "de Vries" } }));
    auto const both = world.person(with(fatma, { { "geslachtsnaam", "de Vries-Yılmaz" } }));
    EXPECT_TRUE(world.together(seeker, sheet));
    EXPECT_TRUE(world.together(seeker, both));
}

TEST(Persons, OfOneFamilyAtOneAddressAreNotOne)
{
    World world;
    Fields const home { { "postcode", "1216LT" }, { "huisnummer", "31" }, { "telefoon", "+31612345678" },
        { "email", "familie@post.example" } };
    auto const father = world.person(with(jan, home));
    auto const mother = world.person(with(with(fatma, home), { { "geslachtsnaam_partner", "Bakker" } }));
    auto const son = world.person(
        with(with(jan, home), { { "voornamen", "Sem" }, { "voorletters", "S." }, { "geboortedatum", "2006-08-30" } }));
    EXPECT_FALSE(world.together(father, mother));
    EXPECT_FALSE(world.together(father, son));
    EXPECT_FALSE(world.together(mother, son));
}

TEST(Persons, WhoAreTwinsAreNotOne)
{
    World world;
    auto const one = world.person(with(jan, { { "voornamen", "Jan" }, { "voorletters", "J." } }));
    auto const other = world.person(with(jan, { { "voornamen", "Joris" }, { "voorletters", "J." } }));
    EXPECT_FALSE(world.together(one, other));
    auto const third = world.person(
        with(jan, { { "voornamen", "Joris" }, { "voorletters", "J." }, { "email", "joris@post.example" } }));
    EXPECT_TRUE(world.together(other, third));
    EXPECT_FALSE(world.together(one, third));
}

TEST(Persons, WhoShareATelephoneAsTwinsAreNotOne)
{
    World world;
    auto const one = world.person(with(jan, { { "voornamen", "Jan" }, { "telefoon", "+31612345678" } }));
    auto const other
        = world.person(with(jan, { { "voornamen", "Koen" }, { "voorletters", "K." }, { "telefoon", "+31612345678" } }));
    EXPECT_FALSE(world.together(one, other));
}

TEST(Persons, WithAnInitialAndABirthYearAreNotOneWhereASonMayBe)
{
    World world;
    auto const one = world.person(with(jan, { { "voornamen", "Jan" }, { "voorletters", "J." } }));
    auto const initial
        = world.person(with(jan, { { "voornamen", "" }, { "voorletters", "J." }, { "geboortedatum", "1984" } }));
    EXPECT_FALSE(world.together(one, initial));
}

TEST(Persons, WithAnInitialAreOneWhenTheirEmailIs)
{
    World world;
    auto const one
        = world.person(with(jan, { { "voornamen", "Jan" }, { "voorletters", "J." }, { "email", "jan@post.example" } }));
    auto const initial
        = world.person(with(jan, { { "voornamen", "" }, { "voorletters", "J." }, { "email", "jan@post.example" } }));
    EXPECT_TRUE(world.together(one, initial));
}

TEST(Persons, WhoseEmailAddressesAreAlikeByNameAndProviderAreNotOne)
{
    World world;
    Fields const one { { "geslachtsnaam", "Meerstra" }, { "voornamen", "Emma" }, { "geboortedatum", "1985-02-05" },
        { "geslacht", "V" }, { "email", "emma07272@post.example" } };
    auto const a = world.person(one);
    auto const b = world.person(
        with(one, { { "geslachtsnaam", "Groenirim" }, { "email", "emma02059@post.example" } }), 2);
    auto const c = world.person(with(one, { { "email", "emma07273@post.example" } }), 3);
    EXPECT_FALSE(world.together(a, b));
    EXPECT_TRUE(world.together(a, c)) << "a slip";
}

TEST(Persons, BetweenTwoTwinsGoToNeither)
{
    World world;
    Fields const shared { { "telefoon", "+31612345678" } };
    auto const one = world.person(with(with(jan, shared), { { "voornamen", "Jan" }, { "voorletters", "J." } }));
    auto const other = world.person(with(with(jan, shared), { { "voornamen", "Joris" }, { "voorletters", "J." } }));
    auto const initial = world.person(with(with(jan, shared), { { "voornamen", "" }, { "voorletters", "J." } }));
    EXPECT_FALSE(world.together(one, other));
    EXPECT_FALSE(world.together(one, initial));
    EXPECT_FALSE(world.together(other, initial));
    EXPECT_TRUE(world.doubted(one, initial));
    EXPECT_TRUE(world.doubted(other, initial));
}

TEST(Persons, WhoCarryTheirFathersNameAreNotHim)
{
    World world;
    auto const father = world.person(with(jan, { { "telefoon", "+31612345678" }, { "email", "bakker@post.example" } }));
    auto const son = world.person(with(jan,
        { { "geboortedatum", "2006-08-30" }, { "telefoon", "+31612345678" }, { "email", "bakker@post.example" } }));
    EXPECT_FALSE(world.together(father, son));
}

TEST(Persons, OfACommonNameAndNothingElseAreNotOne)
{
    World world;
    auto const a = world.person({ { "geslachtsnaam", "Jong" }, { "voornamen", "Jan" }, { "postcode", "1216LT" } });
    auto const b = world.person({ { "geslachtsnaam", "Jong" }, { "voornamen", "Jan" }, { "postcode", "3511AB" } });
    EXPECT_FALSE(world.together(a, b));
}

TEST(Persons, WhoTellTooLittleAreLinkedByTheirBsnOnly)
{
    World world;
    auto const a = world.person({ { "geboortedatum", "1984-03-17" }, { "geslacht", "M" } });
    auto const b = world.person(jan);
    auto const c = world.person({ { "postcode", "1216LT" } });
    EXPECT_FALSE(world.together(a, b));
    EXPECT_FALSE(world.together(b, c));
    EXPECT_TRUE(world.outcome().doubts.empty());
}

TEST(Persons, WhoShareADummyAreCountedAndFoundByWhatIsTheirOwn)
{
    World world;
    Fields const dummy { { "email", "wijkteam-west@post.example" } };
    auto const first = world.person(with(with(jan, dummy), { { "bsn", bsn } }));
    for (int i = 0; i < 250; ++i) {
        world.person({ { "geslachtsnaam", "X" + std::string(1, static_cast<char>('a' + i % 26)) + "sma" },
            { "geboortedatum", std::to_string(1950 + i % 50) + "-02-03" }, { "email", "wijkteam-west@post.example" } });
    }
    EXPECT_GT(world.reconciler().capped(), 0U);
    auto const last = world.person(with(with(jan, dummy), { { "voorletters", "J." } }));
    EXPECT_TRUE(world.together(first, last));
}

TEST(Persons, AreLookedAtInTheFieldsThatTheRulesName)
{
    World world;
    auto const kind = house_schema()->kind("persoon").value();
    auto const looks = [&](char const * field) {
        return world.reconciler().looks_at(kind, house_schema()->kinds[kind].field(field).value());
    };
    EXPECT_TRUE(looks("bsn"));
    EXPECT_TRUE(looks("huisnummer"));
    EXPECT_TRUE(looks("nummer_werkzoekende"));
    EXPECT_FALSE(looks("straatnaam"));
    EXPECT_FALSE(looks("geboortejaar"));
}

TEST(Persons, WithTheBsnOfASisterAreADoubtAndLeaveTheSisterWhole)
{
    World world;
    Fields const home { { "geslachtsnaam", "Ghazi" }, { "voorletters", "S." }, { "geslacht", "V" }, { "postcode", "1401TS" },
        { "huisnummer", "17" } };
    auto const mine = with(home, { { "voornamen", "Soukaina" }, { "geboortedatum", "1958-01-23" } });
    auto const sheet = world.person(mine);
    auto const own = world.person(with(mine, { { "bsn", bsn } }), 2);
    auto const sister
        = world.person(with(home, { { "voornamen", "Samira" }, { "geboortedatum", "1980-07-30" }, { "bsn", bsn } }), 2);
    EXPECT_TRUE(world.together(sheet, own));
    EXPECT_FALSE(world.together(own, sister));
    EXPECT_EQ(world.doubt(own, sister), "bsn-same-person-differs");
}

TEST(Persons, WithNumbersThatWereHandedOutOneAfterAnotherAreNotNearerForIt)
{
    World world;
    auto const numbered = [](std::string const & number, std::string const & born, std::string const & postcode) {
        return Fields { { "nummer_werkzoekende", number }, { "geslachtsnaam", "Bakker" }, { "voornamen", "Anna" },
            { "geboortedatum", born }, { "geslacht", "V" }, { "postcode", postcode }, { "huisnummer", "12" } };
    };
    auto const a = world.person(numbered("WZ00012350", "1940-01-02", "1100AA"));
    auto const b = world.person(numbered("WZ00012354", "1950-11-26", "1630KD"));
    EXPECT_FALSE(world.together(a, b));
}

} // namespace ketensync::reconcile::test
