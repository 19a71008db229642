#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/golden/ledger.hpp"
#include "daemon/record/record.hpp"
#include "daemon/store/database.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ketensync::golden {

/// Where records, golden records, their history and the pairs in doubt are kept. No transactions of its own. One
/// thread, on its own connection.
class Golden {
public:
    static std::string_view const tables;
    static Result<Golden> open(store::Database & database);

    /// Every record, ascending, with its values where it is told.
    struct Stored {
        RecordId record = 0;
        SourceId source = 0;
        KindId kind = 0;
        std::string_view key;
        GoldenId golden = 0;
        std::uint32_t told = 0;
        std::int64_t order = 0;
        std::uint64_t teller = 0;
        record::Values values;
    };
    Result<void> each(std::function<Result<void>(Stored const &)> const & visit);
    /// The highest golden id ever handed out.
    Result<GoldenId> last_golden();

    Result<void> add(RecordId record, Ledger::Entry const & entry, std::string_view key, std::string_view body);
    /// Its values, teller, order and number of documents; an empty body where nothing tells it any more.
    Result<void> change(RecordId record, Ledger::Entry const & entry, std::string_view body);
    Result<void> set_golden(RecordId record, GoldenId golden);
    /// The marks that change without its values: teller, order and number of documents.
    Result<void> set_told(RecordId record, Ledger::Entry const & entry);
    Result<record::Values> values(RecordId record);
    Result<std::string> key(RecordId record);

    /// The golden record as last delivered, or an empty one.
    struct Delivered {
        bool exists = false;
        std::vector<RecordId> members;
        record::Values values;
    };
    Result<Delivered> delivered(GoldenId golden);
    /// A new golden record.
    Result<void> put(GoldenId golden, KindId kind, std::span<RecordId const> members, std::string_view body, Instant since);
    /// Other values or members; what was true until now goes to the history, where the values differ.
    Result<void> replace(GoldenId golden, Delivered const & was, std::span<RecordId const> members,
        std::string_view body, Instant now);
    Result<void> end(GoldenId golden, Instant now);

    Result<void> doubt(RecordId a, RecordId b, double bits, std::string_view reason, Instant since);
    Result<void> forget_doubts(RecordId record);

private:
    Golden() = default;
    store::Database * m_database = nullptr;
    store::Statement m_add;
    store::Statement m_change;
    store::Statement m_set_golden;
    store::Statement m_set_told;
    store::Statement m_values;
    store::Statement m_key;
    store::Statement m_delivered;
    store::Statement m_put;
    store::Statement m_replace;
    store::Statement m_end;
    store::Statement m_history;
    store::Statement m_doubt;
    store::Statement m_forget_doubts;
};

}
