#pragma once

#include "connectors/rest_place.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// Where the reading of a feed is: what the store keeps between two pages, and behind the last one.
struct RestCursor {
    bool under_way = false; ///< false: the next page is the first one of a reading
    Place place;
    std::string parent; ///< the key of the one whose children are read
    std::string job; ///< the report that is read
    std::string since; ///< what this reading asks with
    std::string newest; ///< moment or token from which the next reading asks
    std::string etag; ///< of the one answer that is the whole feed
    std::string last_modified;
};

/// As text, at most 4 KiB; bad_page when what the source gave is longer.
Result<std::string> to_text(RestCursor const & cursor);
/// Nothing when it is no cursor of this kind. The empty text is the beginning.
std::optional<RestCursor> rest_cursor(std::string_view text);

} // namespace ketensync::connectors
