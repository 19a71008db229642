#pragma once

#include "daemon/reconcile/candidates.hpp"
#include "daemon/reconcile/model.hpp"

namespace ketensync::reconcile {

/// What learning has to go by.
struct Evidence {
    Patterns const & met; ///< of the pairs that share a key
    Patterns const & arbitrary; ///< of pairs drawn at random
    double pairs = 0; ///< how many there could be
    double records = 0;
};

/// Learns a model from patterns alone, without labels, by expectation and maximisation. What arbitrary people have in
/// common is known from arbitrary pairs, in absolute numbers; what remains among the pairs that met is of one person or
/// of one household. Deterministic: sums run in the order of the patterns. `households` false: two classes only.
Model train(RecordTable const & table, Form const & form, Evidence const & evidence, bool households = true);

} // namespace ketensync::reconcile
