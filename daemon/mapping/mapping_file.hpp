#pragma once

#include "daemon/mapping/mapper.hpp"
#include "daemon/mapping/program.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ketensync::mapping {

/// One line of [record.fields], compiled.
struct FieldRule {
    record::FieldId field = 0;
    record::FieldType type = record::FieldType::text;
    Program program;
    bool lenient = false; ///< an invalid value becomes no value
    bool required = false;
    CodeList const * list = nullptr; ///< of a code: what the value must be in
    std::string name; ///< of the field, for messages
    std::string where; ///< "mappings/srg/mapping.toml:14:12"
};

/// One [[record]], compiled.
struct RecordRule {
    record::KindId kind = 0;
    std::size_t fields_count = 0; ///< of the kind
    std::optional<record::FieldId> valid_from;
    Program key;
    std::string key_where;
    std::optional<Program> order;
    std::string order_where;
    std::optional<Path> each;
    std::vector<Condition> when;
    std::vector<FieldRule> fields; ///< the one of valid_from first: code lists look at its value
};

/// A mapping.toml, read and compiled. Immutable once read.
struct MappingFile {
    formats::Layout layout;
    Program key;
    std::vector<RecordRule> records;
    Tables tables;
    std::vector<std::vector<std::string>> reads; ///< as Mapper::reads
    std::vector<std::vector<std::string>> unread; ///< as Mapper::unread
    record::Fingerprint version;
    std::shared_ptr<record::Schema const> schema;
    std::shared_ptr<CodeLists const> codes;
};

/// Reads mappings/<name>/mapping.toml.
tl::expected<MappingFile, settings::Faults> read_mapping_file(std::filesystem::path const & mappings_folder,
    std::string const & name, std::shared_ptr<record::Schema const> schema, std::shared_ptr<CodeLists const> codes);

} // namespace ketensync::mapping
