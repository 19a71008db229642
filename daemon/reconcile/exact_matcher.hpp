#pragma once

#include "daemon/reconcile/blocks.hpp"
#include "daemon/reconcile/chunks.hpp"
#include "daemon/reconcile/matcher.hpp"
#include "daemon/reconcile/parts.hpp"
#include "daemon/reconcile/rules.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::reconcile {

/// Puts records together of which certain fields are equal. A group is what is joined by any chain of such pairs, as
/// long as no two of its records differ in a field that never may; records that would break this stay with what came
/// first. About 8 bytes a column and 12 a rule per record.
class ExactMatcher final : public Matcher {
public:
    ExactMatcher(
        ExactRules const & rules, NameRules const & names, record::Kind const & kind, KindId number, Groups & groups);
    void load(Told const & told) override;
    void settle(Told const & told, Outcome & outcome) override;
    void withdraw(RecordId record, Outcome & outcome) override;
    void keep(Snapshot & snapshot) override { snapshot(m_rows, m_blocks); }
    std::size_t bytes() const override;

private:
    /// One number a column: a hash of the text, a golden id, or a day; 0 is no value.
    using Row = std::array<std::uint64_t, ExactRules::columns_max>;

    Row read(Told const & told);
    std::uint64_t read_text(record::FieldType type, std::string_view text);
    void make_keys(Row const & row, std::vector<std::uint64_t> & keys) const;
    bool same(Row const & a, Row const & b) const;
    bool holds(ExactRules::Same const & rule, Row const & a, Row const & b) const;
    bool differ(Row const & a, Row const & b) const;
    bool parts_differ(std::size_t a, std::size_t b) const;
    Row const & row(RecordId record) const { return m_rows[m_groups.local(record)]; }
    void index(RecordId record, Row const & row);
    void forget(RecordId record);
    void take_apart(RecordId record);
    void place(RecordId record, Row const & row);

    ExactRules const & m_rules;
    NameRules const & m_names;
    record::Kind const & m_kind;
    KindId m_number;
    Groups & m_groups;
    Chunks<Row> m_rows;
    Blocks m_blocks;
    Parts m_parts;
    std::vector<std::uint64_t> m_keys; ///< scratch
    std::vector<RecordId> m_candidates; ///< scratch
    std::vector<RecordId> m_rest; ///< scratch
    std::string m_folded; ///< scratch
    std::string m_joined; ///< scratch
};

} // namespace ketensync::reconcile
