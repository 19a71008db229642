#include "daemon/commands/command.hpp"

#include "daemon/commands/ask_service.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace ketensync::commands {

namespace {

constexpr std::array table {
    CommandRow { Command::serve, serve },
    CommandRow { Command::check, check },
    CommandRow { Command::sync, sync, true },
    CommandRow { Command::cancel, cancel, true },
    CommandRow { Command::pause, pause, true },
    CommandRow { Command::resume, pause, true },
    CommandRow { Command::publish, publish, true },
    CommandRow { Command::status, status, true },
    CommandRow { Command::history, history, true },
    CommandRow { Command::quarantine, quarantine, true },
    CommandRow { Command::shape, shape, true },
    CommandRow { Command::accept_shape, accept_shape, true },
    CommandRow { Command::explain, explain, true },
    CommandRow { Command::learn, learn, true },
    CommandRow { Command::reconcile, reconcile, true },
    CommandRow { Command::review, review, true },
    CommandRow { Command::dedupe, dedupe },
    CommandRow { Command::link, dedupe },
    CommandRow { Command::backup, backup },
    CommandRow { Command::restore, restore },
    CommandRow { Command::reseal, reseal, true },
    CommandRow { Command::refill, refill, true },
    CommandRow { Command::access, access },
    CommandRow { Command::erase, erase, true },
    CommandRow { Command::monitor, monitor },
    CommandRow { Command::audit, audit, true },
    CommandRow { Command::processing, processing },
    CommandRow { Command::show_config, show_config, true },
    CommandRow { Command::test_alert, test_alert, true },
    CommandRow { Command::test_connection, test_connection, true },
    CommandRow { Command::new_source, new_source },
    CommandRow { Command::map, map },
    CommandRow { Command::diagnostics, diagnostics },
    CommandRow { Command::version, version },
    CommandRow { Command::help, help },
};

}

std::span<CommandRow const> command_table()
{
    return table;
}

int run(Options const & options, Streams const & streams)
{
    try {
        for (auto const & row : table) {
            if (row.command == options.command) {
                return row.function(options, streams);
            }
        }
        streams.error << "ketensync: this version does not have that command\n";
    } catch (std::exception const & exception) {
        streams.error << "ketensync: bug: " << exception.what() << "\n";
    }
    return exit_code(Failure::bug);
}

int answer(std::span<char const * const> words, Streams const & streams)
{
    auto const options = parse(words);
    if (!options) {
        streams.error << "ketensync: " << options.error().what << "\n";
        return exit_code(options.error().failure);
    }
    auto of_options = streams;
    of_options.terminal = streams.terminal && !options->no_color;
    auto const row = std::ranges::find(table, options->command, &CommandRow::command);
    if (row != table.end() && row->by_service) {
        if (auto const answered = ask_service(*options, words, of_options)) {
            return *answered;
        }
    }
    return run(*options, of_options);
}

} // namespace ketensync::commands
