#include "daemon/web/tongue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace ketensync::web {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What the code of the pages says: the text of every say("...") and word("..."), with the file that says it.
std::map<std::string, std::string> said_in_code()
{
    std::map<std::string, std::string> said;
    std::regex const call(R"re((?:\bsay|\bword|\(\*this\))\(\s*"((?:[^"\\]|\\.)*)")re");
    for (auto const * const folder : { "/daemon/web", "/daemon/commands" }) {
        for (auto const & entry : std::filesystem::directory_iterator(std::string(KETENSYNC_SOURCE_DIR) + folder)) {
            if (entry.path().extension() != ".cpp") {
                continue;
            }
            std::ostringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            auto const code = text.str();
            for (std::sregex_iterator found(code.begin(), code.end(), call), end; found != end; ++found) {
                said.emplace((*found)[1].str(), entry.path().filename().string());
            }
        }
    }
    return said;
}

std::size_t places_in(std::string_view text)
{
    std::size_t places = 0;
    for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) {
        ++places;
    }
    return places;
}

} // namespace

TEST(Words, AreThereInBothLanguagesForAllThatPagesSay)
{
    std::set<std::string> known;
    for (auto const & word : words()) {
        known.insert(std::string(word.dutch));
    }
    auto const said = said_in_code();
    EXPECT_GT(said.size(), 150U) << "the pages were not found";
    for (auto const & [text, file] : said) {
        EXPECT_TRUE(known.contains(text)) << file << " says '" << text << "', which has no English in daemon/web/words.cpp";
    }
    for (auto const & text : known) {
        EXPECT_TRUE(said.contains(text)) << "nobody says '" << text << '\'';
    }
}

TEST(Words, AreSaidOnceAndHaveAsManyPlacesInBothLanguages)
{
    auto const all = words();
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_THAT(all[i].english, Not(IsEmpty())) << all[i].dutch;
        EXPECT_EQ(places_in(all[i].dutch), places_in(all[i].english)) << all[i].dutch;
        EXPECT_TRUE(i == 0 || all[i - 1].dutch < all[i].dutch) << all[i].dutch << " is there twice";
    }
}

TEST(Tongue, SaysTheSameInEnglishAndDutchWhereNothingElseIsKnown)
{
    Tongue const dutch;
    Tongue const english(Language::english);
    EXPECT_EQ(dutch("Bron"), "Bron");
    EXPECT_EQ(english("Bron"), "Source");
    EXPECT_EQ(english(std::string_view("no such word")), "no such word");
    EXPECT_EQ(english("{} van {} gelukt", 7, 8), "7 of 8 succeeded");
}

TEST(Tongue, WritesNumbersSpansAndSizesAsPeopleDo)
{
    Tongue const dutch;
    Tongue const english(Language::english);
    EXPECT_EQ(dutch.number(0), "0");
    EXPECT_EQ(dutch.number(999), "999");
    EXPECT_EQ(dutch.number(1'234'567), "1.234.567");
    EXPECT_EQ(english.number(1'234), "1,234");
    EXPECT_EQ(dutch.counted(1, "paar", "paren"), "1 paar");
    EXPECT_EQ(english.counted(1'000, "paar", "paren"), "1,000 pairs");
    EXPECT_EQ(dutch.span(59s), "minder dan een minuut");
    EXPECT_EQ(dutch.span(61s), "1 minuut");
    EXPECT_EQ(dutch.span(119min), "119 minuten");
    EXPECT_EQ(dutch.span(2h), "2 uur");
    EXPECT_EQ(english.span(50h), "2 dagen" == dutch.span(50h) ? "2 days" : "");
    EXPECT_EQ(dutch.lasted(420ms), "0,4 s");
    EXPECT_EQ(english.lasted(9'960ms), "10.0 s");
    EXPECT_EQ(dutch.lasted(59s), "59 s");
    EXPECT_EQ(dutch.lasted(200s), "3 min 20 s");
    EXPECT_EQ(english.lasted(2h + 5min), "2 h 5 min");
    EXPECT_EQ(dutch.bytes(999), "999 B");
    EXPECT_EQ(dutch.bytes(1'250), "1,2 kB");
    EXPECT_EQ(english.bytes(3'400'000'000), "3.4 GB");
    Instant const noon { 1'800'000'000s };
    EXPECT_EQ(dutch.moment(noon - 3min, noon), "<time datetime=\"2027-01-15T07:57:00Z\" title=\"2027-01-15T07:57:00Z\">3 minuten geleden</time>");
    EXPECT_THAT(english.moment(noon + 3h, noon), HasSubstr(">in 3 hours<"));
}

TEST(Tongue, IsThatOfTheReadersChoiceThenOfHisBrowserThenDutch)
{
    auto const of = [](auto... texts) { return code_of(language_of(texts...)); };
    EXPECT_EQ(of("", "", ""), "nl");
    EXPECT_EQ(of("", "", "en-GB,en;q=0.9,nl;q=0.8"), "en");
    EXPECT_EQ(of("", "", "fr, de;q=0.9, nl;q=0.3, en;q=0.2"), "nl");
    EXPECT_EQ(of("", "", "fr"), "nl");
    EXPECT_EQ(of("", "", "en;q=0"), "nl");
    EXPECT_EQ(of("", "", ";q=,,en;q=x,;;"), "nl");
    EXPECT_EQ(of("", "a=b; taal=en", "nl"), "en");
    EXPECT_EQ(of("", "taal=fr", "en"), "en");
    EXPECT_EQ(of("nl", "taal=en", "en"), "nl");
    EXPECT_EQ(of("\"><script>", "", "en"), "en");
}

} // namespace ketensync::web
