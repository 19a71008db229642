#include "daemon/monitor/pages.hpp"

#include "daemon/monitor/html.hpp"
#include "tests/monitor/sample_edition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace ketensync;
using namespace ketensync::monitor;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

Words const & words()
{
    static auto const read = read_words(KETENSYNC_SOURCE_DIR "/mappings/monitor/pages");
    return *read;
}

std::vector<PublishedFile> const & sample()
{
    static auto const made = pages(sample_edition(), words());
    return *made;
}

std::string const & file(std::string const & path)
{
    return std::ranges::find(sample(), path, &PublishedFile::path)->bytes;
}

std::vector<std::string> all_matches(std::string const & text, std::regex const & pattern, std::size_t group = 1)
{
    std::vector<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
        found.push_back((*at)[group]);
    }
    return found;
}

} // namespace

TEST(Pages, ThereIsOneForEachPartAndMunicipalityWithAnAnnexToPrint)
{
    std::set<std::string> paths;
    for (auto const & each : sample()) {
        EXPECT_TRUE(paths.insert(each.path).second) << each.path;
    }
    for (auto const * const path : { "index.html", "begrippen.html", "bestanden.html", "monitor.css", "projecten/p0.html",
             "categorieen/0.html", "themas/1.html", "gemeenten/g0.html", "gemeenten/bijlage-g0.html" }) {
        EXPECT_TRUE(paths.contains(path)) << path;
    }
}

TEST(Pages, StayBelowTheirSizeWithSixtyProjectsAndTenYears)
{
    auto const made = pages(sample_edition(60, 40, 2'000), words());
    ASSERT_TRUE(made);
    for (auto const & each : *made) {
        EXPECT_LT(each.bytes.size() + words().style.size(), 100'000U) << each.path;
    }
}

TEST(Pages, AskNothingOfOthersAndHaveNoScript)
{
    for (auto const & each : sample()) {
        EXPECT_THAT(each.bytes, Not(HasSubstr("<script"))) << each.path;
        EXPECT_THAT(each.bytes, Not(testing::ContainsRegex("(src|href)=\"(https?:)?//"))) << each.path;
        EXPECT_THAT(each.bytes, Not(HasSubstr("url("))) << each.path;
        EXPECT_THAT(each.bytes, Not(HasSubstr("@import"))) << each.path;
    }
}

TEST(Pages, LinkOnlyToWhatIsThere)
{
    std::set<std::string> paths;
    for (auto const & each : sample()) {
        paths.insert(each.path);
    }
    for (auto const & each : sample()) {
        for (auto const & to : all_matches(each.bytes, std::regex("href=\"([^\"#]+)\""))) {
            auto const path = (std::filesystem::path(each.path).parent_path() / to).lexically_normal().string();
            EXPECT_TRUE(paths.contains(path) || path.starts_with("bestanden/")) << each.path << " to " << to;
        }
    }
}

TEST(Pages, ShowTextAsTextWhateverIsInIt)
{
    auto const & page = file("projecten/p4.html");
    EXPECT_THAT(page, HasSubstr("Techniek &amp; &lt;bouw&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<bouw>")));
    EXPECT_THAT(file("projecten/p2.html"), HasSubstr("&lt;b&gt;Niet vet&lt;/b&gt;"));
    EXPECT_EQ(escaped("<a href=\"x\" title='y'>&\x01"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp; ");
}

TEST(Pages, GiveEachChartATitleADescriptionAndATable)
{
    for (auto const & each : sample()) {
        auto const charts = all_matches(each.bytes, std::regex("<svg ([^>]*)>"));
        for (auto const & chart : charts) {
            EXPECT_THAT(chart, HasSubstr("role=\"img\""));
            EXPECT_THAT(chart, HasSubstr("aria-labelledby"));
        }
        auto const count = [&](std::string const & what) { return all_matches(each.bytes, std::regex(what), 0).size(); };
        EXPECT_EQ(count("<svg"), count("</desc>")) << each.path;
        EXPECT_LE(count("<svg"), count("<table")) << each.path;
    }
}

TEST(Pages, OpenAndCloseEveryElement)
{
    for (auto const & each : sample()) {
        if (!each.path.ends_with(".html")) {
            continue;
        }
        std::vector<std::string> open;
        static std::regex const tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
        for (std::sregex_iterator at(each.bytes.begin(), each.bytes.end(), tag), end; at != end; ++at) {
            if ((*at)[3].length() > 0) {
                continue;
            }
            if ((*at)[1].length() == 0) {
                open.push_back((*at)[2]);
            } else {
                ASSERT_FALSE(open.empty()) << each.path;
                EXPECT_EQ(open.back(), (*at)[2]) << each.path;
                open.pop_back();
            }
        }
        EXPECT_THAT(open, IsEmpty()) << each.path;
    }
}

TEST(Pages, SayWhatIsNotToldAndWhatMayChange)
{
    EXPECT_THAT(file("gemeenten/g7.html"), HasSubstr("niet getoond"));
    EXPECT_THAT(file("index.html"), HasSubstr("31 december 2023"));
    EXPECT_THAT(file("index.html"), HasSubstr("*"));
    EXPECT_THAT(file("projecten/p2.html"), HasSubstr("Een opleider is gestopt."));
    EXPECT_THAT(file("projecten/p8.html"), HasSubstr("Jaarverslag 2025"));
}

TEST(Pages, AreNotMadeOfFiguresThatWereNotProtected)
{
    auto const made = pages(sample_truth(4, 4, 50), words());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().failure, Failure::bug);
}

TEST(Words, HaveAllThatThePagesSayAndNothingElse)
{
    std::string code;
    for (auto const & each : std::filesystem::directory_iterator(KETENSYNC_SOURCE_DIR "/daemon/monitor")) {
        std::ifstream in(each.path());
        std::ostringstream bytes;
        bytes << in.rdbuf();
        code += bytes.str();
    }
    for (auto const & key : all_matches(code, std::regex("say\\(\\s*\"([a-z_]+)\""))) {
        EXPECT_TRUE(words().texts.contains(key)) << key << " is not in words.toml";
    }
    for (auto const & [key, text] : words().texts) {
        EXPECT_TRUE(key.starts_with("month_") || code.find('"' + key + '"') != std::string::npos) << key << " is not used";
    }
}

TEST(Words, AreShortInEachSentence)
{
    for (auto const & [key, text] : words().texts) {
        std::istringstream sentences(text);
        for (std::string sentence; std::getline(sentences, sentence, '.');) {
            EXPECT_LE(std::ranges::count(sentence, ' '), 26) << key << ": " << sentence;
        }
    }
}

TEST(Words, WriteNumbersAndDaysAsTheDutchDo)
{
    EXPECT_EQ(in_dutch(7), "7");
    EXPECT_EQ(in_dutch(1'234), "1.234");
    EXPECT_EQ(in_dutch(12'345'678), "12.345.678");
    EXPECT_EQ(day_in_dutch("2026-06-30", words()), "30 juni 2026");
    EXPECT_EQ(day_in_dutch("2026-07-01T09:00:00Z", words()), "1 juli 2026");
    EXPECT_EQ(in_dutch(Cell { 0, Shown::hidden, false }, words()), "niet getoond");
}
