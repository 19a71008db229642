#pragma once

#include "daemon/golden/golden.hpp"
#include "daemon/golden/ledger.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/reconcile/reconciler.hpp"

#include <memory>

namespace ketensync::pipeline {

/// What the digest keeps in memory of all records: where they are and which are the same. Rebuilt from the store when it
/// is first needed, and after a transaction that did not commit. Owned by the thread that digests.
struct Memory {
    golden::Ledger ledger;
    std::unique_ptr<reconcile::Reconciler> reconciler;
    golden::GoldenId last_golden = 0;
};

Result<std::unique_ptr<Memory>> load_memory(golden::Golden & store, Plan const & plan, Numbers const & numbers);

/// The records that a record's reference fields point at (0 where a field is no reference or empty): looked up, and
/// made known to the ledger when they have not arrived yet. `made` gets the numbers of those.
class References {
public:
    References(Plan const & plan, Numbers const & numbers) : m_schema(*plan.schema), m_numbers(numbers) { }

    struct Target {
        golden::SourceId source = 0; ///< 0: no such source, the reference leads nowhere
        golden::KindId kind = 0;
        std::string_view key;
    };
    /// What a reference field's text points at.
    Target target(record::KindId kind, record::FieldId field, std::string_view text) const;
    record::RecordId find(golden::Ledger const & ledger, record::KindId kind, record::FieldId field, std::string_view text) const;
    /// The golden ids of all references of a record, in field order; `into` is overwritten.
    void resolve(golden::Ledger const & ledger, record::KindId kind, record::Values const & values,
        std::vector<golden::GoldenId> & into) const;
    bool has_references(record::KindId kind) const;

private:
    record::Schema const & m_schema;
    Numbers const & m_numbers;
};

}
