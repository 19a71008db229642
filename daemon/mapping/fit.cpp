#include "daemon/mapping/fit.hpp"

#include "daemon/formats/shape.hpp"

#include <set>

namespace ketensync::mapping {

namespace {

/// Documents are alike: more of them say no more.
constexpr std::size_t tried_max = 500;

/// Each once, however many lines read it; what is read of a whole document is no field.
std::set<std::string> paths_of(Mapper const & mapper)
{
    std::set<std::string> paths;
    for (auto const & names : mapper.reads()) {
        paths.insert(formats::Shape::path_text(names));
    }
    paths.erase("");
    return paths;
}

} // namespace

double Fit::score() const
{
    if (paths == 0 || tried == 0 || records == 0) {
        return 0;
    }
    auto const share = [](std::size_t part, std::size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); };
    return share(present, paths) * share(sound, tried);
}

bool may_be(formats::Layout const & layout, std::string_view page)
{
    if (page.starts_with("\xef\xbb\xbf")) {
        page.remove_prefix(3);
    }
    auto const begin = page.find_first_not_of(" \t\r\n");
    auto const first = begin == std::string_view::npos ? '\0' : page[begin];
    bool const json = first == '{' || first == '[';
    bool const xml = first == '<';
    bool const xlsx = page.starts_with("PK\x03\x04");
    switch (layout.format) {
    case formats::Format::json: return json;
    case formats::Format::xml: return xml;
    case formats::Format::xlsx: return xlsx;
    case formats::Format::csv:
    case formats::Format::fixed_width: return !json && !xml && !xlsx;
    }
    return false;
}

Fit fit(Mapper const & mapper, std::string_view page, formats::Limits const & limits, Told const & told)
{
    Fit fit;
    auto const paths = paths_of(mapper);
    fit.paths = paths.size();
    formats::Parser parser(mapper.layout(), limits);
    formats::Tree tree;
    formats::Shape shape;
    shape.begin();
    record::MappedDocument mapped;
    std::string context;
    formats::Sink sink;
    sink.context = [&context](std::string_view text) { context = text; };
    sink.document = [&](std::string_view document) -> Result<void> {
        if (++fit.documents > tried_max) {
            return {};
        }
        ++fit.tried;
        if (auto const parsed = parser.parse(context, document, tree); !parsed) {
            fit.reason = fit.reason.empty() ? parsed.error().what : fit.reason;
            return {};
        }
        shape.take(tree);
        mapper.map(tree, told, mapped);
        auto const key = mapper.key(tree, told);
        fit.records += mapped.records.size();
        if (key && mapped.rejects.empty()) {
            ++fit.sound;
        } else if (fit.reason.empty()) {
            fit.reason = key ? mapped.rejects.front().reason + ": " + mapped.rejects.front().detail : key.error().what;
        }
        return {};
    };
    if (auto const cut = formats::split(page, mapper.layout(), limits, sink); !cut) {
        Fit none;
        none.paths = fit.paths;
        none.reason = cut.error().what;
        return none;
    }
    shape.settle();
    for (auto const & field : shape.fields()) {
        fit.present += field.share > 0 && paths.contains(field.path) ? 1U : 0U;
    }
    return fit;
}

} // namespace ketensync::mapping
