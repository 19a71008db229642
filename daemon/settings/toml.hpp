#pragma once

#include "daemon/record/ids.hpp"
#include "daemon/settings/config.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::settings {

/// A place in a file, for messages: "file:line:column".
struct Place {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    /// The same place, some characters further on the line (inside a text value: column() + 1 + offset in the text).
    Place moved(std::size_t columns) const;
    std::string text() const;
};

/// A TOML file read strictly: what is asked for is taken, what was never asked for is an unknown key and a fault with
/// the nearest name that was asked for. Faults gather in the file, so that one reading tells all of them. The only door
/// to toml++.
class TomlFile {
public:
    /// Reads and parses; a file that cannot be read is one fault. Of a file that cannot be parsed, what stands before the
    /// fault is there to be asked, and `finish` tells the fault and the unknown keys before it, nothing else.
    static tl::expected<TomlFile, Faults> read(std::filesystem::path const & path);
    ~TomlFile();
    TomlFile(TomlFile &&) noexcept;
    TomlFile & operator=(TomlFile &&) noexcept;

    class Table root();
    std::filesystem::path const & path() const;
    /// Of all keys and values in their order. Comments and how it is laid out do not count: they change nothing.
    record::Fingerprint fingerprint() const;
    void fault(Place const & place, std::string what);
    /// The faults so far, with those of keys that nobody asked for; sorted by place. Call when all has been read.
    Faults finish();

    struct Inner;

private:
    explicit TomlFile(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
    friend class Table;
};

/// One table of a TomlFile: a light view, valid as long as the file. Asking for a key marks it as known. A value of the
/// wrong type, out of range, or absent though required, is a fault in the file, and the default is returned.
class Table {
public:
    bool has(std::string_view key) const;
    std::string text(std::string_view key, std::string fallback = {}) const;
    std::string required_text(std::string_view key) const;
    /// One of the given words; another word is a fault that names the nearest.
    std::string word(std::string_view key, std::initializer_list<std::string_view> words, std::string_view fallback) const;
    std::string word(std::string_view key, std::vector<std::string> const & words, std::string_view fallback) const;
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const;
    double number(std::string_view key, double fallback, double min, double max) const;
    bool flag(std::string_view key, bool fallback) const;
    /// "15m", "2h", "30s", "500ms", "1d".
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback) const;
    /// "64MiB", "1GiB", "4KiB" or a plain number of bytes.
    std::uint64_t bytes(std::string_view key, std::uint64_t fallback) const;
    std::vector<std::string> texts(std::string_view key) const;
    /// The places of the texts of `key`, in order.
    std::vector<Place> places(std::string_view key) const;
    Table table(std::string_view key) const;               ///< an empty table when absent
    std::vector<Table> tables(std::string_view key) const; ///< of an array of tables
    /// Every key of a table whose names are free, in the order of the file, and marks them all as known.
    std::vector<std::pair<std::string, Place>> keys() const;
    Place place() const;
    Place place(std::string_view key) const;               ///< of the value; of the table when there is none
    void fault(std::string_view key, std::string what) const; ///< at the value of the key
    bool is_text(std::string_view key) const;
    bool is_table(std::string_view key) const;

    Table(TomlFile::Inner & file, void const * node, Place place);

private:
    TomlFile::Inner * m_file;
    void const * m_node;
    Place m_place;
};

/// The nearest of `words` to `word` by edit distance, or empty when none is near (more than a third of it differs).
std::string nearest(std::string_view word, std::vector<std::string> const & words);
/// ", did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view word, std::vector<std::string> const & words);

}
