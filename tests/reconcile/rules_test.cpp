#include "daemon/reconcile/rules.hpp"
#include "tests/reconcile/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace ketensync::reconcile::test {

namespace {

std::string house_text()
{
    std::ifstream stream(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings/reconcile.toml");
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

/// The faults of the house's rules with one text in them replaced, without the name of the file.
std::vector<std::string> faults_with(std::string const & from, std::string const & to)
{
    auto text = house_text();
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    auto const path = std::filesystem::temp_directory_path() / fmt::format("reconcile-{}.toml", getpid());
    std::ofstream(path) << text;
    auto const rules = read_rules(path, *house_schema());
    std::filesystem::remove(path);
    EXPECT_FALSE(rules.has_value()) << to;
    auto faults = rules ? std::vector<std::string> {} : rules.error();
    for (auto & fault : faults) {
        fault.erase(0, path.string().size());
    }
    return faults;
}

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

} // namespace

TEST(Rules, OfTheHouseAreSound)
{
    auto const rules = house_rules();
    ASSERT_EQ(rules->kinds.size(), house_schema()->kinds.size());
    auto const & persons = rules->kinds[house_schema()->kind("persoon").value()];
    EXPECT_EQ(persons.method, KindRules::Method::likely);
    EXPECT_EQ(persons.likely.fields.size(), persons.likely.match.columns.size());
    EXPECT_GE(persons.likely.fields.size(), 10U);
}

TEST(Rules, TellWhichSourceWinsAField)
{
    auto const wins = preferences(*house_rules());
    auto const kind = house_schema()->kind("persoon").value();
    auto const field = house_schema()->kinds[kind].field("bsn").value();
    EXPECT_THAT(wins.by_kind[kind][field], ElementsAre("gemeente-*", "uwv-*"));
}

TEST(Rules, NameTheLineOfAFieldThatIsNone)
{
    EXPECT_THAT(faults_with("geboortedatum = \"birth_date\"", "geboortdatum = \"birth_date\""),
        Contains(MatchesRegex(":[0-9]+:1: 'geboortdatum' is no field of persoon.*did you mean 'geboortedatum'.*")));
}

TEST(Rules, NameTheTypeThatIsNone)
{
    EXPECT_THAT(faults_with("\"birth_date\"", "\"birthdate\""),
        Contains(MatchesRegex(":[0-9]+:[0-9]+: .*birthdate.*did you mean 'birth_date'.*")));
}

TEST(Rules, RefuseAFieldThatTheSchemaDoesNotMatch)
{
    EXPECT_THAT(
        faults_with("equal = [\"naam\"]", "equal = [\"plaats\"]"), Contains(HasSubstr("not 'matched' in the schema")));
}

TEST(Rules, RefuseWhatTheyDoNotKnow)
{
    EXPECT_THAT(faults_with("review = -2.0", "revue = 2.0"), Contains(HasSubstr("unknown key 'revue'")));
    EXPECT_THAT(faults_with("[voorziening]", "[voorzieningen]"), Contains(HasSubstr("kind 'voorziening' is missing")));
    EXPECT_THAT(faults_with("method = \"likely\"", "method = \"guess\""), Contains(HasSubstr("'guess'")));
    EXPECT_THAT(faults_with("[project.prefer]\nnaam", "[project.prefer]\nnam"),
        Contains(HasSubstr("'nam' is no field of project")));
}

TEST(Rules, RefuseAReviewAboveTheLink)
{
    EXPECT_THAT(faults_with("review = -2.0", "review = 20.0"), Contains(HasSubstr("must not be above 'link'")));
}

TEST(Rules, AreAllFoundWrongAtOnce)
{
    EXPECT_GE(faults_with("geslacht = \"sex\"\n", "geslacht = \"seks\"\nnaam = \"surname\"\n").size(), 2U);
}

} // namespace ketensync::reconcile::test
