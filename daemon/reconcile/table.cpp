#include "daemon/reconcile/table.hpp"

#include "daemon/base/room.hpp"
#include "daemon/reconcile/parallel.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ketensync::reconcile {

namespace {

bool shares_dictionary(MatchType type)
{
    switch (type) {
    case MatchType::given_name:
    case MatchType::surname:
    case MatchType::full_name:
    case MatchType::email:
    case MatchType::telephone:
    case MatchType::street:
        return true;
    default:
        return false;
    }
}

/// Names share their words, so one thread tells them.
bool is_name(MatchType type)
{
    return type == MatchType::given_name || type == MatchType::surname || type == MatchType::full_name;
}

} // namespace

RecordTable::RecordTable(MatchRules const & rules)
    : m_rules(rules)
    , m_date_orders(rules.columns.size())
    , m_sought(rules.columns.size())
{
    std::array<std::size_t, match_type_count> shared {};
    shared.fill(MatchRules::columns_max * 2);
    auto const add_slot = [&](MatchType type, std::size_t column) {
        auto const slot = m_of_slot.size();
        auto & dictionary = shared[static_cast<std::size_t>(type)];
        if (!shares_dictionary(type) || dictionary >= m_dictionaries.size()) {
            dictionary = m_dictionaries.size();
            m_dictionaries.push_back(std::make_unique<Dictionary>(type, m_words));
        }
        m_of_slot.push_back(dictionary);
        m_slots.types.push_back(type);
        m_slots.columns.push_back(column);
        m_slots.of_type[static_cast<std::size_t>(type)].push_back(static_cast<std::uint8_t>(slot));
        return static_cast<std::uint8_t>(slot);
    };
    for (std::size_t column = 0; column < rules.columns.size(); ++column) {
        auto const type = rules.columns[column].type;
        m_slot_of.push_back(add_slot(type, column));
        m_lanes.push_back(is_name(type) ? 0 : 1 + m_of_slot.back());
    }
    auto const of = [&](MatchType type) -> std::vector<std::uint8_t> & {
        return m_slots.of_type[static_cast<std::size_t>(type)];
    };
    m_slots.full = of(MatchType::full_name);
    if (!m_slots.full.empty()) {
        for (auto const type : { MatchType::given_name, MatchType::surname }) {
            if (of(type).empty()) {
                add_slot(type, MatchRules::columns_max);
            }
        }
    }
    m_slots.given = of(MatchType::given_name);
    m_slots.surname = of(MatchType::surname);
    m_stride = m_of_slot.size();
    for (auto const column : m_slots.columns) {
        m_proofs.push_back(column < rules.columns.size() ? rules.columns[column].proof : Proof::none);
    }
}

void RecordTable::resize(std::size_t records)
{
    make_room(m_rows, records * m_stride);
    m_rows.resize(records * m_stride);
}

void RecordTable::read(std::span<std::string_view const> texts, Code * row)
{
    std::fill_n(row, m_stride, 0);
    for (std::size_t column = 0; column < texts.size(); ++column) {
        writable(m_slot_of[column]).seek(texts[column], m_date_orders[column], m_sought[column]);
    }
    for (std::size_t column = 0; column < texts.size(); ++column) {
        auto const slot = m_slot_of[column];
        row[slot] = writable(slot).add(texts[column], m_date_orders[column], m_sought[column]);
        dictionary(slot).prefetch(row[slot]);
    }
    fill_from_full(row);
    for (std::size_t slot = 0; slot < m_stride; ++slot) {
        if (dictionary(slot)[row[slot]].silent) {
            row[slot] = 0;
        }
    }
}

std::size_t RecordTable::add(std::span<std::string_view const> texts)
{
    auto const record = size();
    resize(record + 1);
    read(texts, row(record));
    return record;
}

void RecordTable::complete(std::size_t record)
{
    fill_from_full(row(record));
}

/// What a full name says of given name and surname, where the record does not say it itself.
void RecordTable::fill_from_full(Code * row)
{
    if (m_slots.full.empty() || row[m_slots.full[0]] == 0) {
        return;
    }
    auto const given = m_slots.given[0];
    auto const surname = m_slots.surname[0];
    if (row[given] != 0 && row[surname] != 0) {
        return;
    }
    auto const full = row[m_slots.full[0]];
    if (full >= m_full_parts.size()) {
        m_full_parts.resize(full + 1 + full / 2);
    }
    auto & parts = m_full_parts[full];
    if (parts.surname == 0) {
        auto const & words = dictionary(m_slots.full[0]).words(full);
        std::string first;
        std::string last;
        for (std::size_t i = 0; i < words.count; ++i) {
            auto & text = i < words.surname_from ? first : last;
            text += text.empty() ? "" : " ";
            text += m_words.text(words.words[i]);
        }
        parts.given = writable(given).add(first);
        parts.surname = writable(surname).add(last);
    }
    row[given] = row[given] == 0 ? parts.given : row[given];
    row[surname] = row[surname] == 0 ? parts.surname : row[surname];
}

void RecordTable::count(Row row, int more)
{
    for (std::size_t slot = 0; slot < m_stride; ++slot) {
        writable(slot).count(row[slot], more);
    }
}

