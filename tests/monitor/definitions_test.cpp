#include "daemon/monitor/edition.hpp"
#include "tests/monitor/lives.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace ketensync::monitor {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

namespace {

constexpr auto frame = R"(title = "M"
first_quarter = "2025-K1"
[projects]
sql = "SELECT 1 AS deel"
[[dimension]]
id = "part"
title = "Part"
made_of = "parts"
[[dimension]]
id = "quarter"
title = "Quarter"
made_of = "quarters"
)";

constexpr auto indicator = R"(id = "starts"
title = "Starts"
definition = "Who began."
version = "1"
owner = "Me"
sources = ["Sheet"]
sql = "SELECT 1 AS wie"
[[table]]
title = "Starts"
over = "part quarter"
)";

settings::Faults faults_of(std::string const & frame_text, std::string const & indicator_text)
{
    support::TemporaryFolder const folder;
    folder.write("frame.toml", frame_text);
    folder.write("starts.toml", indicator_text);
    auto const read = read_definitions(folder.path());
    return read ? settings::Faults {} : read.error();
}

std::string with(std::string text, std::string_view old, std::string_view other)
{
    return text.replace(text.find(old), old.size(), other);
}

}

TEST(Definitions, AreSoundAsShipped)
{
    auto const & definitions = shipped();
    EXPECT_GE(definitions.indicators.size(), 9U);
    for (auto const & one : definitions.indicators) {
        EXPECT_THAT(one.indicator.definition, EndsWith(".")) << one.indicator.id;
    }
}

TEST(Definitions, SayWhereAFaultIs)
{
    EXPECT_THAT(faults_of(frame, indicator), ElementsAre());
    EXPECT_THAT(faults_of(with(frame, "2025-K1", "2025"), indicator), ElementsAre(HasSubstr("frame.toml:2:17: is no quarter")));
    EXPECT_THAT(faults_of(frame, with(indicator, "owner", "ower")),
        Contains(HasSubstr("starts.toml:5:1: unknown key 'ower', did you mean 'owner'?")));
    EXPECT_THAT(faults_of(frame, with(indicator, "part quarter", "part quarters")),
        ElementsAre(HasSubstr("starts.toml:10:8: no dimension 'quarters', did you mean 'quarter'?")));
    EXPECT_THAT(faults_of(frame, with(indicator, "SELECT 1 AS wie", "DELETE FROM persoon")),
        ElementsAre(HasSubstr("starts.toml:7:7: is no question")));
    EXPECT_THAT(faults_of(frame, with(indicator, "1 AS wie", "1; DROP TABLE x")),
        ElementsAre(HasSubstr("starts.toml:7:7: holds a ';'")));
    EXPECT_THAT(faults_of(frame, with(indicator, "id = \"starts\"", "id = \"start\"")),
        ElementsAre(HasSubstr("starts.toml:1:6: is not the name of its file")));
    EXPECT_THAT(faults_of(frame, with(indicator, "owner = \"Me\"", "owner = \"Me\"\ncounts = \"present\"")),
        ElementsAre(HasSubstr("dimension 'quarter' does not go with this indicator")));
    EXPECT_THAT(faults_of(with(frame, "sql =", "targets = [\"start\"]\nsql ="), indicator),
        ElementsAre(HasSubstr("frame.toml:4:11: no indicator 'start', did you mean 'starts'?")));
    EXPECT_THAT(faults_of(frame, with(indicator, "sources = [\"Sheet\"]", "sources = []")), ElementsAre(HasSubstr("starts.toml:6:11: is empty")));
}

TEST(Definitions, AskOnlyForTheRowsTheyUse)
{
    Frame made;
    made.rows = { { "first", "SELECT * FROM thing_toen" }, { "second", "SELECT * FROM first" }, { "third", "SELECT * FROM other_toen" } };
    Edition edition;
    edition.known = "2026-07-10T09:00:00.250Z";
    auto const asked = question(made, edition, "SELECT a FROM second", { "a", "b" });
    EXPECT_EQ(asked.columns, 2U);
    ASSERT_EQ(asked.rows.size(), 2U);
    EXPECT_EQ(asked.rows[0].name, "first");
    EXPECT_EQ(asked.rows[1].name, "second");
    EXPECT_THAT(asked.rows[0].sql, HasSubstr("FROM \"thing\" WHERE substr(bekend_van, 1, 19) <= '2026-07-10T09:00:00'"));
    EXPECT_THAT(asked.whole(), ::testing::ContainsRegex("first AS .*second AS .*SELECT a FROM second"));
    EXPECT_THAT(asked.whole(), ::testing::Not(HasSubstr("other")));
    EXPECT_FALSE(asked.of_persons);
}

TEST(Definitions, AskAShareOfThePersonsOnlyWhereRowsAreTheirs)
{
    Frame made;
    made.rows = { { "first", "SELECT * FROM thing_toen" } };
    made.persons = { { "thing", "who" } };
    auto const asked = question(made, {}, "SELECT a FROM first JOIN place_toen", { "a" }, { 1, 3 });
    EXPECT_TRUE(asked.of_persons);
    EXPECT_THAT(asked.rows.at(0).sql, HasSubstr("coalesce(\"who\", 0) % 3 = 1"));
    EXPECT_THAT(asked.sql, ::testing::Not(HasSubstr("%")));
    EXPECT_FALSE(question(made, {}, "SELECT a FROM place_toen", { "a" }, { 1, 3 }).of_persons);
    made.rows.push_back({ "second", "SELECT * FROM first" });
    EXPECT_NE(question(made, {}, "SELECT a FROM second", { "a" }, { 1, 3 }).rows.at(1).sql,
        question(made, {}, "SELECT a FROM second", { "a" }).rows.at(1).sql)
        << "a reader that keeps both must not take one for the other";
}

TEST(Notes, SayWhatIsWrongWithThem)
{
    support::TemporaryFolder const folder;
    auto const read = [&](char const * text) {
        auto const notes = read_notes(folder.write("2026-H1.toml", text));
        return notes ? settings::Faults {} : notes.error();
    };
    EXPECT_THAT(read("[project.P1]\ncause = \"x\"\n"), ElementsAre(HasSubstr("2026-H1.toml:1:")));
    EXPECT_THAT(read("[project.P1]\ncause = \"x\"\nmeasure = \"y\"\n"), ElementsAre());
    EXPECT_THAT(read("[project.P1]\nqualitative = true\n"), ElementsAre(HasSubstr("has a milestone")));
    EXPECT_THAT(read("[project.P1]\nmeazure = \"y\"\n"), Contains(HasSubstr("did you mean 'measure'?")));
    EXPECT_TRUE(read_notes(folder / "absent.toml")->projects.empty());
}

}
