#pragma once

#include "connectors/folder.hpp"
#include "daemon/record/ids.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace ketensync::connectors {

/// Which files of a folder were read, and what they held then: a line a file.
class FilesCursor {
public:
    struct Read {
        std::uint64_t size = 0;
        std::int64_t changed_ns = 0;
        record::Fingerprint content;
    };

    /// Nothing when the text is not such a cursor.
    static std::optional<FilesCursor> parse(std::string_view text);
    std::string text() const;

    /// What was read under that name, or null.
    Read const * find(std::string const & name) const;
    void set(FolderFile const & file, record::Fingerprint content)
    {
        m_files[file.name] = { file.size, file.changed_ns, content };
    }
    bool empty() const { return m_files.empty(); }
    /// Of two deliveries, the one that came first.
    static bool is_older(FolderFile const & a, FolderFile const & b)
    {
        return std::tie(a.changed_ns, a.name) < std::tie(b.changed_ns, b.name);
    }
    /// Whether the file was there before the newest of those that were read.
    bool is_behind(FolderFile const & file) const;
    /// Forgets all files but these, so that the cursor does not outgrow the folder.
    void keep(std::vector<FolderFile> const & files);

private:
    std::map<std::string, Read> m_files;
};

} // namespace ketensync::connectors
