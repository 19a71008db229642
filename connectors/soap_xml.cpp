#include "connectors/soap_xml.hpp"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <fmt/format.h>

#include <limits>

namespace ketensync::connectors::soap {

namespace {

std::string_view view(xmlChar const * text)
{
    return text == nullptr ? std::string_view() : reinterpret_cast<char const *>(text);
}

std::string taken(xmlChar * text)
{
    std::string result(view(text));
    xmlFree(text);
    return result;
}

std::string trimmed(std::string text)
{
    constexpr auto space = " \t\r\n";
    auto const first = text.find_first_not_of(space);
    if (first == std::string::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

bool is_deeper(xmlNode const & root, std::size_t depth_max)
{
    std::size_t depth = 1;
    auto const * node = &root;
    while (node != nullptr) {
        if (depth > depth_max) {
            return true;
        }
        if (node->children != nullptr) {
            node = node->children;
            ++depth;
            continue;
        }
        while (node != &root && node->next == nullptr) {
            node = node->parent;
            --depth;
        }
        node = node == &root ? nullptr : node->next;
    }
    return false;
}

bool fits(xmlNode const & node, settings::Step const & step)
{
    return name_of(node) == step.name && (step.space.empty() || space_of(node) == step.space);
}

bool visit_from(xmlNode const & from, settings::ElementPath const & path, std::size_t at,
    std::function<bool(xmlNode &)> const & use)
{
    for (auto * node = first_element(from); node != nullptr; node = next_element(*node)) {
        if (!fits(*node, path[at])) {
            continue;
        }
        if (at + 1 == path.size() ? use(*node) : visit_from(*node, path, at + 1, use)) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<Document> parse(std::string_view bytes, std::size_t depth_max)
{
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return fail(Failure::bad_page, "the answer is too large to be a message");
    }
    // Before anything of it is read: entities of its own are how a small message becomes a large one.
    if (bytes.find("<!DOCTYPE") != std::string_view::npos) {
        return fail(Failure::bad_page, "the answer is HTML, or XML with a DOCTYPE, which is refused");
    }
    xmlResetLastError();
    Document document(xmlReadMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!document) {
        auto const * const error = xmlGetLastError();
        return fail(Failure::bad_page,
            fmt::format("the answer is not sound XML (line {})", error == nullptr ? 0 : error->line));
    }
    auto const * const root = xmlDocGetRootElement(document.get());
    if (xmlGetIntSubset(document.get()) != nullptr || root == nullptr) {
        return fail(Failure::bad_page, "the answer holds a DOCTYPE, which is refused");
    }
    if (is_deeper(*root, depth_max)) {
        return fail(Failure::bad_page, "the answer is nested too deep");
    }
    return document;
}

std::string_view name_of(xmlNode const & node)
{
    return view(node.name);
}

std::string_view space_of(xmlNode const & node)
{
    return node.ns == nullptr ? std::string_view() : view(node.ns->href);
}

std::string attribute_of(xmlNode const & node, std::string_view space, std::string_view name)
{
    auto const wanted = std::string(name);
    auto const address = std::string(space);
    auto const * const text = reinterpret_cast<xmlChar const *>(wanted.c_str());
    // An attribute without a namespace is asked for by another function than one with.
    return taken(space.empty() ? xmlGetNoNsProp(&node, text)
                               : xmlGetNsProp(&node, text, reinterpret_cast<xmlChar const *>(address.c_str())));
}

xmlNode * first_element(xmlNode const & parent)
{
    auto * node = parent.children;
    while (node != nullptr && node->type != XML_ELEMENT_NODE) {
        node = node->next;
    }
    return node;
}

xmlNode * next_element(xmlNode const & node)
{
    auto * next = node.next;
    while (next != nullptr && next->type != XML_ELEMENT_NODE) {
        next = next->next;
    }
    return next;
}

xmlNode * child(xmlNode const & parent, std::string_view space, std::string_view name)
{
    return find(parent, { { std::string(space), std::string(name) } });
}

bool visit(xmlNode const & from, settings::ElementPath const & path, std::function<bool(xmlNode &)> const & use)
{
    return !path.empty() && visit_from(from, path, 0, use);
}

xmlNode * find(xmlNode const & from, settings::ElementPath const & path)
{
    xmlNode * found = nullptr;
    visit(from, path, [&found](xmlNode & node) {
        found = &node;
        return true;
    });
    return found;
}

std::string text_of(xmlNode const & node)
{
    return trimmed(taken(xmlNodeGetContent(&node)));
}

std::string dump(xmlNode & node)
{
    // A copy takes along the namespaces that were declared above it.
    std::unique_ptr<xmlNode, decltype(&xmlFreeNode)> copy(xmlDocCopyNode(&node, node.doc, 1), xmlFreeNode);
    std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer(xmlBufferCreate(), xmlBufferFree);
    if (!copy || !buffer) {
        return {};
    }
    xmlReconciliateNs(node.doc, copy.get());
    xmlNodeDump(buffer.get(), node.doc, copy.get(), 0, 0);
    return std::string(view(xmlBufferContent(buffer.get())));
}

std::string escaped(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (char const c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

} // namespace ketensync::connectors::soap
