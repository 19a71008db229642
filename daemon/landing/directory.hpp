#pragma once

#include "daemon/record/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::landing {

/// Where one version of one document lies: its page, and its place in the page. 0 is no version. Grows with time.
using Version = std::uint64_t;

constexpr std::size_t documents_of_page_max = 65'535;

constexpr Version version(std::int64_t page, std::size_t index) { return static_cast<Version>(page) << 16 | index; }
constexpr std::int64_t page_of(Version version) { return static_cast<std::int64_t>(version >> 16); }
constexpr std::size_t index_of(Version version) { return version & 0xffff; }

/// What a landed page says of one document: which it is, what it holds, and the version before it.
struct Entry {
    record::Fingerprint key;
    record::Fingerprint content;
    Version previous = 0;
    std::uint32_t length = 0; ///< of its bytes in the page's body
    bool gone = false;        ///< the source has it no more; there are no bytes
};

/// The directory of a page in the bytes in which the store keeps it.
std::string encode(std::vector<Entry> const & entries);
/// Nothing when the bytes are not a directory.
std::optional<std::vector<Entry>> decode_directory(std::string_view bytes);

/// The records that each document of a page tells: a list per document, empty when it was superseded.
using Tellings = std::vector<std::vector<record::RecordId>>;
std::string encode(Tellings const & tellings);
std::optional<Tellings> decode_tellings(std::string_view bytes);

}
