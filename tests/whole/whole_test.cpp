#include "daemon/golden/golden.hpp"
#include "daemon/store/database.hpp"
#include "tests/crash/warehouse_text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/state_seal.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

namespace ketensync {

namespace {

using nlohmann::json;
using support::Process;

/// The real programs over the real protocols: a region of a few thousand inhabitants, and the daemon beside it.
class Whole : public ::testing::Test {
protected:
    void SetUp() override
    {
        region.emplace(Process::Start { { KETENSYNC_REGION, "--seed=3", "--persons=3000", "--months=2", "--die-with-parent",
            "--folder=" + (folder / "region").string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" }, {}, folder / "region.log" });
        ASSERT_TRUE(region->line()) << "the region did not start";
    }

    struct Output {
        int code = -1;
        std::vector<json> lines;
        std::map<std::string, json> runs; ///< by feed
    };
    Output run(std::vector<std::string> words)
    {
        words.insert(words.begin(), { KETENSYNC_PROGRAM, "--config=" + config().string(), "--json" });
        Process process({ std::move(words), {}, folder / "sync.log" });
        Output output;
        while (auto const line = process.line()) {
            output.lines.push_back(json::parse(*line));
            auto const & last = output.lines.back();
            if (last.value("type", "") == "run") {
                output.runs[last.at("source").get<std::string>() + '/' + last.at("feed").get<std::string>()] = last;
            }
        }
        output.code = process.wait();
        return output;
    }

    std::filesystem::path config() const { return folder / "region" / "conf" / "ketensync.toml"; }
    std::vector<std::string> warehouse() const
    {
        return crash::warehouse_text(
            folder / "region" / "state" / "state.sqlite", folder / "region" / "warehouse" / "warehouse.sqlite", key());
    }
    /// Of each kind, the values of its golden records.
    std::map<std::string, std::map<std::int64_t, std::string>> rows() const
    {
        std::map<std::string, std::map<std::int64_t, std::string>> found;
        auto state = store::Database::open(folder / "region" / "state" / "state.sqlite", { .seal = support::seal_in(key()) }).value();
        std::vector<std::string> kinds;
        auto names = state.prepare("SELECT name FROM kind ORDER BY id").value();
        while (names.step().value()) {
            kinds.emplace_back(names.text(0));
            found[kinds.back()] = {};
        }
        auto store = golden::Golden::open(state).value();
        auto const last = store.last_golden().value();
        for (golden::GoldenId id = 1; id <= last; ++id) {
            if (auto const is = store.delivered(id).value(); is.exists) {
                found[kinds.at(is.kind)][id] = is.values.bytes();
            }
        }
        return found;
    }

    std::filesystem::path key() const { return folder / "region" / "secrets" / "state-key"; }
    /// Precision and recall of one kind against the truth.
    json score(std::string const & kind) const
    {
        Process process({ { KETENSYNC_SCORE, "--json", "--truth=" + (folder / "region" / "truth").string(),
                              "--state=" + (folder / "region" / "state" / "state.sqlite").string(), "--key=" + key().string() },
            {}, {} });
        json found;
        while (auto const line = process.line()) {
            auto const parsed = json::parse(*line);
            found = parsed.at("kind") == kind ? parsed : found;
        }
        process.wait();
        return found;
    }
    static bool ordinary(int code) { return code == 0 || code == 3; }

    support::TemporaryFolder folder;
    std::optional<Process> region;
};

std::string numbers(json const & run)
{
    std::string text;
    for (auto const * const key : { "fetched", "unchanged", "mapped", "filtered", "rejected", "new", "changed", "vanished" }) {
        text += std::to_string(run.at(key).get<std::uint64_t>()) + ' ';
    }
    return text;
}

using Rows = std::map<std::string, std::map<std::int64_t, std::string>>;

/// What a trial said of golden records is what they then are.
void expect_said(std::vector<json> const & trial, Rows const & before, Rows const & after)
{
    std::map<std::string, json> said;
    for (auto const & line : trial) {
        if (line.at("type") == "difference") {
            said[line.at("kind").get<std::string>()] = line;
        }
    }
    EXPECT_FALSE(said.empty());
    for (auto const & [kind, rows] : after) {
        auto const & were = before.at(kind);
        std::uint64_t added = 0;
        std::uint64_t changed = 0;
        std::uint64_t ended = 0;
        for (auto const & [id, values] : rows) {
            auto const was = were.find(id);
            added += was == were.end() ? 1U : 0U;
            changed += was != were.end() && was->second != values ? 1U : 0U;
        }
        for (auto const & [id, values] : were) {
            ended += rows.contains(id) ? 0U : 1U;
        }
        auto const number = [&](char const * key) { return said.contains(kind) ? said[kind].at(key).get<std::uint64_t>() : 0; };
        EXPECT_EQ(number("added"), added) << kind;
        EXPECT_EQ(number("changed"), changed) << kind;
        EXPECT_EQ(number("ended"), ended) << kind;
    }
}

}

TEST_F(Whole, SynchronisesARegionAndThenOnlyWhatChanged)
{
    auto const first = run({ "--sync=all" });
    ASSERT_TRUE(ordinary(first.code)) << first.code;
    EXPECT_GT(first.runs.size(), 20U);
    for (auto const & [feed, each] : first.runs) {
        EXPECT_EQ(each.at("fetched").get<std::uint64_t>(),
            each.at("unchanged").get<std::uint64_t>() + each.at("mapped").get<std::uint64_t>()
                + each.at("filtered").get<std::uint64_t>() + each.at("rejected").get<std::uint64_t>())
            << feed;
    }
    auto const loaded = warehouse();
    for (auto const & line : loaded) {
        ASSERT_FALSE(line.starts_with("fault:")) << line;
    }

    auto const again = run({ "--sync=all" });
    EXPECT_EQ(again.code, 0);
    for (auto const & [feed, each] : again.runs) {
        EXPECT_EQ(each.at("fetched"), each.at("unchanged")) << feed;
    }
    EXPECT_EQ(warehouse() == loaded, true);

    Process advance({ { KETENSYNC_REGION, "--folder=" + (folder / "region").string(), "--advance=30d" }, {}, folder / "region.log" });
    advance.rest();
    ASSERT_EQ(advance.wait(), 0);
    auto const trial = run({ "--sync=all", "--dry-run" });
    EXPECT_EQ(warehouse() == loaded, true) << "a trial writes nothing";
    auto const before = rows();
    auto const real = run({ "--sync=all" });
    ASSERT_TRUE(ordinary(real.code));
    for (auto const & [feed, each] : real.runs) {
        ASSERT_TRUE(trial.runs.contains(feed)) << feed;
        EXPECT_EQ(numbers(trial.runs.at(feed)), numbers(each)) << feed << ": the trial must say what the run then does";
    }
    EXPECT_EQ(warehouse() == loaded, false);
    expect_said(trial.lines, before, rows());

    std::multiset<std::string> done;
    std::multiset<std::string> delivered;
    for (auto const & line : run({ "--processing-log" }).lines) {
        auto & into = line.at("name") == "deliver to the warehouse" ? delivered : done;
        into.insert(line.at("trace_id").get<std::string>() + line.at("attributes").value("dpl.core.data_subject_id", ""));
    }
    EXPECT_GT(done.size(), rows().at("persoon").size());
    EXPECT_EQ(done == delivered, true) << "what was done with somebody's data was delivered, and both were told";
}

TEST_F(Whole, KnowsWhoIsWho)
{
    ASSERT_TRUE(ordinary(run({ "--sync=all" }).code));
    auto const person = score("persoon");
    EXPECT_GE(person.at("precision").get<double>(), 0.995) << person;
    EXPECT_GE(person.at("recall").get<double>(), 0.94) << person;
    EXPECT_EQ(person.at("unknown"), 0) << person;
}

TEST_F(Whole, AsksAboutThePeopleItKnowsWithinItsBudget)
{
    ASSERT_TRUE(ordinary(run({ "--sync=all" }).code));
    auto const served = json::parse(std::ifstream(folder / "region" / "server.json"));
    auto const origin = "https://localhost:" + std::to_string(served.at("port").get<int>());
    std::ofstream(folder / "region" / "conf" / "sources.d" / "brp.toml")
        << "title = \"BRP\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" << origin << "/brp\"\nca_file = \""
        << (folder / "region" / "tls" / "ca.pem").string() << "\"\ncertificate = \"regio-certificaat\"\n"
        << "[rest.auth]\nby = \"oauth2_client_credentials\"\nclient = \"form\"\nclient_id = \"ketensync-brp\"\n"
        << "token_address = \"" << origin << "/oauth/token\"\nsecret = \"brp\"\n"
        << "parameters = { resourceServer = \"ResourceServer01\" }\n"
        << "[[feed]]\nname = \"personen\"\nmapping = \"brp-personen\"\nreads = \"changes\"\npath = \"/personen\"\n"
        << R"(post.body = '{"type":"RaadpleegMetBurgerservicenummer","burgerservicenummer":[{asked}],"fields":["naam"]}')"
        << "\nask = { kind = \"persoon\", field = \"bsn\", per_day = 130, ground = \"Wabb art. 10\" }\n";
    auto const trial = run({ "--sync=brp", "--dry-run" });
    ASSERT_TRUE(trial.runs.contains("brp/personen")) << trial.code;
    auto const first = run({ "--sync=brp" });
    ASSERT_EQ(first.code, 0);
    EXPECT_EQ(numbers(trial.runs.at("brp/personen")), numbers(first.runs.at("brp/personen")));
    auto const fetched = first.runs.at("brp/personen").at("fetched").get<int>();
    EXPECT_GT(fetched, 100);
    EXPECT_LE(fetched, 130);
    auto const again = run({ "--sync=brp" });
    EXPECT_EQ(again.runs.at("brp/personen").at("fetched"), 0) << "that was all for today";
    auto const person = score("persoon");
    EXPECT_GE(person.at("precision").get<double>(), 0.995) << person;
}

TEST_F(Whole, HoldsItsStateAloneAndTakesOrdersAndEndsWhenAsked)
{
    Process service({ { KETENSYNC_PROGRAM, "--config=" + config().string() }, {}, folder / "service.log" });
    auto const state = folder / "region" / "state" / "lock";
    for (int i = 0; i < 500 && !std::filesystem::exists(state); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    Process other({ { KETENSYNC_PROGRAM, "--config=" + config().string() }, {}, folder / "other.log" });
    EXPECT_EQ(other.wait(), 75) << "the service has the state";
    EXPECT_TRUE(ordinary(run({ "--sync=all" }).code)) << "and does what it is asked for";
    auto const asked = std::chrono::steady_clock::now();
    service.signal(SIGTERM);
    EXPECT_EQ(service.wait(std::chrono::seconds(20)), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
    EXPECT_TRUE(ordinary(run({ "--sync=all" }).code));
}

TEST_F(Whole, TellsACredentialThatIsNotThereAndGoesOnWithTheOthers)
{
    for (auto const & entry : std::filesystem::directory_iterator(folder / "region" / "secrets")) {
        if (entry.path() != key()) {
            std::filesystem::remove(entry.path());
        }
    }
    auto const refused = run({ "--sync=all" });
    EXPECT_EQ(refused.code, 78) << "a secret that is not there is found before anything runs";
}

}
