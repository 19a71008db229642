#include "daemon/warehouse/claim.hpp"

#include <fmt/format.h>

namespace ketensync::warehouse {

Result<std::int64_t> claim(Standing const & standing, Holder const & holder)
{
    bool const ours = standing.holder == holder.name;
    if (ours && holder.epoch == standing.epoch && holder.epoch != 0) {
        return standing.epoch;
    }
    // What we knew of is past: another of our name came after us, as this process can no longer be the one that has the
    // state. It never gets the turn back.
    if (ours && holder.epoch != 0) {
        return fail(Failure::busy,
            fmt::format("this process was fenced off from the warehouse: {} delivers under epoch {}, we had {}",
                standing.holder, standing.epoch, holder.epoch));
    }
    if (!ours && standing.leased) {
        return fail(Failure::busy,
            fmt::format("standing by: {} delivers to the warehouse (epoch {}{})", standing.holder, standing.epoch,
                holder.epoch == 0 ? "" : fmt::format(", we had {}", holder.epoch)));
    }
    return standing.epoch + 1;
}

Result<void> check_next(record::Batch const & batch, Standing const & standing)
{
    if (batch.number == standing.number + 1) {
        return {};
    }
    return fail(Failure::configuration,
        fmt::format("the warehouse has the batches up to {} and the next that waits is {}: what was between is delivered and "
                    "no more there; the warehouse was set back or is another one",
            standing.number, batch.number));
}

std::string content_of(record::Batch const & batch)
{
    std::string bytes;
    for (auto const & change : batch.changes) {
        record::encode(change, bytes);
    }
    auto const print = record::fingerprint(std::string_view(bytes));
    return fmt::format("{:016x}{:016x}", print.high, print.low);
}

Result<void> check_known(record::Batch const & batch, std::string const & kept)
{
    if (kept.empty() || kept == content_of(batch)) {
        return {};
    }
    return fail(Failure::configuration,
        fmt::format("the warehouse has a batch {} that says something else: it belongs to another state, or this state was "
                    "set back or copied; give this state a warehouse of its own, or the warehouse its own state",
            batch.number));
}

}
