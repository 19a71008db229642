#include "daemon/commands/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>

using namespace ketensync;
using namespace ketensync::commands;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Result<Options> parsed(std::vector<char const *> const & words)
{
    return parse(words);
}

std::string fault_of(std::vector<char const *> const & words)
{
    auto const options = parse(words);
    if (options) {
        return "accepted";
    }
    EXPECT_EQ(exit_code(options.error().failure), 64);
    return options.error().what;
}

} // namespace

TEST(Options, run_the_service_without_any_flag)
{
    EXPECT_EQ(parsed({})->command, Command::serve);
    EXPECT_EQ(parsed({ "--config=/tmp/x.toml" })->command, Command::serve);
    EXPECT_EQ(parsed({ "--config=/tmp/x.toml" })->config, "/tmp/x.toml");
    EXPECT_EQ(parsed({})->config, "/etc/ketensync/ketensync.toml");
}

TEST(Options, take_a_value_after_an_equals_sign_or_as_the_next_word)
{
    EXPECT_THAT(parsed({ "--sync=uwv,srg/hilversum" })->names, ElementsAre("uwv", "srg/hilversum"));
    EXPECT_THAT(parsed({ "--sync", "uwv" })->names, ElementsAre("uwv"));
    EXPECT_TRUE(parsed({ "--sync=all" })->names.empty());
    EXPECT_EQ(parsed({ "--sync=all", "--reason=a=b c" })->reason, "a=b c");
    EXPECT_EQ(parsed({ "--history" })->history, 20U);
    EXPECT_EQ(parsed({ "--history=7" })->history, 7U);
}

TEST(Options, read_everything_about_a_run_by_hand)
{
    auto const options = parsed({ "--sync=uwv/werkzoekenden", "--dry-run", "--accept-mass-change=41", "--reason", "told by phone", "--json", "--quiet", "--no-color" });
    ASSERT_TRUE(options);
    EXPECT_EQ(options->command, Command::sync);
    EXPECT_TRUE(options->dry_run && options->json && options->quiet && options->no_color && !options->full);
    EXPECT_EQ(options->accept_mass_change, 41U);
    EXPECT_EQ(options->reason, "told by phone");
}

TEST(Options, read_everything_about_the_quarantine)
{
    auto const options = parsed({ "--quarantine=drop", "--source=uwv", "--reason=unknown-code", "--id=3,5" });
    ASSERT_TRUE(options);
    EXPECT_EQ(options->quarantine, QuarantineAction::drop);
    EXPECT_EQ(options->source, "uwv");
    EXPECT_EQ(options->reason, "unknown-code");
    EXPECT_THAT(options->ids, ElementsAre(3U, 5U));
}

TEST(Options, match_by_exact_name_only_and_tell_the_nearest)
{
    EXPECT_EQ(fault_of({ "--sync=all", "--ful" }), "unknown option --ful, did you mean --full?");
    EXPECT_EQ(fault_of({ "--FULL" }), "unknown option --FULL, did you mean --full?");
    EXPECT_EQ(fault_of({ "--stat" }), "unknown option --stat, did you mean --status?");
    EXPECT_EQ(fault_of({ "--dryrun" }), "unknown option --dryrun, did you mean --dry-run?");
    EXPECT_EQ(fault_of({ "--quarantaine=list" }), "unknown option --quarantaine, did you mean --quarantine?");
    EXPECT_EQ(fault_of({ "--dance" }), "unknown option --dance; --help shows all");
    EXPECT_THAT(fault_of({ "--" }), HasSubstr("'--' is not an option"));
    EXPECT_THAT(fault_of({ "-n" }), HasSubstr("'-n' is not an option"));
}

TEST(Options, refuse_every_beginning_and_every_other_case_of_every_name)
{
    for (auto const & row : option_table()) {
        for (std::size_t size = 1; size < row.name.size(); ++size) {
            auto const word = "--" + std::string(row.name.substr(0, size));
            if (std::ranges::any_of(option_table(), [&](auto const & other) { return "--" + std::string(other.name) == word; })) {
                continue; // --map of --mapping: a name of its own
            }
            EXPECT_THAT(fault_of({ word.c_str() }), HasSubstr("unknown option")) << word;
        }
        auto word = "--" + std::string(row.name);
        word[2] = static_cast<char>(std::toupper(word[2]));
        EXPECT_THAT(fault_of({ word.c_str() }), HasSubstr("did you mean --" + std::string(row.name))) << word;
    }
}

TEST(Options, refuse_stray_words)
{
    EXPECT_THAT(fault_of({ "sync" }), HasSubstr("'sync' is not an option"));
    EXPECT_THAT(fault_of({ "--status", "uwv" }), HasSubstr("'uwv' is not an option"));
    EXPECT_THAT(fault_of({ "--history", "7" }), HasSubstr("'7' is not an option"));
    EXPECT_THAT(fault_of({ "" }), HasSubstr("is not an option"));
}

TEST(Options, refuse_two_commands_and_anything_twice)
{
    EXPECT_EQ(fault_of({ "--status", "--check" }), "--status and --check are two commands; give one");
    EXPECT_EQ(fault_of({ "--sync=a", "--sync=b" }), "--sync is given twice");
    EXPECT_EQ(fault_of({ "--json", "--json" }), "--json is given twice");
}

TEST(Options, take_one_golden_id_to_explain_or_two)
{
    EXPECT_EQ(fault_of({ "--explain=1,2,3" }), "--explain takes one golden id, or two with a comma between them");
    EXPECT_EQ(fault_of({ "--explain=4294967296" }), "--explain takes one golden id, or two with a comma between them");
    EXPECT_EQ(fault_of({ "--explain=0" }), "--explain=0 is not a number above 0");
    EXPECT_EQ(fault_of({ "--explain" }).substr(0, 9), "--explain");
}

