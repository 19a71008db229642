#pragma once

#include "tests/region/item_list.hpp"
#include "tests/region/ooapi.hpp"

#include <map>
#include <string>

namespace ketensync::region {

/// What a provider publishes, as OOAPI v6 shapes it: deelnames below the person, offerings below the programme.
struct ProviderPages6 {
    ItemList persons;
    ItemList programmes;
    std::map<std::string, ItemList, std::less<>> offerings; ///< by programmeId
    std::map<std::string, ItemList, std::less<>> associations; ///< by personId
};

/// The same people, offerings and deelnames as in v5, with the same identifiers.
ProviderPages6 in_version_6(ProviderPages const & pages);

} // namespace ketensync::region
