#include "tests/pipeline/world.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace ketensync::pipeline {

namespace {

constexpr auto bsn_one = "123456782";
constexpr auto bsn_two = "111222333";

/// A story in which every step rests on what was known before it: people who are the same, who change, who go, who are
/// judged, and what refers to them. `between` comes after each step.
std::string tell(World & world, std::function<void(World &)> const & between)
{
    auto const step = [&](std::string const & feed, std::vector<std::string> const & items) {
        world.sync(feed, { json_page(items, true) });
        between(world);
    };
    step("uwv/personen", { werkzoekende("A", bsn_one, "Jansen"), werkzoekende("B", "", "Visser", "1299ZZ") });
    world.sync("gemeente/srg",
        { period_page("2026-01", { srg_line("202601", bsn_one, "1"), srg_line("202601", bsn_two, "2") }, true, "2026-01") });
    between(world);
    step("school/personen", { student("S1", "Jansen"), student("S2", "Visser") });
    step("school/deelnames", { association("D1", "S1"), association("D2", "S2"), association("D3", "S3") });
    step("school/personen", { student("S1", "Jansen"), student("S2", "Visser"), student("S3", "Jansen", "1999-01-02") });
    step("uwv/personen", { werkzoekende("A", bsn_two, "Jansen"), werkzoekende("C", bsn_one, "Jansen") });
    world.judge("S1", "S3", true);
    between(world);
    step("school/deelnames", { association("D1", "S3"), association("D3", "S1", "2024-04-01") });
    step("school/personen", { student("S2", "Visser"), student("S3", "Jansen", "1999-01-02") });
    step("uwv/personen", { werkzoekende("D", "", "Visser", "1299ZZ"), werkzoekende("C", bsn_one, "Jansen") });
    return world.golden();
}

} // namespace

TEST(Memory, PutAwayAndReadBackDecidesAsMemoryThatNeverLeft)
{
    World stayed;
    auto const expected = tell(stayed, [](World &) { });
    World worked_out;
    EXPECT_EQ(tell(worked_out, [](World & world) { world.restart(); }), expected);
    World read_back;
    EXPECT_EQ(tell(read_back,
                  [](World & world) {
                      world.put_away();
                      world.restart();
                      EXPECT_TRUE(world.read_back());
                  }),
        expected);
}

TEST(Memory, OfAnotherStateIsNotTaken)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("A", bsn_one, "Jansen") }, true) });
    world.put_away();
    auto const old = world.snapshot().string() + ".old";
    std::filesystem::copy_file(world.snapshot(), old);
    world.sync("school/personen", { json_page({ student("S1", "Jansen") }, true) });
    world.restart();
    EXPECT_FALSE(world.read_back()) << "more was committed since";
    world.put_away();
    world.restart();
    EXPECT_TRUE(world.read_back());
    std::filesystem::rename(old, world.snapshot());
    world.restart();
    EXPECT_FALSE(world.read_back()) << "a folder put back from a backup in part";
}

TEST(Memory, ThatIsDamagedIsWorkedOutAnew)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("A", bsn_one, "Jansen") }, true) });
    world.put_away();
    EXPECT_EQ(std::filesystem::status(world.snapshot()).permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    auto const size = std::filesystem::file_size(world.snapshot());
    for (auto const at : { std::uintmax_t { 3 }, size / 3, size / 2, size - 20, size - 1 }) {
        std::fstream file(world.snapshot(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekg(static_cast<std::streamoff>(at));
        auto const byte = static_cast<char>(file.get() ^ 0x10);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
        file.close();
        world.restart();
        EXPECT_FALSE(world.read_back()) << "byte " << at;
        world.put_away();
    }
    world.restart();
    EXPECT_TRUE(world.read_back());
    world.sync("school/personen", { json_page({ student("S1", "Jansen") }, true) });
    EXPECT_EQ(world.golden("persoon"), 1);
}

TEST(Memory, IsNotWrittenAgainWhereNothingChanged)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("A", bsn_one, "Jansen") }, true) });
    world.put_away();
    auto const before = std::filesystem::last_write_time(world.snapshot());
    world.sync("uwv/personen", { json_page({ werkzoekende("A", bsn_one, "Jansen") }, true) });
    world.put_away();
    world.restart();
    EXPECT_TRUE(world.read_back());
    world.put_away();
    EXPECT_EQ(std::filesystem::last_write_time(world.snapshot()), before);
}

}
