#include "daemon/commands/command.hpp"
#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::commands;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

namespace {

/// A configuration in a folder of its own, over the mappings of the tree.
class Check : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path() / ("ketensync-check-" + std::to_string(::getpid()));
        fs::create_directories(m_folder / "sources.d");
        fs::copy(fs::path(KETENSYNC_SOURCE_DIR) / "mappings", m_folder / "mappings", fs::copy_options::recursive);
        write("ketensync.toml",
            "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = \"sources.d\"\n[seal]\nunsealed = true\n");
        write_source("srg");
    }
    void TearDown() override { fs::remove_all(m_folder); }

    void write(std::string const & name, std::string const & text) { std::ofstream(m_folder / name) << text; }

    void write_source(std::string const & mapping)
    {
        write("sources.d/hilversum.toml",
            "title = \"Gemeente Hilversum\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"/srv/drop\"\n[[feed]]\nname = "
            "\"srg\"\nmapping = \""
                + mapping + "\"\nreads = \"complete\"\nfiles = \"srg_*.txt\"\n[feed.schedule]\nat = \"15 6 * * *\"\n");
    }

    void write_api(std::string const & secret)
    {
        write("sources.d/api-" + secret + ".toml",
            "title = \"API\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"http://127.0.0.1:1/v1\"\n[rest.auth]\nby = "
            "\"bearer\"\nsecret = \""
                + secret
                + "\"\n[[feed]]\nname = \"personen\"\nmapping = \"uwv-werkzoekenden\"\nreads = \"complete\"\npath = "
                  "\"/personen\"\n");
    }

    int check(bool json = false)
    {
        Options options;
        options.command = Command::check;
        options.config = m_folder / "ketensync.toml";
        options.json = json;
        m_out.str("");
        m_error.str("");
        return run(options, { m_in, m_out, m_error });
    }

    fs::path m_folder;
    std::istringstream m_in;
    std::ostringstream m_out;
    std::ostringstream m_error;
};

} // namespace

TEST_F(Check, finds_the_mappings_of_the_tree_in_order)
{
    EXPECT_EQ(check(), 0) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("in order: sources 1, feeds 1, mappings "));
    EXPECT_EQ(m_error.str(), "");
}

TEST_F(Check, names_a_feed_whose_mapping_is_not_there)
{
    write_source("sgr");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("hilversum.toml:"));
    EXPECT_THAT(m_out.str(), HasSubstr("'sgr'"));
}

TEST_F(Check, runs_every_example)
{
    auto const example = m_folder / "mappings/srg/examples/04_leeg.out.json";
    ASSERT_TRUE(fs::exists(example));
    std::ofstream(example) << "[{\"nothing\": \"like it\"}]";
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("04_leeg"));
}

TEST_F(Check, reads_what_a_service_is_asked)
{
    std::ofstream(m_folder / "mappings/suwi-reintegratie/service.toml", std::ios::app) << "\n[paging]\nmroe = \"x\"\n";
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("suwi-reintegratie/service.toml:"));
    EXPECT_THAT(m_out.str(), HasSubstr("did you mean 'more'"));
}

TEST_F(Check, reads_the_rules_and_the_code_lists)
{
    std::ofstream(m_folder / "mappings/reconcile.toml") << "nonsense = 1\n";
    std::ofstream(m_folder / "mappings/codes/regeling.csv") << "nonsense\n";
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("reconcile.toml:1:"));
    EXPECT_THAT(m_out.str(), HasSubstr("regeling.csv:1"));
}

TEST_F(Check, names_each_fault_with_its_place_and_ends_with_78)
{
    write("ketensync.toml", "colour = \"blue\"\n");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("ketensync.toml:1:"));
    EXPECT_THAT(m_error.str(), HasSubstr("fault"));
}

TEST_F(Check, goes_on_to_the_mappings_when_the_configuration_has_faults)
{
    write_source("sgr");
    std::ofstream(m_folder / "mappings/reconcile.toml") << "nonsense = 1\n";
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("hilversum.toml:"));
    EXPECT_THAT(m_out.str(), HasSubstr("reconcile.toml:1:"));
}

