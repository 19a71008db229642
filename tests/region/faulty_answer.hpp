#pragma once

#include "tests/region/answer.hpp"
#include "tests/region/fault.hpp"

#include <cstddef>
#include <optional>

namespace ketensync::region {

/// The answer of a fault that does not look at the list at all: 429, 503, a page of HTML …; nothing for the others.
std::optional<Answer> refusal_of(Fault const & fault);

/// The items that a page shows.
struct Window {
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t items = 0; ///< that the list claims to have
};

/// The window of a list that is empty, ends half way, or has moved since the page before.
Window moved_window(Fault const & fault, Window window);

/// A good answer, broken on its way: cut off, dripping, or no JSON any more.
Answer broken(Fault const & fault, Answer answer);

} // namespace ketensync::region
