#include "daemon/commands/command.hpp"

#include <array>
#include <exception>

namespace ketensync::commands {

namespace {

constexpr std::array table {
    CommandRow { Command::serve, serve },
    CommandRow { Command::check, check },
    CommandRow { Command::sync, sync },
    CommandRow { Command::publish, publish },
    CommandRow { Command::status, status },
    CommandRow { Command::history, history },
    CommandRow { Command::quarantine, quarantine },
    CommandRow { Command::shape, shape },
    CommandRow { Command::accept_shape, accept_shape },
    CommandRow { Command::explain, explain },
    CommandRow { Command::learn, learn },
    CommandRow { Command::reconcile, reconcile },
    CommandRow { Command::review, review },
    CommandRow { Command::dedupe, dedupe },
    CommandRow { Command::link, dedupe },
    CommandRow { Command::backup, backup },
    CommandRow { Command::restore, restore },
    CommandRow { Command::reseal, reseal },
    CommandRow { Command::refill, refill },
    CommandRow { Command::access, access },
    CommandRow { Command::erase, erase },
    CommandRow { Command::monitor, monitor },
    CommandRow { Command::audit, audit },
    CommandRow { Command::processing, processing },
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

} // namespace ketensync::commands
