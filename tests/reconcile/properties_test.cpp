#include "daemon/reconcile/normal_plain.hpp"
#include "tests/reconcile/world.hpp"
#include "tests/reconcile/worlds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include <fmt/format.h>

namespace ketensync::reconcile::test {

namespace {

/// A small town in which everybody is nearly somebody else: few names, dates, numbers and addresses, told at random.
/// The same calls for the same seed.
class Town {
public:
    explicit Town(std::uint64_t seed)
        : m_random(seed)
    {
    }

    /// One event: somebody is told of, told otherwise, told again, or told of no more.
    void event(World & world)
    {
        auto const what = below(10);
        if (m_told.empty() || what < 6) {
            m_told.push_back(below(4) == 0 ? world.tell("deelname", course()) : world.person(person()));
            m_all.push_back(m_told.back());
            return;
        }
        auto const at = below(m_told.size());
        auto const record = m_told[at];
        bool const of_course = !world.is_kind(record, "persoon");
        if (what < 8) {
            world.change(record, of_course ? course() : person());
        } else if (what < 9) {
            world.settle(record);
        } else {
            world.withdraw(record);
            m_told.erase(m_told.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }

    std::vector<RecordId> const & told() const { return m_told; }
    std::vector<RecordId> const & all() const { return m_all; }
    void forget_all() { m_told.clear(); }

private:
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(m_random() % limit); }
    std::string one_of(std::initializer_list<char const *> words) { return words.begin()[below(words.size())]; }

    Fields person()
    {
        return { { "bsn", one_of({ "", "", "123456782", "111222333", "999999990", "123456789" }) },
            { "geslachtsnaam", one_of({ "", "Bakker", "Bakkers", "de Vries", "Bakker-de Vries", "Yılmaz" }) },
            { "geslachtsnaam_partner", one_of({ "", "", "", "Bakker", "Vries" }) },
            { "voornamen", one_of({ "", "Jan", "Johannes", "Joris", "Fatma" }) },
            { "voorletters", one_of({ "", "J.", "F." }) },
            { "geboortedatum", one_of({ "", "1984-03-17", "1984-03-17", "1984-01-01", "1984", "2006-08-30" }) },
            { "geslacht", one_of({ "", "M", "V" }) }, { "postcode", one_of({ "", "1216LT", "1402AB" }) },
            { "huisnummer", one_of({ "", "31" }) }, { "email", one_of({ "", "", "a@post.example", "b@post.example" }) },
            { "telefoon", one_of({ "", "", "+31612345678", "+31687654321" }) },
            { "nummer_werkzoekende", one_of({ "", "", "", "WZ00000001", "WZ00000002" }) } };
    }

    Fields course()
    {
        return { { "persoon", one_of({ "", "1", "2" }) }, { "project", one_of({ "", "8", "9" }) },
            { "begindatum", one_of({ "2026-01-05", "2026-01-19", "2026-06-01" }) },
            { "einddatum", one_of({ "", "2026-02-01", "2026-07-01" }) } };
    }

    std::mt19937_64 m_random;
    std::vector<RecordId> m_told;
    std::vector<RecordId> m_all;
};

/// The number when it proves itself, else empty.
std::string possible_bsn(std::string_view text)
{
    Normal normal;
    normalise_identifier(text, normal);
    return normal.proven ? normal.text : std::string();
}

/// What must hold between any two calls.
void check(World & world, Town const & town)
{
    std::set<RecordId> seen;
    for (auto const & [golden, records] : world.groups()) {
        std::string bsn;
        for (auto const record : records) {
            ASSERT_TRUE(seen.insert(record).second) << "record " << record << " is in two groups";
            ASSERT_EQ(world.golden(record), golden);
            if (!world.is_kind(record, "persoon")) {
                continue;
            }
            auto const told = possible_bsn(world.value(record, "bsn"));
            ASSERT_TRUE(bsn.empty() || told.empty() || bsn == told) << "two BSNs in group " << golden;
            bsn = bsn.empty() ? told : bsn;
        }
    }
    auto const told = std::set<RecordId>(town.told().begin(), town.told().end());
    ASSERT_EQ(seen, told) << "every record is in a group, and no others";
}

} // namespace

TEST(RandomTowns, KeepWhatIsPromised)
{
    for (std::uint64_t seed = 1; seed <= worlds(2000); ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        World world;
        Town town(seed);
        for (int i = 0; i < 40; ++i) {
            town.event(world);
            check(world, town);
            if (testing::Test::HasFailure()) {
                return;
            }
        }
    }
}

TEST(RandomTowns, AreEmptyWhenEverythingIsWithdrawn)
{
    for (std::uint64_t seed = 1; seed <= worlds(300); ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        World world;
        Town town(seed);
        for (int i = 0; i < 40; ++i) {
            town.event(world);
        }
        auto const next = world.reconciler().next_golden();
        for (auto const record : town.told()) {
            world.withdraw(record);
        }
        town.forget_all();
        check(world, town);
        EXPECT_TRUE(world.groups().empty());
        for (auto const record : town.all()) {
            EXPECT_EQ(world.golden(record), 0U);
        }
        // Somebody new finds nobody, and gets an id that nobody had.
        auto const record = world.person({ { "bsn", "123456782" }, { "geboortedatum", "1984-03-17" } });
        EXPECT_EQ(world.groups().size(), 1U);
        EXPECT_GE(world.golden(record), next);
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

TEST(RandomTowns, GoOnAfterARestartAsIfThereHadBeenNone)
{
    for (std::uint64_t seed = 1; seed <= worlds(500); ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        World going_on;
        World restarted;
        Town first(seed);
        Town second(seed);
        for (int i = 0; i < 60; ++i) {
            if (i % 7 == 3) {
                restarted.reload();
            }
            first.event(going_on);
            second.event(restarted);
            ASSERT_EQ(going_on.story(), restarted.story()) << "after event " << i;
            ASSERT_EQ(going_on.reconciler().next_golden(), restarted.reconciler().next_golden());
        }
    }
}

TEST(RandomTowns, KeepApartWhomAPersonSetApart)
{
    for (std::uint64_t seed = 1; seed <= worlds(500); ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        World world;
        auto const a = world.person({ { "geslachtsnaam", "Bakker" }, { "voornamen", "Jan" },
            { "geboortedatum", "1984-03-17" }, { "postcode", "1216LT" }, { "huisnummer", "31" } });
        auto const b = world.person({ { "geslachtsnaam", "Bakker" }, { "voornamen", "Jan" },
            { "geboortedatum", "1984-03-17" }, { "postcode", "1216LT" }, { "huisnummer", "31" } });
        ASSERT_TRUE(world.together(a, b));
        Outcome outcome;
        world.reconciler().judge(a, b, Judgement::different, outcome);
        ASSERT_FALSE(world.together(a, b));
        Town town(seed);
        for (int i = 0; i < 40; ++i) {
            town.event(world);
            world.settle(a);
            world.settle(b);
            ASSERT_FALSE(world.together(a, b));
        }
        world.reconciler().judge(a, b, Judgement::same, outcome);
        ASSERT_TRUE(world.together(a, b));
    }
}

TEST(RandomTowns, AreReconciledToTheSameInAnyOrderOfArrival)
{
    auto const schema = house_schema();
    auto const kind = schema->kind("persoon").value();
    for (std::uint64_t seed = 1; seed <= worlds(300); ++seed) {
        World told;
        Town town(seed);
        for (int i = 0; i < 40; ++i) {
            town.event(told);
        }
        std::vector<RecordId> persons;
        for (auto const record : town.told()) {
            if (told.is_kind(record, "persoon")) {
                persons.push_back(record);
            }
        }
        /// Which of them are together, when they come in that order and are then reconciled.
        auto const together = [&](std::vector<RecordId> const & order) {
            auto const reconciler = Reconciler::create(house_rules(), schema, 1);
            Outcome outcome;
            std::vector<record::Values> values;
            values.reserve(order.size());
            for (auto const record : order) {
                std::vector<std::string> texts;
                for (auto const & field : schema->kinds[kind].fields) {
                    texts.push_back(told.value(record, field.name));
                }
                values.emplace_back(std::span<std::string const>(texts));
                reconciler->settle({ record, kind, 1, &values.back(), {} }, outcome);
            }
            reconciler->reconcile(kind, outcome);
            std::set<std::pair<RecordId, RecordId>> pairs;
            for (auto const a : persons) {
                for (auto const b : persons) {
                    if (a < b && reconciler->golden_of(a) == reconciler->golden_of(b)) {
                        pairs.emplace(a, b);
                    }
                }
            }
            return pairs;
        };
        auto const forward = together(persons);
        std::mt19937_64 random(seed);
        std::shuffle(persons.begin(), persons.end(), random);
        ASSERT_EQ(forward, together(persons)) << "seed " << seed;
    }
}

TEST(RandomTowns, AreTheSameForTheSameCalls)
{
    for (std::uint64_t seed = 1; seed <= worlds(100); ++seed) {
        World one;
        World other;
        Town first(seed);
        Town second(seed);
        for (int i = 0; i < 60; ++i) {
            first.event(one);
        }
        for (int i = 0; i < 60; ++i) {
            second.event(other);
        }
        ASSERT_EQ(one.story(), other.story()) << "seed " << seed;
    }
}

} // namespace ketensync::reconcile::test
