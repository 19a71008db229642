#pragma once

#include "daemon/reconcile/dictionary.hpp"
#include "daemon/reconcile/match_rules.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// One record as the engine sees it: a code a slot.
using Row = Code const *;

/// Which slots tell what. A slot is a column; a full name fills the slots of given name and surname where a record has
/// none of its own.
struct Slots {
    std::vector<std::uint8_t> given;
    std::vector<std::uint8_t> surname;
    std::vector<std::uint8_t> full;
    std::vector<std::uint8_t> of_type[match_type_count]; ///< columns of each type
    std::vector<MatchType> types; ///< by slot
    std::vector<std::size_t> columns; ///< by slot; columns_max where no column fills it
};

/// Records as columns of codes, with the dictionaries that say what the codes mean: 4 bytes a column and record.
/// Columns of one type of name, e-mail or telephone share a dictionary, for each is another way to say the same.
class RecordTable {
public:
    explicit RecordTable(MatchRules const & rules);

    /// Adds a record, one text a column; its number, from 0.
    std::size_t add(std::span<std::string_view const> texts);
    /// As add, into a row that the caller keeps. Counts nothing.
    void read(std::span<std::string_view const> texts, Code * row);
    /// Many records at once: room first, then a column at a time. Columns of different `lane`s may be told by different
    /// threads; a record's row is complete after `complete`.
    void resize(std::size_t records);
    std::size_t lane(std::size_t column) const { return m_lanes[column]; }
    /// The column of `count` records from `first` on: text(i) of each. What is looked up is fetched some records before.
    template <typename Text>
    void tell(std::size_t column, std::size_t first, std::size_t count, Text const & text)
    {
        constexpr std::size_t ahead = 8;
        auto const slot = m_slot_of[column];
        auto & values = writable(slot);
        auto const order = m_date_orders[column];
        std::array<Dictionary::Sought, ahead> sought;
        for (std::size_t i = 0; i < count + ahead; ++i) {
            if (i >= ahead) {
                auto const told = i - ahead;
                row(first + told)[slot] = values.add(text(told), order, sought[told % ahead]);
            }
            if (i < count) {
                values.seek(text(i), order, sought[i % ahead]);
            }
        }
    }
    void complete(std::size_t record);
    /// How a column's dates stand, from what is seen of it before it is told.
    void set_date_order(std::size_t column, DateOrder order) { m_date_orders[column] = order; }

    /// Counts the values of `records` and silences, in all, what can only be a placeholder; says which, in words
    /// without values.
    std::vector<std::string> settle(std::span<std::uint32_t const> records, std::size_t threads);
    void freeze();

    Row row(std::size_t record) const { return m_rows.data() + record * m_stride; }
    void prefetch(std::size_t record) const
    {
        __builtin_prefetch(row(record)); // a row may begin near the end of a line
        __builtin_prefetch(row(record) + m_stride - 1);
    }
    Code * row(std::size_t record) { return m_rows.data() + record * m_stride; }
    void count(Row row, int more);
    std::size_t size() const { return m_rows.size() / m_stride; }
    std::size_t stride() const { return m_stride; }
    Slots const & slots() const { return m_slots; }
    Dictionary const & dictionary(std::size_t slot) const { return *m_dictionaries[m_of_slot[slot]]; }
    MatchRules const & rules() const { return m_rules; }
    /// What a column's numbers prove, from the rules or from the data.
    Proof proof(std::size_t slot) const { return m_proofs[slot]; }
    std::size_t bytes() const;
    /// What the parts of full names are is not kept: it comes back as they are read.
    void keep(auto & snapshot)
    {
        snapshot(m_words, m_rows);
        for (auto & dictionary : m_dictionaries) {
            snapshot(*dictionary);
        }
    }

private:
    Dictionary & writable(std::size_t slot) { return *m_dictionaries[m_of_slot[slot]]; }
    void fill_from_full(Code * row);
    static double usual_count(Dictionary const & values, bool vague);
    void silence(std::size_t slot, std::vector<std::string> & told);
    void find_proofs();
    void count_all(std::span<std::uint32_t const> records, std::size_t threads);

    MatchRules m_rules;
    Words m_words;
    Slots m_slots;
    std::vector<std::unique_ptr<Dictionary>> m_dictionaries;
    std::vector<std::size_t> m_of_slot; ///< slot -> dictionary
    std::vector<std::size_t> m_slot_of; ///< column -> slot
    std::vector<std::size_t> m_lanes;
    std::vector<DateOrder> m_date_orders;
    std::vector<Dictionary::Sought> m_sought; ///< by column, of the record at hand
    std::vector<Proof> m_proofs; ///< by slot
    BigVector<Code> m_rows;
    std::size_t m_stride = 0;
    struct Parts {
        Code given = 0;
        Code surname = 0;
    };
    std::vector<Parts> m_full_parts; ///< by code of a full name
};

} // namespace ketensync::reconcile
