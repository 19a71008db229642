#include "daemon/base/error.hpp"
#include "daemon/commands/exit_codes.hpp"
#include "daemon/commands/manual.hpp"
#include "daemon/commands/options.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/wait.h>

using namespace ketensync;
using namespace ketensync::commands;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

namespace {

struct Said {
    int code;
    std::string text;
};

Said run(std::string const & command)
{
    auto * const pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string text(1U << 17U, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), pipe));
    return { WEXITSTATUS(::pclose(pipe)), text };
}

/// What bash offers behind these words, of which the last is being typed.
std::vector<std::string> offered(std::string const & words)
{
    support::TemporaryFolder const folder;
    auto const script = folder / "try.bash";
    std::ofstream(script) << bash_completion() << "compopt() { :; }\nCOMP_WORDS=(ketensync " << words
                          << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_ketensync\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    std::istringstream lines(run("bash " + script.string()).text);
    std::vector<std::string> result;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) {
            result.push_back(line);
        }
    }
    return result;
}

} // namespace

TEST(ManPage, tells_every_option_and_every_exit_code)
{
    auto const page = man_page();
    for (auto const & row : option_table()) {
        std::string name = "\\-\\-";
        for (char const letter : row.name) {
            name += letter == '-' ? std::string("\\-") : std::string(1, letter);
        }
        EXPECT_THAT(page, HasSubstr("\n\\fB" + name)) << row.name;
    }
    for (auto const & row : exit_codes()) {
        EXPECT_THAT(page, HasSubstr(fmt::format("\n.B {}\n", row.code)));
    }
    EXPECT_THAT(page, HasSubstr(KETENSYNC_VERSION));
}

TEST(ManPage, has_nothing_that_its_formatters_complain_about)
{
    support::TemporaryFolder const folder;
    std::ofstream(folder / "ketensync.8") << man_page();
    bool tried = false;
    if (fs::exists("/usr/bin/groff")) {
        tried = true;
        auto const said = run("groff -man -ww -z -rLL=100n " + (folder / "ketensync.8").string());
        EXPECT_EQ(said.text, "");
    }
    if (fs::exists("/usr/bin/mandoc")) {
        tried = true;
        // The page has no date: the same version is the same bytes.
        auto const said = run("mandoc -Tlint -Wwarning " + (folder / "ketensync.8").string() + " | grep -v 'missing date'");
        EXPECT_EQ(said.text, "");
    }
    if (!tried) {
        GTEST_SKIP() << "neither groff nor mandoc is installed";
    }
}

TEST(BashCompletion, offers_every_option)
{
    auto const all = offered("--");
    for (auto const & row : option_table()) {
        auto const value = row.takes == OptionRow::Takes::value ? "=" : "";
        EXPECT_THAT(all, testing::Contains(fmt::format("--{}{}", row.name, value)));
    }
    EXPECT_THAT(offered("--stat"), ElementsAre("--status"));
    EXPECT_THAT(offered("--sync=all --dry"), ElementsAre("--dry-run"));
}

TEST(BashCompletion, offers_the_values_that_an_option_has)
{
    EXPECT_THAT(offered("--quarantine ="), ElementsAre("list", "retry", "drop"));
    EXPECT_THAT(offered("--quarantine = re"), ElementsAre("retry"));
    EXPECT_THAT(offered("--quarantine d"), ElementsAre("drop"));
    EXPECT_THAT(offered("--sync = a"), testing::Contains("all"));
    EXPECT_THAT(offered("--history = 1"), IsEmpty());
}

TEST(BashCompletion, offers_files_also_with_blanks_in_their_names)
{
    support::TemporaryFolder const folder;
    std::ofstream(folder / "mijn lijst.csv") << "x";
    EXPECT_THAT(offered("--dedupe = " + (folder / "mijn").string()), ElementsAre((folder / "mijn lijst.csv").string()));
}

TEST(ExitCodes, are_those_that_failures_end_with)
{
    std::vector<int> codes;
    for (auto const & row : exit_codes()) {
        codes.push_back(row.code);
        EXPECT_FALSE(row.brief.empty() || row.meaning.empty() || row.advice.empty());
    }
    EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
    for (auto const failure : { Failure::unavailable, Failure::busy, Failure::bad_data, Failure::bad_page, Failure::held,
             Failure::refused, Failure::configuration, Failure::cannot_write, Failure::usage, Failure::interrupted, Failure::bug }) {
        EXPECT_THAT(codes, testing::Contains(exit_code(failure)));
    }
    EXPECT_EQ(codes.size(), 12U) << "0 and 3 besides those of failures, of which two are one";
}

TEST(ExitCodes, stand_in_the_docs_as_the_program_tells_them)
{
    std::ifstream file(fs::path(KETENSYNC_SOURCE_DIR) / "docs" / "exit-codes.md");
    std::string const text { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
    EXPECT_EQ(text, exit_code_page()) << "make it anew: ketensync --help=codes > docs/exit-codes.md";
}

TEST(HelpForms, are_taken_by_name_only)
{
    for (auto const * const form : { "man", "bash", "codes" }) {
        auto const word = std::string("--help=") + form;
        char const * const words[] = { word.c_str() };
        EXPECT_EQ(parse(words)->help_form, form);
        EXPECT_EQ(parse(words)->command, Command::help);
    }
    char const * const wrong[] = { "--help=html" };
    EXPECT_EQ(exit_code(parse(wrong).error().failure), 64);
}
