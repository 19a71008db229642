#include "daemon/pipeline/reconcile_all.hpp"

#include "daemon/pipeline/workbench.hpp"

namespace ketensync::pipeline {

Result<std::vector<Difference>> reconcile_all(std::shared_ptr<Plan const> plan, Clock const & clock, bool dry_run)
{
    auto const schema = plan->schema;
    auto const purpose = dry_run ? Workbench::Purpose::trial : Workbench::Purpose::work;
    KETENSYNC_TRY_ASSIGN(auto const bench, Workbench::open(std::move(plan), clock, purpose));
    auto & digest = bench->digest();
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(bench->state()));
    KETENSYNC_TRY_ASSIGN(auto differences, Differences::begin(schema, store));
    digest.on_change = [&differences](record::Change const & change) { differences.add(change); };
    KETENSYNC_TRY(digest.reconcile());
    if (!dry_run) {
        KETENSYNC_TRY(digest.put_away());
    }
    return differences.all();
}

Result<reconcile::Learned> learn(
    std::shared_ptr<Plan const> plan, Clock const & clock, std::filesystem::path const & file)
{
    KETENSYNC_TRY_ASSIGN(auto const bench, Workbench::open(std::move(plan), clock, Workbench::Purpose::trial));
    return bench->digest().learn(file);
}

}
