#include "daemon/commands/command.hpp"
#include "daemon/commands/stop_signals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <sstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::commands;
using testing::HasSubstr;

namespace {

std::string output_of(Command command, bool json = false)
{
    Options options;
    options.command = command;
    options.json = json;
    std::ostringstream out, error;
    std::istringstream in;
    EXPECT_EQ(run(options, { in, out, error }), 0);
    EXPECT_EQ(error.str(), "");
    return out.str();
}

} // namespace

TEST(Help, begins_with_examples_and_names_every_option_with_its_value)
{
    auto const text = output_of(Command::help);
    EXPECT_LT(text.find("Examples"), text.find("Commands"));
    for (auto const & row : option_table()) {
        EXPECT_THAT(text, HasSubstr("--" + std::string(row.name)));
        EXPECT_THAT(text, HasSubstr(std::string(row.placeholder)));
        EXPECT_THAT(text, HasSubstr(std::string(row.group)));
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 110U) << line;
    }
}

TEST(Help, shows_examples_that_the_parser_takes)
{
    std::istringstream lines(output_of(Command::help));
    int examples = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("  ketensync ")) {
            continue;
        }
        ++examples;
        std::vector<std::string> words;
        bool quoted = false, begins = true;
        for (char const letter : line.substr(12)) {
            if (letter == '"') {
                quoted = !quoted;
            } else if (letter == ' ' && !quoted) {
                begins = true;
            } else {
                words.resize(words.size() + (begins ? 1 : 0));
                words.back() += letter;
                begins = false;
            }
        }
        std::vector<char const *> arguments;
        for (auto const & word : words) {
            arguments.push_back(word.c_str());
        }
        EXPECT_TRUE(parse(arguments)) << line;
    }
    EXPECT_GE(examples, 4);
}

TEST(Version, is_told_as_text_and_as_json)
{
    EXPECT_EQ(output_of(Command::version), "ketensync " KETENSYNC_VERSION "\n");
    EXPECT_THAT(output_of(Command::version, true), HasSubstr("\"version\":\"" KETENSYNC_VERSION "\""));
}

TEST(CommandTable, has_a_row_for_every_command_that_is_there)
{
    for (auto const & row : command_table()) {
        EXPECT_NE(row.function, nullptr);
    }
}

TEST(StopSignals, turn_a_signal_into_a_stop_and_a_hangup_into_a_reload)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::atomic<int> reloads = 0;
    StopSignals const stop([&] {
        ++reloads;
        reloads.notify_all();
    });
    EXPECT_FALSE(stop.token().stop_requested());
    ::kill(::getpid(), SIGHUP);
    reloads.wait(0);
    EXPECT_EQ(reloads, 1);
    EXPECT_FALSE(stop.token().stop_requested());
    std::atomic<bool> stopped = false;
    std::stop_callback const callback(stop.token(), [&] {
        stopped = true;
        stopped.notify_all();
    });
    ::kill(::getpid(), SIGTERM);
    stopped.wait(false);
    EXPECT_TRUE(stop.token().stop_requested());
}

TEST(StopSignals, end_at_once_and_leave_no_signal_behind)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::atomic<int> reloads = 0;
    auto const begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) {
        StopSignals const stop([&] { ++reloads; });
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
    EXPECT_EQ(reloads, 0);
    sigset_t pending;
    sigpending(&pending);
    EXPECT_EQ(sigismember(&pending, SIGHUP), 0);
}