TEST(Options, refuse_what_does_not_belong_to_the_command)
{
    EXPECT_EQ(fault_of({ "--dry-run" }), "--dry-run goes with --sync or --reconcile or --monitor");
    EXPECT_EQ(fault_of({ "--full", "--publish" }), "--full goes with --sync");
    EXPECT_EQ(fault_of({ "--sync=all", "--id=1" }), "--id goes with --quarantine");
    EXPECT_EQ(fault_of({ "--status", "--reason=x" }), "--reason goes with --sync or --cancel or --pause or --quarantine");
}

TEST(Options, refuse_values_that_cannot_be)
{
    EXPECT_EQ(fault_of({ "--check=yes" }), "--check takes no value");
    EXPECT_EQ(fault_of({ "--sync" }), "--sync needs a value: --sync=all|NAME[,NAME]");
    EXPECT_EQ(fault_of({ "--sync", "--full" }), "--sync needs a value: --sync=all|NAME[,NAME]");
    EXPECT_EQ(fault_of({ "--sync", "" }), "--sync needs a value: --sync=all|NAME[,NAME]");
    EXPECT_EQ(fault_of({ "--config=" }), "--config needs a value: --config=FILE");
    EXPECT_EQ(fault_of({ "--history=0" }), "--history=0 is not a number above 0");
    EXPECT_EQ(fault_of({ "--history=-3" }), "--history=-3 is not a number above 0");
    EXPECT_EQ(fault_of({ "--sync=a,,b" }), "--sync=a,,b has an empty part");
    EXPECT_THAT(fault_of({ "--sync=all", "--accept-mass-change=4" }), HasSubstr("name it"));
    EXPECT_THAT(fault_of({ "--quarantine=burn" }), HasSubstr("not one of list, retry, drop"));
    EXPECT_THAT(fault_of({ "--quarantine=drop" }), HasSubstr("needs to know which"));
}

TEST(Options, read_everything_about_work_beside_the_service)
{
    auto const paused = parsed({ "--pause=uwv,srg", "--until=2026-12-31", "--reason=they migrate" });
    ASSERT_TRUE(paused);
    EXPECT_EQ(paused->command, Command::pause);
    EXPECT_THAT(paused->names, ElementsAre("uwv", "srg"));
    EXPECT_EQ(paused->until, "2026-12-31");
    EXPECT_EQ(paused->reason, "they migrate");
    EXPECT_EQ(parsed({ "--resume=uwv" })->command, Command::resume);
    EXPECT_TRUE(parsed({ "--cancel=all" })->names.empty());
    EXPECT_TRUE(parsed({ "--sync=all", "--no-wait" })->no_wait);
    EXPECT_EQ(parsed({ "--test-connection=uwv" })->command, Command::test_connection);
    EXPECT_EQ(parsed({ "--test-alert" })->command, Command::test_alert);
    EXPECT_EQ(parsed({ "--show-config" })->command, Command::show_config);
    auto const map = parsed({ "--map=page.json", "--mapping=srg" });
    ASSERT_TRUE(map);
    EXPECT_EQ(map->map_file, "page.json");
    EXPECT_EQ(map->mapping, "srg");
    EXPECT_THAT(fault_of({ "--pause=uwv" }), HasSubstr("until when and why"));
    EXPECT_THAT(fault_of({ "--pause=uwv", "--until=2026-12-31" }), HasSubstr("until when and why"));
    EXPECT_THAT(fault_of({ "--map=page.json" }), HasSubstr("--mapping=NAME"));
    EXPECT_THAT(fault_of({ "--sync=all", "--dry-run", "--no-wait" }), HasSubstr("waited for"));
    EXPECT_EQ(fault_of({ "--resume=uwv", "--until=2026-12-31" }), "--until goes with --pause");
}

TEST(Options, let_help_win_over_everything_else)
{
    EXPECT_EQ(parsed({ "--bogus", "--help", "stray" })->command, Command::help);
    EXPECT_EQ(parsed({ "--sync", "--help" })->command, Command::help);
    EXPECT_EQ(parsed({ "--check", "--status", "--help" })->command, Command::help);
}

TEST(OptionTable, has_every_name_once_in_small_letters)
{
    std::set<std::string_view> names;
    for (auto const & row : option_table()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << row.name;
        EXPECT_EQ(row.takes == OptionRow::Takes::nothing, row.placeholder.empty()) << row.name;
    }
}

TEST(Options, are_each_given_by_a_test)
{
    std::string tests;
    for (auto const & entry : std::filesystem::recursive_directory_iterator(KETENSYNC_SOURCE_DIR "/tests")) {
        auto const extension = entry.path().extension();
        if (extension == ".cpp" || extension == ".hpp" || extension == ".sh" || extension == ".py") {
            std::ifstream file(entry.path());
            tests.append(std::istreambuf_iterator<char>(file), {});
        }
    }
    for (auto const & row : option_table()) {
        bool given = false;
        for (auto at = tests.find("--" + std::string(row.name)); at != std::string::npos && !given; at = tests.find("--" + std::string(row.name), at + 1)) {
            auto const next = tests[at + 2 + row.name.size()];
            given = next != '-' && std::isalnum(static_cast<unsigned char>(next)) == 0;
        }
        // As a word that is put together, too.
        given = given || tests.find("word(\"" + std::string(row.name) + '"') != std::string::npos;
        EXPECT_TRUE(given) << "--" << row.name;
    }
}