TEST_F(Check, looks_at_credentials_as_a_run_would)
{
    write_api("a-token");
    write_api("b-token");
    fs::create_directories(m_folder / "secrets");
    write("ketensync.toml",
        "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = "
        "\"sources.d\"\n[seal]\nunsealed = true\n[secrets]\nfolder = \"secrets\"\n");
    write("secrets/b-token", "");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("api-a-token.toml:8:10: there is no credential 'a-token'"));
    EXPECT_THAT(m_out.str(), HasSubstr("api-b-token.toml:8:10: credential 'b-token': "));
    EXPECT_THAT(m_error.str(), HasSubstr("2 faults"));
    for (auto const * name : { "a-token", "b-token" }) {
        write(std::string("secrets/") + name, "geheim\n");
        fs::permissions(m_folder / "secrets" / name, fs::perms::owner_read);
    }
    EXPECT_EQ(check(), 0) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("credentials 2"));
    EXPECT_THAT(m_out.str(), Not(HasSubstr("geheim")));
}

TEST_F(Check, looks_at_the_key_that_the_state_is_sealed_with)
{
    fs::create_directories(m_folder / "secrets");
    write("ketensync.toml",
        "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = "
        "\"sources.d\"\n[secrets]\nfolder = \"secrets\"\n");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("credential 'state-key'"));
    write("secrets/state-key", std::string(64, '1') + "\n");
    fs::permissions(m_folder / "secrets" / "state-key", fs::perms::owner_read);
    EXPECT_EQ(check(), 0) << m_out.str();
}

TEST_F(Check, refuses_what_a_source_may_not_deliver_at_the_line_of_its_mapping)
{
    write("sources.d/hilversum.toml",
        "title = \"Gemeente Hilversum\"\nconnector = \"files\"\n[files]\nfolder = \"/srv/drop\"\n[[feed]]\nname = "
        "\"srg\"\nmapping = \"srg\"\nreads = \"complete\"\nfiles = \"srg_*.txt\"\n");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("mappings/srg/mapping.toml:"));
    EXPECT_THAT(m_out.str(), HasSubstr("may not deliver persoon.bsn"));
    EXPECT_THAT(m_out.str(), HasSubstr("powers = [\"gebruiker\"]"));
}

TEST_F(Check, says_which_credentials_only_the_service_has)
{
    write_api("a-token");
    EXPECT_EQ(check(), 0) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("not looked at: credentials 1"));
}

TEST_F(Check, tells_of_a_certificate_that_ends_soon_and_finds_no_fault_in_it)
{
    support::TestAuthority authority;
    write_api("a-token");
    auto const source = m_folder / "sources.d/api-a-token.toml";
    std::ostringstream text;
    text << std::ifstream(source).rdbuf();
    auto with_certificate = text.str();
    with_certificate.insert(with_certificate.find("[rest.auth]"), "certificate = \"our-cert\"\n");
    std::ofstream(source) << with_certificate;
    fs::create_directories(m_folder / "secrets");
    write("ketensync.toml",
        "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = "
        "\"sources.d\"\n[seal]\nunsealed = true\n[secrets]\nfolder = \"secrets\"\n");
    write("secrets/a-token", "geheim\n");
    write("secrets/our-cert", authority.client_certificate() + authority.client_key());
    for (auto const * name : { "a-token", "our-cert" }) {
        fs::permissions(m_folder / "secrets" / name, fs::perms::owner_read | fs::perms::owner_write);
    }
    EXPECT_EQ(check(), 0) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("look: certificate 'our-cert' (for api-a-token) ends in 47 h, at "));
    EXPECT_EQ(check(true), 0);
    EXPECT_THAT(m_out.str(), HasSubstr(R"({"type":"notice","notice":"certificate 'our-cert')"));
    write("secrets/our-cert", authority.certificate_for(31) + authority.client_key());
    EXPECT_EQ(check(), 0);
    EXPECT_THAT(m_out.str(), Not(HasSubstr("look:")));
}

TEST_F(Check, tells_faults_as_json_lines)
{
    write("ketensync.toml", "colour = \"blue\"\n");
    EXPECT_EQ(check(true), 78);
    EXPECT_THAT(m_out.str(), HasSubstr(R"({"type":"fault","fault":")"));
    EXPECT_THAT(m_out.str(), HasSubstr(R"({"type":"check","faults":)"));
    EXPECT_EQ(m_error.str(), "");
}

TEST_F(Check, says_so_when_the_file_is_not_there)
{
    fs::remove(m_folder / "ketensync.toml");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("ketensync.toml"));
}
