#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/golden/ledger.hpp"
#include "daemon/record/record.hpp"
#include "daemon/store/packed.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ketensync::golden {

/// Where records, golden records, their history and the pairs in doubt are kept. What is written counts once `flush` has
/// put it in the caller's transaction; after one that was rolled back, `forget`. One thread, on its own connection.
class Golden {
public:
    static std::string tables();
    static Result<Golden> open(store::Database & database);

    /// Every record, ascending, as flushed. `body` is of its values: see record::Values::from_bytes.
    struct Stored {
        RecordId record = 0;
        SourceId source = 0;
        KindId kind = 0;
        std::string_view key;
        GoldenId golden = 0;
        std::uint32_t told = 0;
        std::int64_t order = 0;
        std::uint64_t teller = 0;
        std::string_view body;
    };
    Result<void> each(std::function<Result<void>(Stored const &)> const & visit);
    /// The highest golden id ever handed out.
    Result<GoldenId> last_golden();

    Result<void> add(RecordId record, Ledger::Entry const & entry, std::string_view key, std::string_view body);
    /// Its values, teller, order and number of documents; an empty body where nothing tells it any more.
    Result<void> change(RecordId record, Ledger::Entry const & entry, std::string_view body);
    /// What changes without its values: group, teller, order and number of documents.
    Result<void> set_marks(RecordId record, Ledger::Entry const & entry);
    Result<record::Values> values(RecordId record);
    /// One record; `record` is 0 in it when there is none. Its views are valid until the next call.
    Result<Stored> stored(RecordId record);

    /// The golden record as last delivered, or an empty one.
    struct Delivered {
        bool exists = false;
        KindId kind = 0;
        Instant since; ///< known so
        std::vector<RecordId> members;
        record::Values values;
    };
    Result<Delivered> delivered(GoldenId golden);
    /// What it was before, the oldest first; only what became past since a mark, where one is given.
    struct Past {
        GoldenId golden = 0;
        KindId kind = 0;
        Instant since; ///< known so
        Instant until; ///< known otherwise, or no more
        record::Values values;
    };
    Result<std::vector<Past>> past(GoldenId golden, std::int64_t mark = 0);
    Result<std::int64_t> history_mark();
    /// A new golden record.
    Result<void> put(GoldenId golden, KindId kind, std::span<RecordId const> members, std::string_view body, Instant since);
    /// Other values or members; what was true until now goes to the history, where the values differ.
    Result<void> replace(GoldenId golden, Delivered const & was, std::span<RecordId const> members,
        std::string_view body, Instant now);
    Result<void> end(GoldenId golden, Instant now);
    /// Forgets what the record was: its key, values and all else. Its number stays taken. For one that nothing tells.
    Result<void> erase(RecordId record);

    Result<void> flush();
    void forget();

    /// What the store is sealed with, for what else is kept of it; nothing where it is not sealed.
    std::shared_ptr<store::Seal const> const & seal() const { return m_database->seal(); }

    /// Stands for all records and golden records as flushed: another one after each change, and never the same again, also
    /// where a backup was put back. Empty before the first.
    Result<std::string> stamp();
    /// Stands for the rules under which records were put together; empty before it was told.
    Result<std::string> grouped_by();
    Result<void> set_grouped_by(std::string_view rules);

    Result<void> doubt(RecordId a, RecordId b, double bits, std::string_view reason, Instant since);
    /// All doubts about a record; about one pair.
    Result<void> forget_doubts(RecordId record);
    Result<void> forget_doubt(RecordId a, RecordId b);
    struct Doubt {
        RecordId a = 0;
        RecordId b = 0;
        double bits = 0;
        std::string reason;
        Instant since;
    };
    Result<std::vector<Doubt>> doubts();
    Result<std::vector<Doubt>> doubts_of(RecordId record);

private:
    Golden() = default;
    Result<void> mark(RecordId record, Ledger::Entry const & entry, std::string_view const * body);
    Result<void> keep_history(GoldenId golden, std::string_view row, Instant until);
    /// How many of a kind there are: records that a document tells, and golden records. Kept in table kind_count.
    struct Count {
        std::int64_t records = 0;
        std::int64_t golden = 0;
    };
    Count & counted(KindId kind);

    store::Database * m_database = nullptr;
    store::Packed m_records;
    store::Packed m_golden;
    std::vector<Count> m_counts; ///< what was added since the last flush, by kind
    std::string m_row;           ///< the row being made
    store::Statement m_add_count;
    store::Statement m_history;
    store::Statement m_past;
    store::Statement m_put_stamp;
    store::Statement m_stamp;
    store::Statement m_put_rules;
    store::Statement m_rules;
    store::Statement m_doubt;
    store::Statement m_forget_doubts;
    store::Statement m_forget_doubt;
    store::Statement m_doubts;
    store::Statement m_doubts_of;
};

}
