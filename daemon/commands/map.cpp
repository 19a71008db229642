// A mapping tried on a file: what it makes of each document, and which of its lines made each value.

#include "daemon/commands/reading.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ketensync::commands {

namespace {

/// A page or a file that somebody looks at; larger is no playground.
constexpr std::uintmax_t file_bytes_max = 64U << 20;

class Playground {
public:
    Playground(mapping::Mapper const & mapper, Options const & options, Streams const & streams)
        : m_mapper(mapper), m_options(options), m_streams(streams)
    {
    }

    Result<void> play(std::string const & page)
    {
        formats::Parser parser(m_mapper.layout(), {});
        formats::Tree tree;
        std::string context;
        formats::Sink sink;
        sink.context = [&](std::string_view text) { context = text; };
        sink.document = [&](std::string_view document) -> Result<void> {
            ++m_documents;
            if (auto const parsed = parser.parse(context, document, tree); !parsed) {
                reject("document-unsound", "", parsed.error().what);
                return {};
            }
            show(tree);
            return {};
        };
        return formats::split(page, m_mapper.layout(), {}, sink);
    }
    std::size_t documents() const { return m_documents; }
    std::size_t rejected() const { return m_rejected; }

private:
    void show(formats::Tree const & tree)
    {
        mapping::Told const told { "playground", "" };
        record::MappedDocument mapped;
        m_mapper.map(tree, told, mapped);
        auto const key = m_mapper.key(tree, told);
        if (!m_options.json) {
            m_streams.out << fmt::format("document {}{}\n", m_documents, key ? ", key " + *key : ": " + key.error().what);
            if (mapped.outcome == record::MappedDocument::Outcome::filtered) {
                m_streams.out << "  tells nothing: it is filtered\n";
            }
        }
        for (auto const & record : mapped.records) {
            show(record);
        }
        for (auto const & each : mapped.rejects) {
            reject(each.reason, each.where, each.detail);
        }
    }

    void show(record::Record const & record)
    {
        auto const & kind = m_mapper.schema().kinds[record.kind];
        if (!m_options.json) {
            m_streams.out << fmt::format("  {} {}{}\n", kind.name, record.key, record.order == 0 ? "" : fmt::format(", order {}", record.order));
        }
        for (std::size_t i = 0; i < kind.fields.size(); ++i) {
            auto const field = static_cast<record::FieldId>(i);
            std::string const value(record.values[field]);
            if (value.empty()) {
                continue;
            }
            auto const lines = m_mapper.lines(record.kind, field);
            if (m_options.json) {
                say({ { "type", "value" }, { "document", m_documents }, { "kind", kind.name }, { "record", record.key },
                    { "field", kind.fields[i].name }, { "value", value }, { "lines", lines } });
            } else {
                m_streams.out << "    " << padded(kind.fields[i].name, 24) << padded(value, 32) << fmt::format("{}\n", fmt::join(lines, " or "));
            }
        }
    }

    void reject(std::string_view reason, std::string_view where, std::string_view detail)
    {
        ++m_rejected;
        if (m_options.json) {
            say({ { "type", "reject" }, { "document", m_documents }, { "reason", reason }, { "where", where }, { "detail", detail } });
        } else {
            m_streams.out << fmt::format("  set aside, {}: {} {}\n", reason, detail, where);
        }
    }

    void say(nlohmann::ordered_json const & line)
    {
        m_streams.out << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    }

    mapping::Mapper const & m_mapper;
    Options const & m_options;
    Streams const & m_streams;
    std::size_t m_documents = 0;
    std::size_t m_rejected = 0;
};

int faults(settings::Faults const & found, Streams const & streams)
{
    for (auto const & fault : found) {
        streams.error << fault << '\n';
    }
    return exit_code(Failure::configuration);
}

}

// Reads no source of the configuration, so that a mapping can be made before its source is there.
int map(Options const & options, Streams const & streams)
{
    settings::Faults of_config;
    auto const config = settings::read_config(options.config, of_config);
    if (!config) {
        return faults(of_config, streams);
    }
    auto const & folder = config->mappings_folder;
    auto schema = settings::read_schema(folder / "schema.toml");
    if (!schema) {
        return faults(schema.error(), streams);
    }
    auto const codes = mapping::read_code_lists(folder / "codes");
    if (!codes) {
        return faults(codes.error(), streams);
    }
    auto const names = mapping::mapping_names(folder);
    if (std::ranges::find(names, options.mapping) == names.end()) {
        return tell({ Failure::usage, fmt::format("there is no mapping '{}'{}", options.mapping, settings::did_you_mean(options.mapping, names)) },
            streams);
    }
    auto const mapper
        = mapping::read_mapping(folder, options.mapping, std::make_shared<record::Schema const>(std::move(*schema)), *codes);
    if (!mapper) {
        return faults(mapper.error(), streams);
    }
    std::error_code error;
    auto const size = std::filesystem::file_size(options.map_file, error);
    std::ifstream stream(options.map_file, std::ios::binary);
    if (error || !stream || size > file_bytes_max) {
        return tell({ Failure::usage, options.map_file.string() + (size > file_bytes_max && !error ? " is larger than 64 MiB" : " cannot be read") },
            streams);
    }
    std::string const page { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    Playground playground(**mapper, options, streams);
    if (auto const played = playground.play(page); !played) {
        return tell(played.error(), streams);
    }
    if (!options.quiet && !options.json) {
        streams.out << fmt::format("{} documents; {} things set aside\n", playground.documents(), playground.rejected());
    }
    return playground.rejected() > 0 ? 3 : 0;
}

}
