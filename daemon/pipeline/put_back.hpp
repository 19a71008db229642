#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace ketensync::pipeline {

/// Puts a copy of the state in the place of the state: checked before anything of the old one is given up, and sealed
/// with the key that seals now. Not beside a running service. The warehouse may know more than the copy: nothing is
/// delivered to it any more until it was filled anew.
Result<void> restore(Plan const & plan, std::filesystem::path const & copy, Clock const & clock);

/// Seals all of the state with the key that seals now. Not beside a running service. `who` asks for it: empty for the
/// account of this process, here and below.
Result<void> reseal(Plan const & plan, Clock const & clock, std::string_view who = {});

/// Puts every golden record in the outbox, in the place of what waits, for a warehouse that holds nothing; failure::usage
/// for another one. Gives how many. The warehouse's history begins anew, that of the state goes on.
Result<std::uint64_t> refill(std::shared_ptr<Plan const> plan, Clock const & clock, std::string_view who = {});

/// Failure::configuration when the warehouse was filled by another state, or by this one before it was put back.
Result<void> check_warehouse(store::Database & state, std::int64_t delivered);

/// Tells the warehouse who all persons are, where it lacks some; `alive` is called in between.
Result<void> give_persons(
    store::Database & state, warehouse::Warehouse & warehouse, std::function<void()> const & alive);

extern std::string_view const put_back_tables;

}
