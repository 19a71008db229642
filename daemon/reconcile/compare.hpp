#pragma once

#include "daemon/reconcile/aspects.hpp"
#include "daemon/reconcile/features.hpp"

#include <array>

namespace ketensync::reconcile {

/// How two records agree on every aspect, and on which names, for how seldom those are.
struct Agreement {
    std::array<Level, aspect_count> levels {};
    NameId surname = 0; ///< the one both have, at exact and part
    NameId given = 0; ///< the one both have, at exact

    Level operator[](Aspect aspect) const { return levels[at(aspect)]; }
};

/// Symmetric, and a function of the two alone. Names are close from a Jaro-Winkler likeness of 0.92, or one edit apart.
Agreement compare(Features const & a, Features const & b, Names const & names);

Level compare_births(Birth const & a, Birth const & b);

} // namespace ketensync::reconcile
