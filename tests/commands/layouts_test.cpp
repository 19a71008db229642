#include "daemon/commands/layouts.hpp"
#include "daemon/settings/source.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

using namespace ketensync;
using namespace ketensync::commands;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

namespace {

fs::path const mappings = KETENSYNC_SOURCE_DIR "/mappings";

Layouts const & shipped()
{
    static auto const layouts = Layouts::read(mappings).value();
    return layouts;
}

std::string content(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

/// The first example of a mapping: as its source delivers it.
std::string example_of(std::string const & mapping)
{
    std::vector<fs::path> files;
    for (auto const & entry : fs::directory_iterator(mappings / mapping / "examples")) {
        if (entry.path().stem().extension() == ".in") {
            files.push_back(entry.path());
        }
    }
    return content(*std::ranges::min_element(files));
}

} // namespace

TEST(Layouts, KnowTheExampleOfEachMappingByThatMapping)
{
    for (auto const & name : shipped().names()) {
        auto const page = example_of(name);
        auto const ranked = shipped().rank(page, {}, { "bron", "202601" });
        ASSERT_FALSE(ranked.empty()) << name;
        // Two versions of one standard may know a plain document equally well.
        auto const found = std::ranges::find(ranked, name, &Layouts::Ranked::mapping);
        ASSERT_NE(found, ranked.end()) << name;
        EXPECT_EQ(found->fit.score(), ranked.front().fit.score()) << name << " is known as " << ranked.front().mapping;
    }
}

TEST(Layouts, TellWhatOfAPageTheyKnow)
{
    auto const ranked = shipped().rank(
        R"({"werkzoekenden":[{"idWerkzoekende":"WZ1","geboortedatum":"1980-01-01","datumInschrijving":"2025-01-01"},)"
        R"({"idWerkzoekende":"WZ2","geboortedatum":"geheim"}]})",
        {}, { "uwv", "" });
    ASSERT_EQ(ranked.size(), 1U) << "no other layout has a list of that name";
    auto const & fit = ranked[0].fit;
    EXPECT_EQ(ranked[0].mapping, "uwv-werkzoekenden");
    EXPECT_EQ(fit.documents, 2U);
    EXPECT_EQ(fit.sound, 1U);
    EXPECT_EQ(fit.present, 3U);
    EXPECT_DOUBLE_EQ(fit.score(), 3.0 / static_cast<double>(fit.paths) / 2);
    EXPECT_THAT(fit_text(fit), HasSubstr("3 of its "));
    EXPECT_THAT(fit_text(fit), HasSubstr("1 of 2 documents are sound"));
    EXPECT_THAT(fit_text(fit), testing::Not(HasSubstr("geheim")));
}

TEST(Layouts, KnowNothingOfWhatIsNoneOfThem)
{
    for (auto const & page : { std::string(), std::string("<html><body>hallo</body></html>"), std::string(R"({"items":[{"a":1}]})"),
             std::string("a;b;c\r\n1;2;3\r\n"), std::string("PK\x03\x04kapot"), std::string("{\"werkzoekenden\":[") }) {
        EXPECT_THAT(shipped().rank(page, {}, { "bron", "202601" }), IsEmpty()) << page;
    }
}

TEST(Layouts, HaveFeedsThatTheReaderOfConfigurationTakes)
{
    support::TemporaryFolder const folder;
    ASSERT_GE(shipped().usual().size(), 15U);
    auto feeds = shipped().usual();
    for (auto const & name : shipped().names()) {
        feeds.push_back({ name, shipped().feed(name, "rest") });
        feeds.push_back({ name, shipped().feed(name, "files") });
    }
    for (auto const & [mapping, text] : feeds) {
        EXPECT_EQ(value_in(text, "mapping"), mapping);
        SourceDraft draft;
        draft.name = "proef";
        draft.title = "Een \"proef\"";
        draft.connector = value_in(text, "path") ? "rest" : "files";
        draft.address = "https://localhost/a";
        draft.folder = "/srv/drop";
        draft.feeds = { text };
        auto const file = folder / "proef.toml";
        std::ofstream(file) << text_of(draft, Instant());
        settings::Faults faults;
        auto const source = settings::read_source(file, { shipped().names(), mappings, true, {} }, faults);
        EXPECT_THAT(faults, IsEmpty()) << mapping << ": " << fmt::format("{}", fmt::join(faults, "\n"));
        EXPECT_EQ(source.title, draft.title);
        EXPECT_TRUE(source.feeds.at(0).schedule.every || !source.feeds.at(0).schedule.at.empty()) << mapping;
    }
}

TEST(FeedText, IsReadAndChangedAtItsHeadAndInItsSections)
{
    std::string const feed = "[[feed]]\nname = \"a\"\npath = \"/x\" # here\n\n[feed.parent]\npath = \"/y\"\nkey = \"id\"\n";
    EXPECT_EQ(value_in(feed, "path"), "/x");
    EXPECT_EQ(value_in(feed, "path", "parent"), "/y");
    EXPECT_EQ(value_in(feed, "key"), std::nullopt);
    EXPECT_EQ(value_in(feed, "key", "paging"), std::nullopt);
    EXPECT_TRUE(has_section(feed, "parent"));
    EXPECT_FALSE(has_section(feed, "par"));
    auto const changed = with_value(with_value(feed, "path", "/z\"\n"), "period", "p");
    EXPECT_EQ(changed, "[[feed]]\nperiod = \"p\"\nname = \"a\"\npath = \"/z\\\" \"\n\n[feed.parent]\npath = \"/y\"\nkey = \"id\"\n");
}

TEST(FileGroups, AreThoseWhoseNamesDifferInDigitsOnly)
{
    auto const groups = groups_of({ { "SRG_0402_202601.txt", 1, 5 }, { "SRG_0402_202602.txt", 1, 9 }, { "BUS_0402_202601.xml", 1, 1 },
        { "deelnemers.csv", 1, 1 }, { "lijst-12.csv", 1, 1 } });
    ASSERT_EQ(groups.size(), 4U);
    EXPECT_EQ(groups[0].files, "BUS_0402_*.xml");
    EXPECT_EQ(groups[0].period, "BUS_0402_{period}.xml");
    EXPECT_EQ(groups[1].files, "SRG_0402_*.txt");
    EXPECT_EQ(groups[1].newest.name, "SRG_0402_202602.txt");
    EXPECT_EQ(groups[1].count, 2U);
    EXPECT_EQ(groups[2].files, "deelnemers.csv");
    EXPECT_EQ(groups[2].period, "");
    EXPECT_EQ(groups[3].files, "lijst-12.csv");
    EXPECT_EQ(groups_of({ { "A_0402_1.txt", 1, 1 }, { "A_0406_1.txt", 1, 2 }, { "A_0406_2.txt", 1, 3 } })[0].files, "A_*.txt");
}
