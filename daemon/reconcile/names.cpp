#include "daemon/reconcile/names.hpp"

#include "daemon/reconcile/bits.hpp"
#include "daemon/reconcile/fold.hpp"
#include "daemon/reconcile/sound.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

/// Longer names are cut off: no name is that long, and a comparison must not be made to take forever.
constexpr std::size_t letters_max = 64;

/// Calls `action` with each word of a folded text.
template <typename Action>
void each_word(std::string_view folded, Action action)
{
    for (std::size_t from = 0; from < folded.size();) {
        auto const to = std::min(folded.find(' ', from), folded.size());
        action(folded.substr(from, to - from));
        from = to + 1;
    }
}

} // namespace

Names::Names(NameRules const & rules)
    : m_rules(rules)
    , m_entries(1)
    , m_table(1024)
{
}

NameId Names::surname(std::string_view text)
{
    fold(text, m_folded);
    std::array<std::string_view, 2> parts;
    std::size_t count = 0;
    m_joined.clear();
    each_word(m_folded, [&](std::string_view word) {
        if (std::binary_search(m_rules.prefixes.begin(), m_rules.prefixes.end(), word)) {
            return;
        }
        if (count < parts.size()) {
            parts[count] = word;
        }
        ++count;
        m_joined += word;
    });
    if (count == 0) { // nothing but prefixes: then that is the name
        each_word(m_folded, [&](std::string_view word) { m_joined += word; });
    }
    auto const name = intern(m_joined);
    if (count >= 2 && m_entries[name].parts[0] == 0) {
        auto const first = intern(parts[0]);
        auto const second = intern(parts[1]);
        m_entries[name].parts = { first, second };
    }
    return name;
}

std::array<NameId, 2> Names::given(std::string_view text)
{
    fold(text, m_folded);
    std::array<NameId, 2> names {};
    std::size_t count = 0;
    each_word(m_folded, [&](std::string_view word) {
        if (count < names.size() && word.size() > 1) {
            names[count++] = intern(word);
        }
    });
    return names;
}

std::string_view Names::text(NameId name) const
{
    auto const & entry = m_entries[name];
    return std::string_view(m_letters).substr(entry.begin, entry.size);
}

void Names::count(NameId name, Use use, bool more)
{
    if (name == 0) {
        return;
    }
    auto & uses = m_entries[name].counts[index(use)];
    uses = more ? uses + 1 : uses - 1;
    m_totals[index(use)] += more ? std::uint64_t { 1 } : ~std::uint64_t { 0 };
}

std::size_t Names::bytes() const
{
    return m_letters.capacity() + m_entries.capacity() * sizeof(Entry) + m_table.capacity() * sizeof(NameId);
}

NameId Names::intern(std::string_view folded)
{
    folded = folded.substr(0, letters_max);
    if (folded.empty()) {
        return 0;
    }
    auto const hash = static_cast<std::uint32_t>(hash_text(folded) >> 32U);
    auto const mask = m_table.size() - 1;
    auto at = hash & mask;
    for (; m_table[at] != 0; at = (at + 1) & mask) {
        auto const name = m_table[at];
        if (m_entries[name].hash == hash && text(name) == folded) {
            return name;
        }
    }
    auto const name = static_cast<NameId>(m_entries.size());
    m_table[at] = name;
    Entry entry;
    entry.hash = hash;
    entry.begin = static_cast<std::uint32_t>(m_letters.size());
    entry.size = static_cast<std::uint32_t>(folded.size());
    entry.sound = static_cast<std::uint32_t>(hash_text(reconcile::sound(folded)) >> 32U);
    auto set = std::lower_bound(m_rules.alike.begin(), m_rules.alike.end(), folded,
        [](auto const & item, std::string_view value) { return item.first < value; });
    for (auto & number : entry.alike) {
        if (set != m_rules.alike.end() && set->first == folded) {
            number = (set++)->second;
        }
    }
    m_letters += folded;
    m_entries.push_back(entry);
    if (m_entries.size() * 10 > m_table.size() * 7) {
        grow();
    }
    return name;
}

void Names::grow()
{
    std::vector<NameId> table(m_table.size() * 2);
    auto const mask = table.size() - 1;
    for (NameId name = 1; name < m_entries.size(); ++name) {
        auto at = m_entries[name].hash & mask;
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = name;
    }
    m_table = std::move(table);
}

} // namespace ketensync::reconcile
