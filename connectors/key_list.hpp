#pragma once

#include "connectors/connector.hpp"
#include "daemon/base/result.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::connectors {

/// Whom a feed of questions asks about. Owned and called by one thread.
class KeyList {
public:
    virtual ~KeyList() = default;
    /// The keys to ask about in one reading of the feed, each once, in the order in which they are asked.
    virtual Result<std::vector<std::string>> keys(std::stop_token stop) = 0;
};

/// The keys in a file, one a line; empty lines and those that begin with # say nothing. The file is read anew for each
/// reading. Failure::configuration when it is not there, others can read it, or a line cannot be a key; the line is
/// told, never the key.
std::unique_ptr<KeyList> key_list_in_file(std::filesystem::path file, settings::Limits const & limits);

/// What golden records say to ask about now; `questions` outlives it. What is no key in a message is a
/// Failure::bad_data of the run, which does not tell it.
std::unique_ptr<KeyList> key_list_of(Questions & questions);

} // namespace ketensync::connectors
