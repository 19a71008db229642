#include "daemon/commands/command.hpp"

namespace ketensync::commands {

int version(Options const & options, Streams const & streams)
{
    if (options.json) {
        streams.out << R"({"type":"version","name":"ketensync","version":")" KETENSYNC_VERSION "\"}\n";
    } else {
        streams.out << "ketensync " KETENSYNC_VERSION "\n";
    }
    return 0;
}

} // namespace ketensync::commands
