#pragma once

#include "daemon/base/result.hpp"
#include "daemon/http/client.hpp"
#include "daemon/settings/rest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// Which page of a list: the first, or the one that the page before it leads to.
struct Place {
    std::uint64_t number = 0; ///< by page_number: its number; by offset: how many documents lie before it
    std::string next; ///< what the page before it gave: a cursor, or a target
    std::uint64_t seen = 0; ///< documents in the list before it, as far as they were counted
    bool first = true;
};

/// What a page says of itself and of the one behind it.
struct Envelope {
    std::optional<Place> next; ///< nothing behind the last page
    std::optional<std::uint64_t> total; ///< documents in the list, where the source says so
};

/// The first page of a list.
Place first_place(settings::Paging const & paging);

/// Reads the envelope of the page at `place`, which was asked for as `target` and holds `count` documents, where they
/// were counted. Never gives the same place again, and never ends a list that says there is more, but for a page
/// without documents where that is how the source ends. bad_page: no word of another page where there must be one, a
/// total that is no number or that was not reached, a link to another origin. Pure.
Result<Envelope> read_envelope(settings::Paging const & paging, http::Address const & source, Place const & place,
    std::string const & target, http::Response const & response, std::string_view body,
    std::optional<std::uint64_t> count);

/// The target of rel="next" in the header Link (RFC 8288), as written; nothing when there is none.
std::optional<std::string> next_in_header(std::string_view link);

} // namespace ketensync::connectors
