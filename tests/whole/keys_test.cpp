// What the program does without the keys that its warehouse needs.

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace ketensync {

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Keys : public ::testing::Test {
protected:
    void SetUp() override
    {
        fs::create_directories(folder / "sources.d");
        fs::create_directories(folder / "secrets");
        configure("pseudonyms = \"pseudonyms\"\n");
        std::ofstream(folder / "personen.json")
            << R"({"items":[{"personId":"p1","givenName":"Anna","surname":"Jansen","initials":"A.","dateOfBirth":"1980-05-06",)"
               R"("gender":"F","mail":"a@example.org","address":{"postalCode":"1211 AA","streetNumber":"12","city":"Hilversum"}}]})";
    }
    void configure(std::string const & warehouse) const
    {
        std::ofstream(folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[seal]\nunsealed = true\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR "/mappings\"\n"
               "[sources]\nfolder = \"sources.d\"\n[secrets]\nfolder = \"secrets\"\n[web]\naddress = \"\"\n[warehouse]\n"
               "file = \"warehouse.sqlite\"\n"
            << warehouse;
        std::ofstream(folder / "sources.d" / "drop.toml")
            << "title = \"Drop\"\nconnector = \"files\"\n[files]\nfolder = \"" << folder.path().string()
            << "\"\nsettle = \"1ms\"\n[[feed]]\nname = \"personen\"\nmapping = \"ooapi5-personen\"\nreads = \"complete\"\nfiles = \"personen.json\"\n";
    }
    void secret(std::string const & text) const
    {
        auto const file = folder / "secrets" / "pseudonyms";
        fs::remove(file);
        std::ofstream(file) << text << '\n';
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    }
    struct Output {
        int code = -1;
        std::string text;
    };
    Output run(std::vector<std::string> more) const
    {
        more.insert(more.begin(), { KETENSYNC_PROGRAM, "--config=" + (folder / "ketensync.toml").string() });
        support::Process process({ more, {}, folder / "error" });
        Output output;
        output.text = process.rest();
        output.code = process.wait();
        std::ifstream error(folder / "error");
        output.text.append(std::istreambuf_iterator<char>(error), {});
        return output;
    }
    void expect_refused(std::string const & why) const
    {
        for (auto const & command : { std::vector<std::string>(), { "--sync=all" } }) {
            auto const output = run(command);
            EXPECT_EQ(output.code, 78);
            EXPECT_THAT(output.text, HasSubstr(why));
        }
    }

    support::TemporaryFolder folder;
};

}

TEST_F(Keys, OfPseudonymsAreThereOrTheServiceDoesNotStart)
{
    secret(std::string(32, 'p'));
    auto const first = run({ "--sync=all" });
    ASSERT_EQ(first.code, 0) << first.text;
    secret("kort");
    expect_refused("[warehouse] the key of pseudonyms is shorter than 32 bytes");
    auto const checked = run({ "--check" });
    EXPECT_EQ(checked.code, 78);
    EXPECT_THAT(checked.text, HasSubstr("[warehouse] the key of pseudonyms is shorter than 32 bytes"));
    secret(std::string(32, 'q'));
    expect_refused("were made with another key");
    configure("");
    expect_refused("were made with another key");
    configure("pseudonyms = \"pseudonyms\"\n");
    fs::remove(folder / "secrets" / "pseudonyms");
    expect_refused("there is no credential 'pseudonyms'");
    secret(std::string(32, 'p'));
    EXPECT_EQ(run({ "--sync=all" }).code, 0);
    EXPECT_EQ(run({ "--check" }).code, 0);
}

}