/// The middle of how often dates are told, those that are no more than a year apart from the others.
double RecordTable::usual_count(Dictionary const & values, bool vague)
{
    std::vector<std::uint32_t> counts;
    for (Code code = 1; code < values.size(); ++code) {
        if (values[code].count != 0 && is_vague_date(values[code].number) == vague) {
            counts.push_back(values[code].count);
        }
    }
    if (counts.empty()) {
        return 0;
    }
    auto const middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::nth_element(counts.begin(), middle, counts.end());
    return *middle;
}

/// An identifier, an address or a date that far more records tell than can be of one thing says nothing.
void RecordTable::silence(std::size_t slot, std::vector<std::string> & told)
{
    auto const type = m_slots.types[slot];
    auto & values = writable(slot);
    std::array<double, 2> limits {}; // of what is no vague date, and of what is
    switch (type) {
    case MatchType::identifier:
        limits[0] = std::max(50.0, values.told() * 0.002);
        break;
    case MatchType::email:
    case MatchType::telephone:
        limits[0] = std::max(100.0, values.told() * 0.005);
        break;
    case MatchType::birth_date:
        for (bool const vague : { false, true }) {
            limits[vague ? 1 : 0]
                = std::max({ 50.0, values.told() * (vague ? 0.02 : 0.003), usual_count(values, vague) * 30.0 });
        }
        break;
    default:
        return;
    }
    std::uint64_t records = 0;
    std::size_t found = 0;
    for (Code code = 1; code < values.size(); ++code) {
        bool const vague = type == MatchType::birth_date && is_vague_date(values[code].number);
        if (values[code].count > limits[vague ? 1 : 0]) {
            values[code].silent = true;
            records += values[code].count;
            ++found;
        }
    }
    if (found != 0) {
        auto const column = m_slots.columns[slot];
        told.push_back(fmt::format("{}: {} told by {} records {} a placeholder and says nothing",
            column < m_rules.columns.size() ? m_rules.columns[column].name : std::string(to_text(type)),
            found == 1 ? "a value" : fmt::format("{} values", found), records, found == 1 ? "is" : "are each"));
    }
}

/// A column of nine digits of which nearly all pass the elfproef is one of BSNs: of arbitrary numbers one in eleven
/// does.
void RecordTable::find_proofs()
{
    for (auto const slot : m_slots.of_type[static_cast<std::size_t>(MatchType::identifier)]) {
        auto const column = m_slots.columns[slot];
        if (m_rules.columns[column].proof != Proof::from_data) {
            continue;
        }
        auto const & values = dictionary(slot);
        std::size_t proven = 0;
        std::size_t distinct = 0;
        for (Code code = 1; code < values.size(); ++code) {
            distinct += values[code].count != 0 ? 1U : 0U;
            proven += values[code].count != 0 && values[code].proven ? 1U : 0U;
        }
        m_proofs[slot] = distinct >= 20 && proven * 5 >= distinct * 4 ? Proof::elfproef : Proof::none;
    }
}

/// A dictionary at a time, for one thread counts in it, and in the order in which records lie.
void RecordTable::count_all(std::span<std::uint32_t const> records, std::size_t threads)
{
    std::vector<bool> counted(size());
    for (auto const record : records) {
        counted[record] = true;
    }
    parallel(threads, m_dictionaries.size(), [&](std::size_t number, std::size_t) {
        constexpr std::size_t ahead = 16;
        auto & values = *m_dictionaries[number];
        for (std::size_t slot = 0; slot < m_stride; ++slot) {
            for (std::size_t record = 0; record < size() && m_of_slot[slot] == number; ++record) {
                if (record + ahead < size()) {
                    values.prefetch(row(record + ahead)[slot]);
                }
                values.count(counted[record] ? row(record)[slot] : 0, 1);
            }
        }
    });
}

std::vector<std::string> RecordTable::settle(std::span<std::uint32_t const> records, std::size_t threads)
{
    count_all(records, threads);
    std::vector<std::string> told;
    find_proofs();
    std::vector<bool> done(m_dictionaries.size());
    for (std::size_t slot = 0; slot < m_stride; ++slot) {
        if (!done[m_of_slot[slot]]) {
            done[m_of_slot[slot]] = true;
            silence(slot, told);
        }
    }
    if (!told.empty()) {
        for (auto const record : records) {
            for (std::size_t slot = 0; slot < m_stride; ++slot) {
                auto const code = row(record)[slot];
                writable(slot).count(dictionary(slot)[code].silent ? code : 0, -1);
            }
        }
        for (std::size_t record = 0; record < size(); ++record) {
            for (std::size_t slot = 0; slot < m_stride; ++slot) {
                auto & code = row(record)[slot];
                if (dictionary(slot)[code].silent) {
                    code = 0;
                }
            }
        }
    }
    return told;
}

void RecordTable::freeze()
{
    for (auto & dictionary : m_dictionaries) {
        dictionary->freeze();
    }
    m_full_parts = std::vector<Parts>();
}

std::size_t RecordTable::bytes() const
{
    auto bytes = m_rows.capacity() * sizeof(Code) + m_words.bytes();
    for (auto const & dictionary : m_dictionaries) {
        bytes += dictionary->bytes();
    }
    return bytes;
}

} // namespace ketensync::reconcile
