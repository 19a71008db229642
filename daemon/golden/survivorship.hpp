#pragma once

#include "daemon/golden/ledger.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/record/values.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace ketensync::golden {

/// One record of a golden record, as far as choosing among values goes.
struct Contribution {
    record::RecordId record = 0;
    record::SourceId source = 0;
    std::int64_t order = 0; ///< of its telling
    record::Values const * values = nullptr;
    IdentityRest identity {}; ///< stands for the record wherever and whenever it arrives
};

/// How much each source is believed for each field: lower is better, the same number means no preference.
/// [kind][field][source]; a missing source counts as 255.
using Ranks = std::vector<std::vector<std::vector<std::uint8_t>>>;

/// For each field, which contribution's value is taken (by index), or -1 where no record has one. The best ranked
/// source wins; among equals the one that says more (a full date over a year), then the latest told, then the lowest
/// identity: so the order in which records arrived does not matter. Pure; `chosen` is overwritten.
void choose(record::KindId kind, record::Kind const & described, Ranks const & ranks,
    std::span<Contribution const> contributions, std::vector<int> & chosen);

}
