#pragma once

#include "daemon/base/result.hpp"
#include "daemon/record/change.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace ketensync::warehouse {

/// Who delivers. A warehouse takes batches of one holder at a time: whoever delivered last keeps the turn for `lease`
/// after each batch, and each time the turn goes to another the warehouse's epoch goes up by one. Who comes back with an
/// epoch that is past writes nothing. Lives as long as the process, and outlives the warehouses that it is given to.
struct Holder {
    std::string name; ///< of the machine and the state folder: one process at a time has it
    std::chrono::milliseconds lease { 60'000 };
    std::int64_t epoch = 0; ///< under which the warehouse took a batch last; 0: none yet
};

/// What the warehouse says of itself.
struct Standing {
    std::int64_t number = 0; ///< of the last batch
    std::int64_t epoch = 0;
    std::string holder;      ///< empty: nobody yet
    bool leased = false;     ///< its holder still has the turn
};

/// The epoch to deliver under, or Failure::busy when another has the turn. Pure.
Result<std::int64_t> claim(Standing const & standing, Holder const & holder);

/// A batch that is to come after what the warehouse has: Failure::configuration when there was one between them, which
/// the warehouse took once and has no more.
Result<void> check_next(record::Batch const & batch, Standing const & standing);
/// 32 hexadecimal digits that stand for what a batch says: the warehouse keeps them, so that a batch whose number it has
/// is known to be the same batch, and not that of a copied or set back state.
std::string content_of(record::Batch const & batch);
/// A batch whose number the warehouse has, with what was kept of it (nothing of those before this was kept): the same,
/// or Failure::configuration.
Result<void> check_known(record::Batch const & batch, std::string const & kept);

}
