#include "daemon/commands/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::commands;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

/// A configuration in a folder of its own, over the mappings of the tree.
class Check : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path() / ("ketensync-check-" + std::to_string(::getpid()));
        fs::create_directories(m_folder / "sources.d");
        write("ketensync.toml", "[state]\nfolder = \"state\"\n");
    }
    void TearDown() override { fs::remove_all(m_folder); }

    void write(std::string const & name, std::string const & text) { std::ofstream(m_folder / name) << text; }

    int check(bool json = false)
    {
        Options options;
        options.command = Command::check;
        options.config = m_folder / "ketensync.toml";
        options.json = json;
        m_out.str("");
        m_error.str("");
        return run(options, { m_out, m_error });
    }

    fs::path m_folder;
    std::ostringstream m_out;
    std::ostringstream m_error;
};

} // namespace

TEST_F(Check, names_each_fault_with_its_place_and_ends_with_78)
{
    write("ketensync.toml", "colour = \"blue\"\n");
    EXPECT_EQ(check(), 78);
    EXPECT_THAT(m_out.str(), HasSubstr("ketensync.toml:1:"));
    EXPECT_THAT(m_error.str(), HasSubstr("fault"));
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
