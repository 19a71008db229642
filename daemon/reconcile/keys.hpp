#pragma once

#include "daemon/reconcile/features.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace ketensync::reconcile {

/// The keys under which a record is found, ascending, each once; `out` is overwritten. A rule one of whose parts the
/// record does not tell gives no key; a rule on surnames gives one for each the record may be known by, so that a
/// married name meets a birth name.
void make_keys(
    Features const & features, std::span<KeyRule const> rules, Names const & names, std::vector<std::uint64_t> & out);

} // namespace ketensync::reconcile
