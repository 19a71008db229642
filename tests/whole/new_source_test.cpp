// Sources of the region connected by answering questions, over their real protocols; each is read afterwards.

#include "tests/support/sftp_server.hpp"
#include "tests/whole/served_region.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ketensync::whole {

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string content_of(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

struct Connected {
    int code = -1;
    std::string out;
};

/// The program with those answers on its input.
Connected connect(ServedRegion::Set const & set, std::string const & answers)
{
    std::ofstream(set.root / "answers") << answers;
    support::Process process({ { "/bin/sh", "-c", "exec \"$0\" --new-source --config=\"$1\" < \"$2\"", KETENSYNC_PROGRAM, set.config().string(),
                                   (set.root / "answers").string() },
        {}, set.root / "log" });
    Connected connected;
    connected.out = process.rest();
    connected.code = process.wait();
    return connected;
}

/// What a trial run of a feed fetches.
std::uint64_t fetched(ServedRegion::Output const & output, std::string const & feed)
{
    auto const run = output.runs.find(feed);
    return run == output.runs.end() ? 0 : run->second.at("fetched").get<std::uint64_t>();
}

} // namespace

TEST(NewSourceOfTheRegion, IsAProviderWithAllItsLists)
{
    ServedRegion const region(3, 400);
    auto const set = region.set("provider", false);
    auto const connected = connect(set,
        fmt::format("roc-gooi\nROC Gooi\nrest\n{0}/roc-gooi/v5\n{1}\nno\noauth2_client_credentials\n{0}/oauth/token\nketensync-roc-gooi\n-\n"
                    "private_key_jwt\nroc-gooi-sleutel\n-\n\n\nyes\n",
            region.origin(), (region.folder() / "tls" / "ca.pem").string()));
    ASSERT_EQ(connected.code, 0) << connected.out << content_of(set.root / "log");
    EXPECT_THAT(connected.out, AllOf(HasSubstr("ooapi5-personen"), HasSubstr("ooapi5-aanbod"), HasSubstr("ooapi5-deelnames"),
                                   HasSubstr("in order: sources 1, feeds 3"), Not(HasSubstr("BEGIN"))));
    auto const trial = ServedRegion::run(set, { "--sync=roc-gooi", "--dry-run" });
    EXPECT_TRUE(trial.ordinary()) << trial.out << content_of(set.root / "log");
    for (auto const * const feed : { "roc-gooi/aanbod", "roc-gooi/personen", "roc-gooi/deelnames" }) {
        EXPECT_GT(fetched(trial, feed), 0U) << feed << trial.out;
    }
}

TEST(NewSourceOfTheRegion, IsASheetInAFolderAndAMunicipalityWithItsMonths)
{
    ServedRegion const region(3, 400);
    auto const set = region.set("folders", false);
    auto const sheet = connect(set, fmt::format("projectadministratie\n\nfiles\n{}\n\n\nyes\n", (region.folder() / "drop" / "projectadministratie").string()));
    ASSERT_EQ(sheet.code, 0) << sheet.out << content_of(set.root / "log");
    auto const municipal = connect(set, fmt::format("gemeente-hilversum\n\nfiles\n{}\n\n\nyes\nyes\n", (region.folder() / "drop" / "gemeente-hilversum").string()));
    ASSERT_EQ(municipal.code, 0) << municipal.out << content_of(set.root / "log");
    EXPECT_THAT(content_of(set.root / "sources.d" / "gemeente-hilversum.toml"),
        AllOf(HasSubstr("files = \"SRG_0402_*.txt\""), HasSubstr("period = \"SRG_0402_{period}.txt\""), HasSubstr("powers = [\"gebruiker\"]")));
    auto const trial = ServedRegion::run(set, { "--sync=all", "--dry-run" });
    EXPECT_TRUE(trial.ordinary()) << trial.out << content_of(set.root / "log");
    for (auto const * const feed :
        { "projectadministratie/projecten", "projectadministratie/deelnemers", "gemeente-hilversum/srg", "gemeente-hilversum/bus" }) {
        EXPECT_GT(fetched(trial, feed), 0U) << feed << trial.out;
    }
}

TEST(NewSourceOfTheRegion, IsAServerOfFilesThatIsKnownByItsKey)
{
    ServedRegion const region(3, 400);
    support::SftpServer const server;
    region.secret("huizen-sftp", server.key());
    fs::copy(region.folder() / "drop" / "gemeente-huizen", server.files().path() / "uit");
    auto const set = region.set("sftp", false);
    auto const answers = [&](std::string const & key) {
        return fmt::format("gemeente-huizen\n\nsftp\nsftp://127.0.0.1:{}{}\n{}\n{}\nhuizen-sftp\n", server.port(),
            (server.files().path() / "uit").string(), server.user(), key);
    };
    auto const another = connect(set, answers("SHA256:" + std::string(43, 'A')) + "stop\n");
    EXPECT_EQ(another.code, 77) << another.out;
    auto const connected = connect(set, answers(server.host_key()) + "\n\nyes\nyes\n");
    ASSERT_EQ(connected.code, 0) << connected.out << content_of(set.root / "log");
    EXPECT_THAT(connected.out, Not(HasSubstr("PRIVATE KEY")));
    auto const file = set.root / "sources.d" / "gemeente-huizen.toml";
    auto text = content_of(file);
    EXPECT_THAT(text, HasSubstr(server.host_key()));
    text.replace(text.find("settle = \"10s\""), 14, "settle = \"100ms\"");
    std::ofstream(file) << text;
    auto const trial = ServedRegion::run(set, { "--sync=gemeente-huizen", "--dry-run" });
    EXPECT_TRUE(trial.ordinary()) << trial.out << content_of(set.root / "log");
    EXPECT_GT(fetched(trial, "gemeente-huizen/srg"), 0U) << trial.out;
    EXPECT_GT(fetched(trial, "gemeente-huizen/bus"), 0U) << trial.out;
}

} // namespace ketensync::whole
