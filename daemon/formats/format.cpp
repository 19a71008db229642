#include "daemon/formats/format.hpp"

#include "daemon/formats/csv.hpp"
#include "daemon/formats/fixed_width.hpp"
#include "daemon/formats/json.hpp"
#include "daemon/formats/xlsx.hpp"
#include "daemon/formats/xml.hpp"

#include <fmt/format.h>

namespace ketensync::formats {

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    switch (layout.format) {
    case Format::json:
        return json::split(page, layout, limits, sink);
    case Format::csv:
        return csv::split(page, layout, limits, sink);
    case Format::fixed_width:
        return fixed_width::split(page, layout, limits, sink);
    case Format::xml:
        return xml::split(page, layout, limits, sink);
    case Format::xlsx:
        return xlsx::split(page, layout, limits, sink);
    }
    return fail(Failure::bug, "a layout has no format");
}

struct Parser::Inner {
    std::unique_ptr<DocumentParser> parser;
    std::size_t item_bytes_max = 0;
};

namespace {

std::unique_ptr<DocumentParser> parser_for(Layout const & layout, Limits const & limits)
{
    switch (layout.format) {
    case Format::json:
        return json::parser(limits);
    case Format::csv:
        return csv::parser(layout, limits);
    case Format::fixed_width:
        return fixed_width::parser(layout, limits);
    case Format::xml:
        return xml::parser(limits);
    case Format::xlsx:
        return json::parser(limits);
    }
    return nullptr;
}

} // namespace

Parser::Parser(Layout const & layout, Limits const & limits)
    : m(std::make_unique<Inner>(Inner { parser_for(layout, limits), limits.item_bytes_max }))
{
}

Parser::~Parser() = default;
Parser::Parser(Parser &&) noexcept = default;

Result<void> Parser::parse(std::string_view context, std::string_view document, Tree & tree)
{
    tree.clear();
    if (document.size() > m->item_bytes_max) {
        return fail(Failure::bad_data, fmt::format("the document is larger than {} bytes", m->item_bytes_max));
    }
    return m->parser->parse(context, document, tree);
}

} // namespace ketensync::formats
