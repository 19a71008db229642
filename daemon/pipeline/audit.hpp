#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// What operators did, each entry chained to the one before it with a hash under a key that only the state holds: an
/// entry that was changed, taken out or put in between is found out, and so is a log that was cut short, by whoever kept
/// the head of the chain from an earlier look. Never holds personal data. One thread, on its own connection.
class Audit {
public:
    static std::string_view const tables;
    /// In a transaction of the caller. `who` asked the service for it; empty: the account of this process.
    static Result<void> append(store::Database & state, Instant at, std::string_view action, std::string_view detail,
        std::string_view who = {});

    /// The account of this process, and the one that took it on, where sudo says so.
    static std::string account();
    /// In one of its own, on a connection of its own: of who only looked at the state, also beside the service. `about`:
    /// the person whose data was shown, for the log of processing.
    static Result<void> note(settings::Config const & config, Instant at, std::string_view action, std::string_view detail,
        record::GoldenId about = 0);

    struct Entry {
        std::int64_t id = 0;
        Instant at;
        std::string who; ///< the account that ran the command
        std::string action;
        std::string detail;
        std::string chain; ///< hexadecimal: stands for this entry and all before it
    };
    /// All entries, the oldest first. Failure::configuration names the first that is not as it was written.
    static Result<std::vector<Entry>> read(store::Database & state);
};

/// The state's own key, for keyed hashes in it: it stays the same when the key of [seal] is changed. Made when there is
/// none yet, in the caller's transaction.
Result<std::string> key_in_state(store::Database & state);

}
