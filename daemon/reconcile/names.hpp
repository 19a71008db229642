#pragma once

#include "daemon/reconcile/rules.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// A normalised name in a dictionary; 0 is no name. Which number a name has depends on the order in which names came,
/// so it says that names are equal and never which comes first.
using NameId = std::uint32_t;

/// Every distinct name once, with how it sounds, the names it consists of and how often it is used now: a record keeps
/// four bytes a name, and what can be said of a name alone is worked out once. About 60 bytes a distinct name, of which
/// it never forgets one. One thread owns it.
class Names {
public:
    explicit Names(NameRules const & rules);

    /// A surname without its prefixes ("Jansen, van der" and "v.d. Jansen" are "jansen"); a double name has parts.
    NameId surname(std::string_view text);
    /// The first two of given names, a single letter left out: {"Johanna J. Maria"} gives johanna and maria.
    std::array<NameId, 2> given(std::string_view text);

    std::string_view text(NameId name) const;
    std::uint32_t sound(NameId name) const { return m_entries[name].sound; }
    /// The names of a double name; none for a single one.
    std::array<NameId, 2> parts(NameId name) const { return m_entries[name].parts; }
    /// Numbers of the sets of names one person goes by; 0: no more.
    using Sets = std::array<std::uint16_t, NameRules::sets_max>;
    Sets const & alike(NameId name) const { return m_entries[name].alike; }

    enum class Use : std::uint8_t { surname, given };
    void count(NameId name, Use use, bool more);
    /// How often the name is used now, and all names together.
    std::uint32_t count(NameId name, Use use) const { return m_entries[name].counts[index(use)]; }
    std::uint64_t total(Use use) const { return m_totals[index(use)]; }

    std::size_t size() const { return m_entries.size() - 1; }
    std::size_t bytes() const;

private:
    struct Entry {
        std::uint32_t hash = 0;
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
        std::uint32_t sound = 0;
        Sets alike {};
        std::array<NameId, 2> parts {};
        std::array<std::uint32_t, 2> counts {};
    };

    static std::size_t index(Use use) { return static_cast<std::size_t>(use); }
    NameId intern(std::string_view folded);
    void grow();

    NameRules const & m_rules;
    std::string m_letters;
    std::vector<Entry> m_entries;
    std::vector<NameId> m_table; ///< open addressing, a power of two
    std::array<std::uint64_t, 2> m_totals {};
    std::string m_folded; ///< scratch
    std::string m_joined; ///< scratch
};

} // namespace ketensync::reconcile
