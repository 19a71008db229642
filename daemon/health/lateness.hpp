#pragma once

#include "daemon/health/snapshot.hpp"

namespace ketensync::health {

// What of a feed or a certificate asks for somebody, as pure questions: of the evaluation, and of the words that it is told in.

/// Two of its turns have passed since its last success, and nobody paused its source.
bool is_late(FeedState const & feed, Snapshot const & snapshot);
/// More than one in twenty of what its last run read was set aside, and not just a handful.
bool rejects_much(FeedState const & feed);
/// It ends in less than so long, or has ended.
bool ends_within(CertificateState const & certificate, std::chrono::milliseconds span, Snapshot const & snapshot);

} // namespace ketensync::health
