#pragma once

#include "connectors/folder.hpp"
#include "daemon/commands/source_draft.hpp"
#include "daemon/mapping/fit.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::commands {

/// The layouts that there is a mapping for, to find out which one a source has. Immutable.
class Layouts {
public:
    static tl::expected<Layouts, settings::Faults> read(std::filesystem::path const & mappings_folder);

    std::vector<std::string> names() const;
    /// Nothing when there is none of that name.
    mapping::Mapper const * mapper(std::string_view name) const;

    struct Ranked {
        std::string mapping;
        mapping::Fit fit;
    };
    /// Those that fit the page at all, the best first.
    std::vector<Ranked> rank(std::string_view page, formats::Limits const & limits, mapping::Told const & told) const;

    /// As feeds of these layouts are usually read.
    std::vector<UsualFeed> const & usual() const { return m_usual; }
    /// A feed of that layout for such a connector: as usual, or with what is a guess said to be one.
    std::string feed(std::string const & mapping, std::string_view connector) const;

private:
    std::vector<std::pair<std::string, std::shared_ptr<mapping::Mapper const>>> m_mappers;
    std::vector<UsualFeed> m_usual;
};

/// "13 of its 15 fields are there, 25 of 25 documents are sound and tell 40 records", and what is wrong with the first that is not.
std::string fit_text(mapping::Fit const & fit);

/// Files whose names differ in their digits only.
struct FileGroup {
    std::string files;  ///< "SRG_0402_*.txt"
    std::string period; ///< "SRG_0402_{period}.txt"; empty when nothing in their names differs or is a date
    connectors::FolderFile newest;
    std::size_t count = 0;
};
std::vector<FileGroup> groups_of(std::vector<connectors::FolderFile> const & files);

} // namespace ketensync::commands
