#include "daemon/commands/set_aside.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

namespace ketensync::commands {

using landing::Quarantine;

Result<std::size_t> change_set_aside(Service const & service, QuarantineAction action,
    std::vector<Quarantine::Selection> const & selections, std::string const & why)
{
    std::size_t count = 0;
    for (auto const & selection : selections) {
        if (action == QuarantineAction::retry) {
            KETENSYNC_TRY_ASSIGN(auto const tried, service.daemon.retry(selection, {}, service.who, why));
            count += tried;
            continue;
        }
        auto const done = service.daemon.at_bench([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto quarantine, Quarantine::open(bench.state));
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(bench.state));
            KETENSYNC_TRY_ASSIGN(auto const dropped, quarantine.drop(selection));
            KETENSYNC_TRY(pipeline::Audit::append(bench.state, service.daemon.clock().now(), "quarantine-drop",
                fmt::format("{} documents{}{}", dropped, why.empty() ? "" : ": ", why), service.who));
            count += static_cast<std::size_t>(dropped);
            return transaction.commit();
        });
        KETENSYNC_TRY(done);
    }
    return count;
}

// Behind what was handed in comes this: when it is done, so is that.
Result<void> wait_digested(Service const & service)
{
    return service.daemon.at_bench([](pipeline::Bench &) { return Result<void>(); });
}

}
