// Flags of the whole program that no other test gives it.

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace ketensync {

namespace {

using nlohmann::json;
using support::Process;
using testing::HasSubstr;
using testing::Not;

class Flags : public testing::Test {
protected:
    struct Output {
        int code = -1;
        std::string text;
        std::vector<json> lines() const
        {
            std::vector<json> found;
            std::istringstream all(text);
            for (std::string line; std::getline(all, line);) {
                found.push_back(json::parse(line));
            }
            return found;
        }
    };
    Output run(std::vector<std::string> words) const
    {
        words.insert(words.begin(), KETENSYNC_PROGRAM);
        Process process({ std::move(words), {}, folder / "error.log" });
        Output output;
        output.text = process.rest();
        output.code = process.wait();
        return output;
    }
    Output run_region(std::vector<std::string> words) const
    {
        words.insert(words.begin(), "--config=" + (folder / "region" / "conf" / "ketensync.toml").string());
        return run(std::move(words));
    }
    void start_region()
    {
        region.emplace(Process::Start { { KETENSYNC_REGION, "--seed=3", "--persons=300", "--months=2", "--die-with-parent",
            "--folder=" + (folder / "region").string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" }, {}, folder / "region.log" });
        ASSERT_TRUE(region->line()) << "the region did not start";
        auto const code = run_region({ "--sync=all" }).code;
        ASSERT_TRUE(code == 0 || code == 3) << code;
    }
    std::string content(std::string const & name) const
    {
        std::ifstream file(folder / name, std::ios::binary);
        return { std::istreambuf_iterator<char>(file), {} };
    }

    support::TemporaryFolder folder;
    std::optional<Process> region;
};

/// People of whom every fifth is there twice, the second time with another first letter in small.
std::string people(int count)
{
    std::string text = "voornaam,achternaam,geboren\n";
    for (int i = 0; i < count; ++i) {
        auto const born = fmt::format("{}-{:02}-{:02}", 1940 + i * 7 % 61, 1 + i * 5 % 11, 2 + i * 11 % 26);
        auto const name = fmt::format("{}{}sen", static_cast<char>('A' + i % 23), std::string_view("aeiou").substr(static_cast<std::size_t>(i) % 5));
        text += fmt::format("Jan{},{},{}\n", static_cast<char>('a' + i % 19), name, born);
        text += i % 5 == 0 ? fmt::format("jan{},{},{}\n", static_cast<char>('a' + i % 19), name, born) : "";
    }
    return text;
}

} // namespace

TEST_F(Flags, TellWhichProgramItIs)
{
    auto const told = run({ "--version" });
    EXPECT_EQ(told.code, 0);
    EXPECT_THAT(told.text, HasSubstr(KETENSYNC_VERSION));
}

TEST_F(Flags, FindDoublesInAFileAndDoItAgainByWhatWasLearned)
{
    folder.write("people.csv", people(300));
    folder.write("rules.toml", "[columns]\nvoornaam = \"given_name\"\nachternaam = \"surname\"\ngeboren = \"birth_date\"\n");
    auto const word = [this](std::string const & flag, std::string const & file) { return "--" + flag + "=" + (folder / file).string(); };
    ASSERT_EQ(run({ word("dedupe", "people.csv"), word("rules", "rules.toml"), word("out", "one.csv"), word("pairs", "pairs.csv"),
                      word("save-model", "learned.model"), "--threads=2" }).code, 0);
    EXPECT_THAT(content("one.csv"), HasSubstr("cluster_id"));
    EXPECT_THAT(content("pairs.csv"), HasSubstr("\n"));
    ASSERT_EQ(run({ word("dedupe", "people.csv"), word("rules", "rules.toml"), word("out", "two.csv"), word("model", "learned.model"),
                      "--threads=1" }).code, 0);
    EXPECT_EQ(content("one.csv"), content("two.csv")) << "of one model, by any number of threads";
    folder.write("others.csv", people(40));
    ASSERT_EQ(run({ word("link", "people.csv") + "," + (folder / "others.csv").string(), word("rules", "rules.toml"), word("out", "three.csv") }).code, 0);
    EXPECT_THAT(content("three.csv"), HasSubstr("cluster_id"));
}

TEST_F(Flags, ShowValuesOnlyWhenAskedAndNoteWhoLooked)
{
    start_region();
    auto const values = [](std::vector<json> const & lines) {
        std::string all;
        for (auto const & line : lines) {
            all += line.at("type") == "value" ? line.at("value").get<std::string>() + '\n' : "";
        }
        return all;
    };
    auto const noted = [this] {
        auto const entries = run_region({ "--audit", "--json" }).lines();
        return std::ranges::count_if(entries, [](json const & entry) { return entry.at("action") == "look"; });
    };
    auto const masked = run_region({ "--explain=1", "--json" });
    ASSERT_EQ(masked.code, 0);
    EXPECT_EQ(noted(), 0);
    auto const open = run_region({ "--explain=1", "--values", "--json" });
    ASSERT_EQ(open.code, 0);
    EXPECT_NE(values(masked.lines()), values(open.lines()));
    EXPECT_EQ(noted(), 1);
    EXPECT_THAT(run_region({ "--explain=1", "--values", "--no-color" }).text, Not(HasSubstr("\x1b")));
    EXPECT_EQ(noted(), 2);
}

} // namespace ketensync
