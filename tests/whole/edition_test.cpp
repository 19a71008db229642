// An edition of the Monitor from the systems of a region to what everybody may read, by the program's own flags.

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>

namespace ketensync {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Process;
using testing::HasSubstr;

constexpr int ordinary = 0;
constexpr int held = 3;

class EditionOfTheMonitor : public ::testing::Test {
protected:
    void SetUp() override
    {
        region.emplace(Process::Start { { KETENSYNC_REGION, "--seed=5", "--persons=2000", "--months=2", "--die-with-parent",
            "--folder=" + (folder / "region").string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" }, {}, folder / "region.log" });
        ASSERT_TRUE(region->line()) << "the region did not start";
        auto const code = run({ "--sync=all" }).code;
        ASSERT_TRUE(code == ordinary || code == held) << code;
    }

    struct Output {
        int code = -1;
        std::vector<json> lines;
        std::string error;
    };
    Output run(std::vector<std::string> words, std::string const & account = "een") const
    {
        words.insert(words.begin(), { KETENSYNC_PROGRAM, "--config=" + (folder / "region" / "conf" / "ketensync.toml").string(), "--json" });
        Process process({ std::move(words), { { "SUDO_USER", account } }, folder / "error" });
        Output output;
        while (auto const line = process.line()) {
            if (json::accept(*line)) {
                output.lines.push_back(json::parse(*line));
            }
        }
        output.code = process.wait();
        std::ifstream error(folder / "error");
        output.error.assign(std::istreambuf_iterator<char>(error), {});
        return output;
    }
    /// Explains whatever is behind.
    void explain(std::vector<json> const & edition) const
    {
        auto const notes = folder / "region" / "conf" / "monitor" / "2026-H1.toml";
        fs::create_directories(notes.parent_path());
        std::ofstream file(notes);
        for (auto const & line : edition) {
            if (line.at("type") == "project" && line.at("progress") == "achter") {
                file << "[project." << line.at("code").get<std::string>() << "]\ncause = \"Te weinig begeleiders.\"\nmeasure = \"Er komen er twee bij.\"\n";
            }
        }
    }
    static std::map<std::string, std::string> content(fs::path const & where)
    {
        std::map<std::string, std::string> files;
        for (auto const & entry : fs::recursive_directory_iterator(where)) {
            if (entry.is_regular_file()) {
                std::ifstream file(entry.path(), std::ios::binary);
                files[fs::relative(entry.path(), where).string()].assign(std::istreambuf_iterator<char>(file), {});
            }
        }
        return files;
    }

    support::TemporaryFolder folder;
    std::optional<Process> region;
};

}

TEST_F(EditionOfTheMonitor, IsPublishedOnceTwoPeopleWithAccountsOfTheirOwnApprovedIt)
{
    auto const draft = run({ "--monitor=2026-H1" });
    ASSERT_EQ(draft.code, ordinary) << draft.error;
    ASSERT_FALSE(draft.lines.empty());
    auto const behind = std::ranges::any_of(
        draft.lines, [](json const & line) { return line.at("type") == "project" && line.at("progress") == "achter"; });
    if (behind) {
        EXPECT_NE(run({ "--monitor=2026-H1", "--approve=A. de Vries" }).code, ordinary) << "nobody said why";
    }
    auto objections = json::array({ "not asked yet" });
    for (int attempt = 0; attempt < 5 && !objections.empty(); ++attempt) {
        auto const now = run({ "--monitor=2026-H1" });
        ASSERT_EQ(now.code, ordinary) << now.error;
        objections = now.lines.front().at("objections");
        if (!objections.empty()) {
            explain(now.lines);
            run({ "--sync=all" }); // a source of the region that did not answer the first time: then others are behind, too
        }
    }
    ASSERT_TRUE(objections.empty()) << objections;
    EXPECT_NE(run({ "--monitor=2026-H1", "--release" }).code, ordinary) << "nobody approved it";
    ASSERT_EQ(run({ "--monitor=2026-H1", "--approve=A. de Vries" }, "een").code, ordinary);
    auto const again = run({ "--monitor=2026-H1", "--approve=B. Bakker" }, "een");
    EXPECT_NE(again.code, ordinary) << "one account is one person";
    EXPECT_THAT(again.error, HasSubstr("an account of their own"));
    EXPECT_NE(run({ "--monitor=2026-H1", "--release" }).code, ordinary);
    ASSERT_EQ(run({ "--monitor=2026-H1", "--approve=B. Bakker" }, "twee").code, ordinary);
    auto const released = run({ "--monitor=2026-H1", "--release", "--out=" + (folder / "uit").string() });
    ASSERT_EQ(released.code, ordinary) << released.error;

    auto const shown = content(folder / "uit");
    EXPECT_TRUE(shown.contains("index.html"));
    EXPECT_TRUE(shown.contains("editie.json"));
    EXPECT_EQ(content(folder / "region" / "state" / "monitor" / "2026-H1"), shown) << "the service shows the same";
    EXPECT_THAT(content(folder / "region" / "state" / "monitor").at("index.html"), HasSubstr("2026-H1/")) << "and a list of them";
    EXPECT_NE(run({ "--monitor=2026-H1", "--release" }).code, ordinary) << "once";
    ASSERT_EQ(run({ "--monitor=2026-H1", "--out=" + (folder / "later").string() }).code, ordinary);
    EXPECT_EQ(content(folder / "later"), shown) << "to the byte";
    EXPECT_EQ(run({ "--monitor=2026-H1", "--dry-run" }).code, ordinary) << "made again from the warehouse it is the same";
    auto const edition = json::parse(shown.at("editie.json"));
    EXPECT_FALSE(edition.at("protection").get<std::string>().empty());
}

}
