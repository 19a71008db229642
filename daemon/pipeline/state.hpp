#pragma once

#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/claim.hpp"
#include "daemon/warehouse/layout.hpp"

#include <map>
#include <string>
#include <string_view>

namespace ketensync::pipeline {

/// The state folder, made when it is not there, for nobody else to read.
Result<std::filesystem::path> make_state_folder(std::filesystem::path const & folder);

/// What [seal] says the state is sealed with; nothing when it says that it lies open. Failure::configuration when the
/// credential of a key is not there, or holds no key.
Result<std::shared_ptr<store::Seal const>> read_seal(settings::Config const & config);

/// The state file with its tables as this version knows them. One that lay open is sealed first, if [seal] names a key:
/// for who holds the lock on the state folder.
Result<store::Database> open_state(settings::Config const & config, std::uint64_t cache_bytes);
/// Brings the tables of a state up to date.
Result<void> migrate_state(store::Database & state);
/// One in memory that nobody keeps.
Result<store::Database> open_state_in_memory(std::uint64_t cache_bytes);
/// The state file, to look at while the service may be working in it.
Result<store::Database> open_state_to_look(settings::Config const & config);

/// The numbers under which the state knows sources and feeds; those new in the plan are added. A number is never given
/// to another source or feed.
struct Numbers {
    std::map<std::string, record::SourceId, std::less<>> sources;
    std::map<std::string, record::FeedId, std::less<>> feeds; ///< by "source/feed"
    record::SourceId source(std::string_view name) const;
};
/// As the state has them: nothing is added.
Result<Numbers> known_sources(store::Database & state);
/// The feed whose documents a feed lists; 0 when it does not.
record::FeedId swept_by(PlannedFeed const & feed, Numbers const & numbers);
Result<Numbers> register_sources(store::Database & state, Plan const & plan);
/// Those of feeds alone, as they are: nothing is added.
Result<std::map<std::string, record::FeedId, std::less<>>> feed_numbers(store::Database & state);

/// As whom this state delivers.
warehouse::Holder holder_of(settings::Config const & config);

/// The credentials that [warehouse] names.
struct WarehouseKeys {
    std::string password;
    warehouse::Pseudonyms pseudonyms;
};
/// Failure::configuration when one is not there, or holds no key.
Result<WarehouseKeys> read_warehouse_keys(settings::Config const & config, settings::Secrets const & secrets);
/// The same, and when the warehouse was filled with another key. One that does not answer now is not waited for: what comes
/// to it is refused then.
Result<void> check_warehouse_keys(Plan const & plan, settings::Secrets const & secrets, warehouse::Holder & holder);

/// The warehouse that the plan names, with its tables and views up to date. The holder outlives it.
Result<std::unique_ptr<warehouse::Warehouse>> open_warehouse(
    Plan const & plan, settings::Secrets const & secrets, Numbers const & numbers, warehouse::Holder & holder);

/// Refuses a schema under which records already stored would be misread: kinds and fields may only be added at the end.
Result<void> register_schema(store::Database & state, record::Schema const & schema);

}
