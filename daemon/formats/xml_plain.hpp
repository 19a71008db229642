#pragma once

#include "daemon/formats/format.hpp"
#include "daemon/formats/tree.hpp"

#include <string_view>

namespace ketensync::formats::xml {

/// Reads an element in UTF-8 that is written plainly (no attributes, entities, comments or mixed text) into the tree,
/// which holds views of it; most elements of most deliveries are, and expat needs several times as long for a small one.
/// False when it is not plain, or not sound: then `tree` is of no use, and the reader has to look. What it takes, the
/// reader would take, and make the same of it.
bool read_plain(std::string_view element, Limits const & limits, Tree const * context, Tree & tree);

/// Copies what is below `from` to below `parent`, by views.
void copy(Tree const & source, Tree::Id from, Tree & tree, Tree::Id parent, std::string_view name);

} // namespace ketensync::formats::xml
