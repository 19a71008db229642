#pragma once

#include "daemon/golden/golden.hpp"
#include "daemon/golden/judgements.hpp"
#include "daemon/golden/ledger.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/reconcile/reconciler.hpp"

#include <memory>

namespace ketensync::pipeline {

/// What the digest keeps in memory of all records: where they are and which are the same. Owned by the thread that
/// digests.
struct Memory {
    golden::Ledger ledger;
    std::unique_ptr<reconcile::Reconciler> reconciler;
    golden::GoldenId last_golden = 0;
    std::string put_away; ///< what the snapshot in the state folder is of, if it is of this
};

/// When it is first needed, and after a transaction that did not commit: as it was put away, when that is of the state as
/// it is now and made under the same rules by the same build of this program; otherwise worked out from the store.
Result<std::unique_ptr<Memory>> load_memory(
    golden::Golden & store, golden::Judgements & judgements, Plan const & plan, Numbers const & numbers);

/// Leaves it in the state folder for the next process, or for when there is work again: reading it back takes a fraction
/// of the time that working it out does. It must be of what is committed. Does nothing when it is there already.
Result<void> put_away(Memory & memory, golden::Golden & store, Plan const & plan);

inline reconcile::Judgement judgement(bool same)
{
    return same ? reconcile::Judgement::same : reconcile::Judgement::different;
}

/// What the reference fields of records point at.
class References {
public:
    References(Plan const & plan, Numbers const & numbers);

    struct Target {
        golden::SourceId source = 0; ///< 0: no such source, the reference leads nowhere
        golden::KindId kind = 0;
        std::string_view key;
    };
    /// The reference fields of a kind, ascending.
    std::vector<record::FieldId> const & fields(record::KindId kind) const { return m_fields[kind]; }
    /// What a reference field's text points at.
    Target target(record::KindId kind, record::FieldId field, std::string_view text) const;
    record::RecordId find(golden::Ledger const & ledger, record::KindId kind, record::FieldId field, std::string_view text) const;

private:
    record::Schema const & m_schema;
    Numbers const & m_numbers;
    std::vector<std::vector<record::FieldId>> m_fields; ///< by kind
};

}
