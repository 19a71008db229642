#pragma once

#include "daemon/commands/options.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/landing/quarantine.hpp"

#include <string>
#include <vector>

namespace ketensync::commands {

/// Tries again, or drops, what was set aside, by the service: what is dropped is dropped between two batches, what is tried
/// again is handed in, to be digested behind what was before it. Gives how many; `why`, in the words of a person, stands in
/// the audit log with who asked.
Result<std::size_t> change_set_aside(Service const & service, QuarantineAction action,
    std::vector<landing::Quarantine::Selection> const & selections, std::string const & why);

/// Waits until what was handed in is digested.
Result<void> wait_digested(Service const & service);

}
