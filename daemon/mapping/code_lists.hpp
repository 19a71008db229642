#pragma once

#include "daemon/mapping/mapper.hpp"
#include "daemon/record/ids.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ketensync::mapping {

/// Finds a std::string key by a view, without copying it.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};
template <typename Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// One file of mappings/codes. Either a list, which says what a code field may hold:
///     code,omschrijving[,geldig_van][,geldig_tot][,opvolger]
/// or a translation, from what a source writes to a code of a list:
///     van,naar[,bron][,geldig_van][,geldig_tot]
/// Dates are jjjj-mm-dd; a row holds from geldig_van up to, not including, geldig_tot. A row that names a source is for
/// that source, and there before one that names none: local codes drift. Immutable once read.
class CodeList {
public:
    struct Row {
        std::string code;
        std::string from; ///< "" is always
        std::string until; ///< "" is for ever
        std::string successor;
        std::string source; ///< "" is every source that has no row of its own
    };

    bool is_translation() const { return m_translation; }
    /// Whether it is a code of the list, whenever.
    bool holds(std::string_view code) const { return m_codes.find(code) != m_codes.end(); }
    /// The code for `word`: a code of the list itself, a description (in any case), or what a translation translates.
    /// Of several the one that holds on `date`; a code that ended before it gives its successor. Without a date, the
    /// one that holds now. Nothing when the word is not there. The view lives as long as the list.
    std::optional<std::string_view> find(
        std::string_view word, std::string_view date, std::string_view source = {}) const;
    /// The codes it can give.
    std::vector<std::string> codes() const;
    /// Of the file.
    record::Fingerprint version() const { return m_version; }

private:
    friend class CodeListReader;
    Row const * best(std::vector<Row> const & rows, std::string_view date, std::string_view source) const;

    bool m_translation = false;
    ByText<std::vector<Row>> m_words; ///< in lower case: codes and descriptions, or what is translated
    ByText<std::vector<Row>> m_codes;
    record::Fingerprint m_version;
};

/// All files of mappings/codes, by name without ".csv". Immutable once read; shared by all threads.
class CodeLists {
public:
    CodeList const * list(std::string_view name) const;
    std::vector<std::string> names() const;

private:
    friend tl::expected<std::shared_ptr<CodeLists const>, settings::Faults> read_code_lists(
        std::filesystem::path const &);
    ByText<CodeList> m_lists;
};

} // namespace ketensync::mapping
