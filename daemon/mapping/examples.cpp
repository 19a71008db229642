#include "daemon/mapping/mapper.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::mapping {

namespace {

using nlohmann::json;
using record::MappedDocument;

std::string content(std::filesystem::path const & path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

std::string_view to_text(MappedDocument::Outcome outcome)
{
    switch (outcome) {
    case MappedDocument::Outcome::mapped:
        return "mapped";
    case MappedDocument::Outcome::filtered:
        return "filtered";
    case MappedDocument::Outcome::rejected:
        return "rejected";
    }
    return "?";
}

/// What became of a page, in the shape of an .out.json.
class Page {
public:
    Page(Mapper const & mapper, record::Schema const & schema, Told told)
        : m_mapper(mapper)
        , m_schema(schema)
        , m_told(told)
    {
    }

    Result<json> of(std::string const & page)
    {
        auto const & layout = m_mapper.layout();
        formats::Parser parser(layout, {});
        formats::Tree tree;
        std::string context;
        auto documents = json::array();
        formats::Sink sink;
        sink.context = [&](std::string_view text) { context = text; };
        sink.document = [&](std::string_view document) -> Result<void> {
            auto const parsed = parser.parse(context, document, tree);
            documents.push_back(parsed
                    ? of(tree)
                    : json { { "outcome", "rejected" }, { "rejects", { { { "reason", "document-unsound" } } } } });
            return {};
        };
        KETENSYNC_TRY(formats::split(page, layout, {}, sink));
        return documents;
    }

private:
    json of(formats::Tree const & tree)
    {
        MappedDocument mapped;
        m_mapper.map(tree, m_told, mapped);
        json told { { "outcome", to_text(mapped.outcome) } };
        if (auto const key = m_mapper.key(tree, m_told)) {
            told["key"] = *key;
        }
        for (auto const & record : mapped.records) {
            told["records"].push_back(of(record));
        }
        for (auto const & reject : mapped.rejects) {
            told["rejects"].push_back(
                { { "reason", reject.reason }, { "where", reject.where }, { "detail", reject.detail } });
        }
        return told;
    }

    json of(record::Record const & record) const
    {
        auto const & kind = m_schema.kinds[record.kind];
        json told { { "kind", kind.name }, { "key", record.key }, { "order", record.order },
            { "values", json::object() } };
        for (std::size_t i = 0; i < kind.fields.size(); ++i) {
            auto const value = record.values[static_cast<record::FieldId>(i)];
            if (!value.empty()) {
                told["values"][kind.fields[i].name] = std::string(value);
            }
        }
        return told;
    }

    Mapper const & m_mapper;
    record::Schema const & m_schema;
    Told m_told;
};

std::string in_words(json const & value)
{
    return value.is_null() ? "nothing" : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Compares what an example expects with what came. Of an object that is not complete, only what is written down
/// counts; of the values of a record, everything.
class Comparison {
public:
    Comparison(std::string file, settings::Faults & faults)
        : m_file(std::move(file))
        , m_faults(faults)
    {
    }

    void documents(json const & expected, json const & found)
    {
        lists(expected, found, "document", "", [&](json const & left, json const & right, std::string const & at) {
            keys(left, right, { "key", "outcome" }, at);
            lists(left.value("records", json::array()), right.value("records", json::array()), "record", at,
                [&](json const & wanted, json const & made, std::string const & where) {
                    record(wanted, made, where);
                });
            lists(left.value("rejects", json::array()), right.value("rejects", json::array()), "reject", at,
                [&](json const & wanted, json const & made, std::string const & where) {
                    keys(wanted, made, { "reason", "where", "detail" }, where);
                });
            known(left, { "key", "outcome", "records", "rejects" }, at);
        });
    }

    void known(json const & object, std::initializer_list<std::string_view> names, std::string const & at)
    {
        for (auto const & [name, value] : object.items()) {
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                fault(at, fmt::format("'{}' means nothing here", name));
            }
        }
    }

    void fault(std::string const & at, std::string const & what)
    {
        m_faults.push_back(fmt::format("{}:1:1: {}{}{}", m_file, at, at.empty() ? "" : ": ", what));
    }

private:
    template <typename Compare>
    void lists(json const & expected, json const & found, std::string_view name, std::string const & above,
        Compare const & compare)
    {
        for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
            auto const at = fmt::format("{}{}{} {}", above, above.empty() ? "" : ", ", name, i + 1);
            if (i >= expected.size()) {
                fault(at, fmt::format("this was not expected: {}", in_words(found[i])));
            } else if (i >= found.size()) {
                fault(at, fmt::format("this is missing: {}", in_words(expected[i])));
            } else if (!expected[i].is_object()) {
                fault(at, "this must be an object");
            } else {
                compare(expected[i], found[i], at);
            }
        }
    }

    void keys(
        json const & expected, json const & found, std::initializer_list<char const *> names, std::string const & at)
    {
        for (auto const * name : names) {
            auto const wanted = expected.find(name);
            auto const made = found.value(name, json());
            if (wanted != expected.end() && *wanted != made) {
                fault(at, fmt::format("'{}' is {}, expected {}", name, in_words(made), in_words(*wanted)));
            }
        }
    }

    void record(json const & wanted, json const & made, std::string const & at)
    {
        known(wanted, { "kind", "key", "order", "values" }, at);
        keys(wanted, made, { "kind", "key", "order" }, at);
        auto const expected = wanted.value("values", json::object());
        auto all = made.value("values", json::object());
        all.update(expected);
        for (auto const & [name, value] : all.items()) {
            auto const left = expected.value(name, json());
            auto const right = made["values"].value(name, json());
            if (left != right) {
                fault(at, fmt::format("'{}' is {}, expected {}", name, in_words(right), in_words(left)));
            }
        }
    }

    std::string m_file;
    settings::Faults & m_faults;
};

void run_example(
    std::filesystem::path const & in, Mapper const & mapper, record::Schema const & schema, settings::Faults & faults)
{
    auto const name = in.filename().string();
    auto const out = in.parent_path() / (name.substr(0, name.find(".in.")) + ".out.json");
    Comparison comparison(out.string(), faults);
    auto const expected = json::parse(content(out), nullptr, false);
    if (!expected.is_object() || !expected.value("documents", json()).is_array()) {
        comparison.fault("", R"(this is not JSON of the shape {"source": "…", "period": "…", "documents": […]})");
        return;
    }
    comparison.known(expected, { "source", "period", "documents" }, "");
    auto const text = [&](char const * key, char const * fallback) {
        auto const found = expected.find(key);
        return found != expected.end() && found->is_string() ? found->get<std::string>() : std::string(fallback);
    };
    auto const source = text("source", "voorbeeld");
    auto const period = text("period", "");
    auto const found = Page(mapper, schema, { source, period }).of(content(in));
    if (!found) {
        comparison.fault("", fmt::format("the page is refused: {}", found.error().what));
        return;
    }
    comparison.documents(expected["documents"], *found);
}

} // namespace

settings::Faults run_examples(std::filesystem::path const & mappings_folder, std::string const & name,
    Mapper const & mapper, record::Schema const & schema)
{
    auto const folder = mappings_folder / name / "examples";
    std::vector<std::filesystem::path> ins;
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().filename().string().find(".in.") != std::string::npos) {
            ins.push_back(entry.path());
        }
    }
    settings::Faults faults;
    if (ins.empty()) {
        faults.push_back(
            fmt::format("{}:1:1: there are no examples; add NN_what.in.* with NN_what.out.json", folder.string()));
    }
    std::sort(ins.begin(), ins.end());
    for (auto const & in : ins) {
        try {
            run_example(in, mapper, schema, faults);
        } catch (json::exception const & exception) {
            // A value of another type than the shape has: the library knows no other way to say so.
            faults.push_back(
                fmt::format("{}:1:1: the .out.json beside this has another shape: {}", in.string(), exception.what()));
        }
    }
    return faults;
}

} // namespace ketensync::mapping
