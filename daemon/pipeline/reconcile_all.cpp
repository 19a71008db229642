#include "daemon/pipeline/reconcile_all.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

namespace ketensync::pipeline {

Result<std::vector<Difference>> reconcile_all(Bench & bench, Clock const & clock, bool dry_run, std::string_view who)
{
    auto & digest = bench.digest;
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(bench.state));
    // A trial is never committed: it is taken back at the end of this call, and memory is let go of with it.
    bench.spoiled = true;
    KETENSYNC_TRY_ASSIGN(auto whole, store::Transaction::begin(bench.state));
    KETENSYNC_TRY_ASSIGN(auto differences, Differences::begin(bench.plan->schema, store));
    digest.on_change = [&differences](record::Change const & change) { differences.add(change); };
    auto const reconciled = digest.reconcile();
    digest.on_change = nullptr;
    KETENSYNC_TRY(reconciled);
    auto found = differences.all();
    if (!dry_run) {
        KETENSYNC_TRY(Audit::append(bench.state, clock.now(), "reconcile",
            fmt::format("{} kinds of records differ", found ? found->size() : 0), who));
        KETENSYNC_TRY(whole.commit());
        bench.spoiled = false;
        KETENSYNC_TRY(digest.put_away());
    }
    return found;
}

Result<reconcile::Learned> learn(Bench & bench, std::filesystem::path const & file) { return bench.digest.learn(file); }

}
