#include "daemon/pipeline/in_force.hpp"

#include "daemon/pipeline/audit.hpp"
#include "tests/pipeline/world.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace ketensync::pipeline {

namespace {

using support::must;
using Parts = std::vector<ConfigurationPart>;

Parts const first { { "ketensync.toml", "a" }, { "mappings/srg", "b" }, { "sources.d/uwv.toml", "c" } };
Parts const second { { "ketensync.toml", "a" }, { "mappings/srg", "x" }, { "sources.d/brp.toml", "d" } };

}

TEST(InForce, GivesTheSameVersionForTheSameFilesAndAnotherForOthers)
{
    EXPECT_EQ(version_of(first), version_of(Parts(first)));
    EXPECT_NE(version_of(first), version_of(second));
    EXPECT_EQ(version_of(first).size(), 12U);
}

TEST(InForce, NamesWhatChangedWhatCameAndWhatWent)
{
    EXPECT_EQ(difference_of(first, second), "mappings/srg changed, sources.d/brp.toml added, sources.d/uwv.toml removed");
    EXPECT_EQ(difference_of(first, first), "");
    Parts many;
    for (int i = 0; i < 200; ++i) {
        many.push_back({ "sources.d/" + std::to_string(i), "x" });
    }
    EXPECT_NE(difference_of({}, many).find("and 192 more"), std::string::npos);
}

TEST(InForce, IsNotedOnceForEachConfigurationThatComesIntoForce)
{
    World world;
    auto state = world.another_connection();
    for (auto const * const parts : { &first, &first, &second, &second }) {
        ASSERT_TRUE(take_into_force(state, *parts, world.now()));
    }
    EXPECT_EQ(must(last_in_force(state)), second);
    auto const entries = must(Audit::read(state));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].detail, "version " + version_of(first) + " is the first in force");
    EXPECT_EQ(entries[1].detail, "version " + version_of(second) + " in force: " + difference_of(first, second));
}

TEST(InForce, CountsWhatAPlanIsMadeOfAndNoExamples)
{
    support::TemporaryFolder folder;
    std::filesystem::copy(KETENSYNC_SOURCE_DIR "/mappings", folder / "mappings", std::filesystem::copy_options::recursive);
    Plan plan;
    plan.config.file = folder.write("ketensync.toml", "x");
    plan.config.mappings_folder = folder / "mappings";
    plan.config.sources_folder = folder / "sources.d";
    auto & source = plan.config.sources.emplace_back();
    std::filesystem::create_directories(folder / "sources.d");
    std::ofstream(folder / "sources.d/gemeente.toml") << "y";
    source.feeds.emplace_back().mapping = "srg";
    auto const parts = configuration_parts(plan);
    auto const version = version_of(parts);
    EXPECT_EQ(parts.size(), 7U);
    std::ofstream(folder / "mappings/uwv-werkzoekenden/mapping.toml", std::ios::app) << "# of no feed\n";
    std::ofstream(folder / "mappings/srg/examples/more.json") << "{}";
    EXPECT_EQ(version_of(configuration_parts(plan)), version);
    std::ofstream(folder / "mappings/srg/mapping.toml", std::ios::app) << "# of a feed\n";
    std::ofstream(folder / "sources.d/uwv.toml") << "z";
    EXPECT_EQ(difference_of(parts, configuration_parts(plan)), "mappings/srg changed, sources.d/uwv.toml added");
}

}
