#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/monitor/edition.hpp"

#include <map>
#include <string>
#include <vector>

namespace ketensync::commands {

/// How an edition stands, for who prepares it.
struct EditionView {
    monitor::Edition const & edition;
    monitor::Frame const & frame;
    std::vector<std::string> objections; ///< why it may not be published
    std::map<std::string, std::int64_t> doubtful; ///< by project ("" is the region): what doubts can take off
    std::int64_t undelivered = 0; ///< batches that wait for the warehouse
};

void show(EditionView const & view, Options const & options, Streams const & streams);

}
