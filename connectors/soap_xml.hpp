#pragma once

#include "daemon/base/result.hpp"
#include "daemon/settings/service.hpp"

#include <libxml/tree.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ketensync::connectors::soap {

struct FreeDocument {
    void operator()(xmlDoc * document) const { xmlFreeDoc(document); }
};

/// A tree of libxml2, whose nodes live as long as it does. One thread at a time.
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

/// Reads XML that others wrote: a DOCTYPE is refused, nothing is fetched, depth is bounded. bad_page, with the line.
Result<Document> parse(std::string_view bytes, std::size_t depth_max);

/// The local name and the namespace of an element; empty when it has none.
std::string_view name_of(xmlNode const & node);
std::string_view space_of(xmlNode const & node);
/// The value of an attribute; empty when it is not there. An empty `space`: one without a namespace.
std::string attribute_of(xmlNode const & node, std::string_view space, std::string_view name);

xmlNode * first_element(xmlNode const & parent);
xmlNode * next_element(xmlNode const & node);
/// The first child element of that namespace and name, or null.
xmlNode * child(xmlNode const & parent, std::string_view space, std::string_view name);

/// Calls `use` with each element that the path leads to from `from`, in order, until it says true; then true.
bool visit(xmlNode const & from, settings::ElementPath const & path, std::function<bool(xmlNode &)> const & use);
/// The first of them, or null.
xmlNode * find(xmlNode const & from, settings::ElementPath const & path);

/// The text in an element, without the space around it.
std::string text_of(xmlNode const & node);
/// An element as XML, with the namespaces it needs.
std::string dump(xmlNode & node);

/// `text` as it may stand in an element or an attribute.
std::string escaped(std::string_view text);

} // namespace ketensync::connectors::soap
