#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ketensync {

/// Room for `size` items, a quarter more at a time: at a million records twice the room is too much to waste.
template <typename T, typename Memory>
void make_room(std::vector<T, Memory> & items, std::size_t size)
{
    if (size > items.capacity()) {
        items.reserve(std::max(size, items.capacity() + items.capacity() / 4));
    }
}

} // namespace ketensync
