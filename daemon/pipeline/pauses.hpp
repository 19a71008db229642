#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// A source that is left alone for a while, because a person said so. A plain value.
struct Pause {
    std::string source;
    std::string who;
    std::string reason;
    Instant since;
    Instant until; ///< then its feeds are read again by themselves: at once, when a turn was missed
};

/// The pauses in the state file: they survive a restart, and one that is over counts for nothing. No transactions of its
/// own. One thread, on its connection.
class Pauses {
public:
    static std::string_view const tables;
    explicit Pauses(store::Database & state) : m_state(&state) { }

    /// Those that hold at `now`, by source. None when the state was never brought up to date by who may write it.
    Result<std::vector<Pause>> all(Instant now);
    /// In the place of one of the same source.
    Result<void> put(Pause const & pause);
    /// True when there was one.
    Result<bool> end(std::string_view source);

private:
    store::Database * m_state;
};

/// What a caller is told who wants a source read that is paused.
std::string sentence_of(Pause const & pause);

}
