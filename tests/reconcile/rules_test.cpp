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
    EXPECT_EQ(persons.method, KindRules::Method::fellegi_sunter);
    EXPECT_GE(persons.probable.keys.size(), 8U);
    for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
        EXPECT_TRUE(persons.probable.fields[aspect][0].has_value()) << aspect_forms[aspect].name;
        auto const & odds = persons.probable.odds[aspect];
        auto const last = aspect_forms[aspect].level_count;
        EXPECT_GT(odds[1].same - odds[1].other, 0) << "to agree speaks for";
        EXPECT_LT(odds[last].same - odds[last].other, 0) << "to differ speaks against";
    }
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
    EXPECT_THAT(faults_with("fields = [\"geboortedatum\"]", "fields = [\"geboortdatum\"]"),
        Contains(MatchesRegex(":[0-9]+:11: 'geboortdatum' is no field of persoon.*did you mean 'geboortedatum'.*")));
}

TEST(Rules, NameTheColumnOfAPartOfAKeyThatIsNone)
{
    EXPECT_THAT(faults_with("\"birth_date + sound\"", "\"birth_date + sond\""),
        Contains(MatchesRegex(":[0-9]+:19: 'sond' is no part of a key.*did you mean 'sound'.*")));
}

TEST(Rules, RefuseAFieldOfAnotherType)
{
    EXPECT_THAT(faults_with("bsn = \"bsn\"", "bsn = \"geslachtsnaam\""),
        Contains(HasSubstr("is no field of persoon that can stand here")));
}

TEST(Rules, RefuseAFieldThatTheSchemaDoesNotMatch)
{
    EXPECT_THAT(
        faults_with("equal = [\"naam\"]", "equal = [\"plaats\"]"), Contains(HasSubstr("not 'matched' in the schema")));
}

TEST(Rules, RefuseWhatTheyDoNotKnow)
{
    EXPECT_THAT(faults_with("margin = 4.0", "marge = 4.0"), Contains(HasSubstr("unknown key 'marge'")));
    EXPECT_THAT(faults_with("[voorziening]", "[voorzieningen]"), Contains(HasSubstr("kind 'voorziening' is missing")));
    EXPECT_THAT(faults_with("method = \"fellegi_sunter\"", "method = \"guess\""), Contains(HasSubstr("'guess'")));
    EXPECT_THAT(faults_with("[project.prefer]\nnaam", "[project.prefer]\nnam"),
        Contains(HasSubstr("'nam' is no field of project")));
}

TEST(Rules, RefuseAProbabilityThatIsNone)
{
    EXPECT_THAT(faults_with("same = 0.985", "same = 1.985"), Contains(HasSubstr("'same'")));
    EXPECT_THAT(faults_with("exact     = { same = 0.985, other = 0.5, household = 0.45 }\n", ""),
        Contains(HasSubstr("'exact' is missing")));
    EXPECT_THAT(faults_with("review = 2.0", "review = 20.0"), Contains(HasSubstr("must not be above 'link'")));
}

TEST(Rules, AreAllFoundWrongAtOnce)
{
    EXPECT_GE(faults_with("bsn = \"bsn\"\n", "bsn = \"bns\"\nlinks = 3\n").size(), 2U);
}

} // namespace ketensync::reconcile::test
