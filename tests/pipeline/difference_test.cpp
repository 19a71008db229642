#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace ketensync::pipeline {

namespace {

constexpr auto bsn = "123456782";

/// "added changed regrouped ended", over all kinds.
std::string sum(std::vector<Difference> const & kinds)
{
    Difference all;
    for (auto const & kind : kinds) {
        all.added += kind.added;
        all.changed += kind.changed;
        all.regrouped += kind.regrouped;
        all.ended += kind.ended;
    }
    return fmt::format("{} {} {} {}", all.added, all.changed, all.regrouped, all.ended);
}

/// Members and values by golden id, out of World::golden().
std::map<std::string, std::pair<std::string, std::string>> read(std::string const & text)
{
    std::map<std::string, std::pair<std::string, std::string>> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        auto const colon = line.find(':');
        auto const second = line.find(':', colon + 1);
        found[line.substr(0, colon)] = { line.substr(colon, second - colon), line.substr(second) };
    }
    return found;
}

std::string between(std::string const & before, std::string const & after)
{
    auto const was = read(before);
    auto const is = read(after);
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t regrouped = 0;
    std::size_t ended = 0;
    for (auto const & [id, each] : is) {
        auto const found = was.find(id);
        added += found == was.end() ? 1U : 0U;
        changed += found != was.end() && found->second.second != each.second ? 1U : 0U;
        regrouped += found != was.end() && found->second.second == each.second && found->second.first != each.first ? 1U : 0U;
    }
    for (auto const & [id, each] : was) {
        ended += is.contains(id) ? 0U : 1U;
    }
    return fmt::format("{} {} {} {}", added, changed, regrouped, ended);
}

using Pages = std::vector<Result<connectors::Page>>;

/// Tries it, then does it, and holds the two against each other.
std::vector<Difference> tried_and_done(World & world, std::string const & feed, Pages const & pages)
{
    auto const before = world.golden();
    auto tried = world.try_out(feed, pages);
    EXPECT_EQ(world.golden(), before) << "a trial leaves nothing";
    world.sync(feed, pages);
    EXPECT_EQ(sum(tried), between(before, world.golden())) << feed;
    return tried;
}

Difference const & of(std::vector<Difference> const & kinds, std::string const & kind)
{
    return *std::ranges::find(kinds, kind, &Difference::kind);
}

}

TEST(Difference, IsWhatARunThenDoes)
{
    World world;
    auto people = strangers(0, 12);
    EXPECT_EQ(sum(tried_and_done(world, "uwv/personen", { json_page(people, true) })).back(), '0');
    constexpr std::string_view street = "Dorpsstraat";
    people[3].replace(people[3].find(street), street.size(), "Kerkstraat");
    people.pop_back();
    auto const changed = tried_and_done(world, "uwv/personen", { json_page(people, true) });
    EXPECT_EQ(of(changed, "persoon").changed, 1U);
    EXPECT_EQ(of(changed, "persoon").fields.at("straatnaam"), 1U);
    EXPECT_EQ(of(changed, "persoon").ended, 1U);
    EXPECT_EQ(of(changed, "persoon").absorbed, 0U);
    EXPECT_EQ(sum(tried_and_done(world, "uwv/personen", { json_page(people, true) })), "0 0 0 0");
}

TEST(Difference, KnowsWhatIsOneWithAnotherFromWhatNobodyTells)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "", "Bakker") }, true) });
    world.sync("gemeente/srg", { period_page("202405", { srg_line("202405", bsn, "A1") }, true, "1") });
    auto const joined = tried_and_done(world, "uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Bakker") }, true) });
    auto const & persons = of(joined, "persoon");
    EXPECT_EQ(persons.ended, 1U);
    EXPECT_EQ(persons.absorbed, 1U);
    auto const end = std::ranges::find(persons.samples, "", &Difference::Sample::field);
    ASSERT_NE(end, persons.samples.end());
    EXPECT_EQ(end->becomes, "1");
}

TEST(Difference, ShowsNothingOfAPerson)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Bakker") }, true) });
    auto const changed = world.try_out("uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Mulder", "1234AB") }, true) });
    ASSERT_FALSE(of(changed, "persoon").samples.empty());
    for (auto const & sample : of(changed, "persoon").samples) {
        EXPECT_EQ(sample.was, "***");
        EXPECT_EQ(sample.becomes, "***");
    }
}

TEST(Difference, CountsWhatIsMadeInOneBatchAndChangedInTheNextOnce)
{
    World world;
    auto const items = strangers(0, 5);
    // The first person is told anew, two batches later.
    auto again = items.front();
    constexpr std::string_view street = "Dorpsstraat";
    again.replace(again.find(street), street.size(), "Kerkstraat");
    auto const tried = tried_and_done(world, "uwv/nieuws", { json_page(items, false, "1"), json_page({ again }, true, "2") });
    EXPECT_EQ(of(tried, "persoon").added, 5U);
    EXPECT_EQ(of(tried, "persoon").changed, 0U);
}

}
