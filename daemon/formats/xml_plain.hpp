#pragma once

#include "daemon/base/result.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/formats/tree.hpp"

#include <string_view>

namespace ketensync::formats::xml {

/// Reads an element in UTF-8 that is written plainly (no attributes, entities, comments or mixed text) into the tree,
/// which holds views of it; most elements of most deliveries are, and expat needs several times as long for a small one.
/// False when it is not plain, or not sound: then `tree` is of no use, and the reader has to look. What it takes, the
/// reader would take, and make the same of it.
bool read_plain(std::string_view element, Limits const & limits, Tree const * context, Tree & tree);

/// Receives the elements of a page: `start` is the first byte of the opening tag, `end` the one behind the closing tag.
class PlainEvents {
public:
    virtual ~PlainEvents() = default;
    virtual Result<void> plain_opened(std::string_view name, std::size_t start) = 0; ///< without prefix
    virtual Result<void> plain_closed(std::size_t end) = 0;
};

/// Whether a whole page in UTF-8 is written plainly, and soundly; its declaration may say no more than that it is.
bool is_plain_page(std::string_view page);
/// Gives the elements of a page that is. A failure of `events` is passed on.
Result<void> follow_plain_page(std::string_view page, PlainEvents & events);

/// Copies what is below `from` to below `parent`, by views.
void copy(Tree const & source, Tree::Id from, Tree & tree, Tree::Id parent, std::string_view name);

} // namespace ketensync::formats::xml
