#pragma once

#include "daemon/base/result.hpp"
#include "daemon/formats/tree.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// Bounds on what one document may be. From configuration; a page's own size is bounded where it is read.
struct Limits {
    std::size_t item_bytes_max = 1'048'576;
    std::size_t depth_max = 64;
    std::size_t nodes_max = 10'000; ///< values in one document
    std::size_t items_max = 10'000'000; ///< documents in one page
    std::size_t unpacked_bytes_max = 2ULL << 30; ///< of a page that is an archive; read piece by piece
    std::size_t shared_bytes_max = 64U << 20; ///< of what all documents of a page refer to, and of a page in UTF-16:
                                              ///< it is held in memory
};

enum class Format { json, csv, fixed_width, xml, xlsx };
/// How bytes are characters. Of csv and fixed_width, a byte order mark at the start of a page is believed over this.
enum class Encoding {
    utf8,
    cp1252,
    iso_8859_1,
    utf16, ///< with a byte order mark
    detect, ///< UTF-8, or Windows-1252 where that is beyond doubt; refused otherwise
};

/// How the documents lie in a page: what the [document] section of a mapping says.
struct Layout {
    Format format = Format::json;
    Encoding encoding = Encoding::utf8; ///< of csv and fixed_width; XML declares its own; JSON is UTF-8

    /// json: dotted path of the list of documents in the page, names with a dot in them between backquotes; empty when
    /// the page itself is the list.
    /// xml: slash-separated element path from the root to the repeated element; "a/b | a/c" where documents lie in more
    /// than one place. None of the places lies in another.
    std::string items;
    /// xml: element path of one element outside the items whose values every item needs (a delivery header); empty for
    /// none. Its members are found under the name "context" of each item's tree.
    std::string context;

    char separator = ';'; ///< csv
    bool header = true; ///< csv, xlsx: a row names the columns
    std::vector<std::string> columns; ///< csv, xlsx without header: names in order

    std::string sheet; ///< xlsx: its name; empty for the first one that is not hidden
    std::size_t header_row = 1; ///< xlsx: the row that names the columns; documents begin below it
    std::vector<std::string> dates; ///< xlsx: columns whose plain numbers are dates, counted in days

    struct Column {
        std::string name;
        std::size_t start = 0; ///< first position, from 1, in characters of the file's encoding
        std::size_t length = 0;
    };
    std::vector<Column> positions; ///< fixed_width: values are trimmed of spaces on both sides
};

/// What a page was cut into: the context its documents share, and each document's bytes exactly as received.
/// The views are valid during the call only.
struct Sink {
    std::function<void(std::string_view context)> context; ///< at most once, before the first document
    std::function<Result<void>(std::string_view document)> document;
};

/// Cuts a page into documents without copying, and checks the page as a whole: a cut, mistyped or malformed page is
/// Failure::bad_page (though documents before the fault may have been handed over already); a failure of the sink is
/// passed on. JSON and XML need their whole text; a UTF-8 byte order mark is skipped. For json, each slice is the exact
/// text of one list element, of which only strings and brackets were checked: a fault inside it is found by Parser, so
/// that its neighbours go on. For csv the context is the header row (or the joined names), a slice is one row without
/// its line end (quoted newlines included); empty rows are skipped. For csv and fixed_width whose documents are UTF-8
/// though the layout says otherwise, the context begins with a UTF-8 byte order mark. For xml the context is the exact text of the
/// context element, with an XML declaration before it when the page is not UTF-8. A page is never modified and needs no
/// padding.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

/// One document as a tree, from its context and its bytes. Faults (duplicate keys, depth, invalid UTF-8, NUL, a
/// DOCTYPE, a row with too many or too few columns, a line shorter than its last position) are Failure::bad_data with a
/// sentence that names the fault and never the value. `tree` is cleared first. Used by one thread; outlives the tree's
/// values.
class Parser {
public:
    Parser(Layout const & layout, Limits const & limits);
    ~Parser();
    Parser(Parser &&) noexcept;

    Result<void> parse(std::string_view context, std::string_view document, Tree & tree);

private:
    struct Inner;
    std::unique_ptr<Inner> m;
};

/// The value at a dotted path of a JSON text: its scalar text, or nothing when absent or null. bad_page when the text
/// is not JSON or the value is a list or an object. Reads up to the value only, and over long lists at the speed of
/// `split`.
Result<std::optional<std::string>> json_scalar(std::string_view json, std::string_view path);

/// True and the text as UTF-8, or false when bytes do not exist in that encoding (or are not valid UTF-8).
bool to_utf8(std::string_view bytes, Encoding encoding, std::string & text);
bool valid_utf8(std::string_view bytes);

} // namespace ketensync::formats
