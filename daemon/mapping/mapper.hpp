#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/record/record.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::mapping {

/// All code lists of mappings/codes/*.csv: local or national code to canonical code, with validity in time.
class CodeLists;
tl::expected<std::shared_ptr<CodeLists const>, settings::Faults> read_code_lists(std::filesystem::path const & folder);

/// What a document is told in besides its bytes.
struct Told {
    std::string_view source; ///< name of the source: stands for {source} in keys and references
    std::string_view period; ///< of the delivery, or empty: stands for {period}
};

/// Turns the documents of one layout into records of the common schema, as its mapping.toml says. Immutable and pure:
/// any number of threads may map with it at once.
class Mapper {
public:
    virtual ~Mapper() = default;

    /// How the documents lie in a page.
    virtual formats::Layout const & layout() const = 0;
    /// The document's own key, unique in its feed; bad_data when the document has none.
    virtual Result<std::string> key(formats::Tree const & tree, Told const & told) const = 0;
    /// The records in the document. `mapped` is overwritten. Never fails as a whole: what is not sound is a reject.
    virtual void map(formats::Tree const & tree, Told const & told, record::MappedDocument & mapped) const = 0;
    /// The fields of a document that the mapping reads, as names from the document down.
    virtual std::vector<std::vector<std::string>> const & reads() const = 0;
    /// Those that it says it leaves unread on purpose, with all that stands in them.
    virtual std::vector<std::vector<std::string>> const & unread() const = 0;
    /// The lines that say what a field of a kind is, "mappings/srg/mapping.toml:14:12"; more than one where records of the
    /// kind are made in more than one way.
    virtual std::vector<std::string> lines(record::KindId kind, record::FieldId field) const = 0;
    virtual record::Schema const & schema() const = 0;
    /// A field that it fills, and where the mapping says so: "mappings/srg/mapping.toml:14:12".
    struct Filled {
        record::KindId kind = 0;
        record::FieldId field = 0;
        std::string where;
    };
    virtual std::vector<Filled> filled() const = 0;
    /// Of the mapping file and all it refers to: another fingerprint means documents may map otherwise now.
    virtual record::Fingerprint version() const = 0;
};

/// The folders that hold a mapping.toml, by name.
std::vector<std::string> mapping_names(std::filesystem::path const & mappings_folder);

/// Reads mappings/<name>/mapping.toml strictly: fields and kinds must exist in the schema, code lists must exist,
/// transforms are a closed set. Every fault as "file:line:column: what, and what to do", with the nearest valid name.
tl::expected<std::shared_ptr<Mapper const>, settings::Faults> read_mapping(std::filesystem::path const & mappings_folder,
    std::string const & name, std::shared_ptr<record::Schema const> schema, std::shared_ptr<CodeLists const> codes);

/// Runs mappings/<name>/examples: each NN_what.in.<format> is split, parsed and mapped; the outcome must equal
/// NN_what.out.json. Gives one fault for each difference, naming the example and the field.
settings::Faults run_examples(
    std::filesystem::path const & mappings_folder, std::string const & name, Mapper const & mapper, record::Schema const & schema);

}
