#pragma once

#include "daemon/health/snapshot.hpp"

#include <string_view>

namespace ketensync::web {

/// How a feed stands, for people: what asks most of them first.
enum class Condition {
    held,      ///< a delivery was not believable: a person decides
    failing,   ///< the last run did not succeed
    late,      ///< by its own schedule
    set_aside, ///< records wait in quarantine
    running,
    never,     ///< it was not read yet
    paused,
    in_order,
};

/// The one that holds first, in that order, but that a paused feed is neither late nor failing. Pure.
Condition condition_of(health::FeedState const & feed, health::Snapshot const & snapshot);

/// In plain Dutch, and a sign that stands for it where colours do not count.
std::string_view in_dutch(Condition condition);
std::string_view sign_of(Condition condition);
/// What to do about it, one sentence; empty when there is nothing to do.
std::string_view advice_for(Condition condition);
/// True when it asks something of a person.
bool needs_somebody(Condition condition);

} // namespace ketensync::web
