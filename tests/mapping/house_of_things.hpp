#pragma once

#include "daemon/mapping/mapper.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ketensync::mapping {

/// A schema of things that are no business of anybody, its code lists, and mappings written by the test. Gone when the
/// test ends.
class Things {
public:
    Things()
    {
        auto shape = (std::filesystem::temp_directory_path() / "ketensync-mapping-XXXXXX").string();
        m_root = ::mkdtemp(shape.data());
        auto schema = settings::read_schema(data() / "schema.toml");
        auto codes = read_code_lists(data() / "codes");
        EXPECT_TRUE(schema) << (schema ? "" : schema.error().front());
        EXPECT_TRUE(codes) << (codes ? "" : codes.error().front());
        m_schema = std::make_shared<record::Schema const>(std::move(*schema));
        m_codes = std::move(*codes);
    }
    ~Things()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_root, ignored);
    }
    Things(Things const &) = delete;
    Things & operator=(Things const &) = delete;

    static std::filesystem::path data() { return std::filesystem::path(KETENSYNC_SOURCE_DIR) / "tests/mapping/data"; }
    std::filesystem::path root() const { return m_root; }
    record::Schema const & schema() const { return *m_schema; }
    std::filesystem::path file() const { return m_root / "proef/mapping.toml"; }

    tl::expected<std::shared_ptr<Mapper const>, settings::Faults> read(std::string const & text) const
    {
        write("proef/mapping.toml", text);
        return read_mapping(m_root, "proef", m_schema, m_codes);
    }
    void write(std::string const & name, std::string const & text) const
    {
        std::filesystem::create_directories((m_root / name).parent_path());
        std::ofstream(m_root / name, std::ios::binary) << text;
    }

    /// A mapping of JSON with one [[record]] of kind "ding"; `fields` are lines of [record.fields].
    static std::string mapping(std::string const & fields, std::string const & record = {})
    {
        return "layout = \"proef\"\nverified = \"niets\"\n[document]\nformat = \"json\"\nkey = "
               "\"{id}\"\n[[record]]\nkind = "
               "\"ding\"\nkey = \"{id}\"\n"
            + record + "\n[record.fields]\n" + fields + "\n";
    }

    /// What becomes of one JSON document; fails the test when the mapping is not sound.
    record::MappedDocument map(
        std::string const & mapping, std::string const & json, Told const & told = { "bron", "202601" }) const
    {
        record::MappedDocument mapped;
        auto const mapper = read(mapping);
        if (!mapper) {
            ADD_FAILURE() << fmt::format("{}", fmt::join(mapper.error(), "\n"));
            return mapped;
        }
        formats::Parser parser((*mapper)->layout(), {});
        formats::Tree tree;
        auto const parsed = parser.parse("", json, tree);
        EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().what);
        (*mapper)->map(tree, told, mapped);
        return mapped;
    }

    /// The value that `expression` gives for a field from one JSON document: its text, or "reason!" when it is refused.
    std::string value(std::string const & field, std::string const & expression, std::string const & json) const
    {
        auto const name = field == "naam" ? std::string() : "naam = \"'x'\"\n";
        auto const mapped = map(mapping(name + field + " = \"" + expression + "\""), json);
        if (!mapped.rejects.empty()) {
            return mapped.rejects.front().reason + "!";
        }
        return mapped.records.empty() ? "?"
                                      : std::string(mapped.records.front().values[*m_schema->kinds[0].field(field)]);
    }

private:
    std::filesystem::path m_root;
    std::shared_ptr<record::Schema const> m_schema;
    std::shared_ptr<CodeLists const> m_codes;
};

} // namespace ketensync::mapping
