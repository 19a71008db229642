#pragma once

#include "daemon/record/change.hpp"
#include "daemon/store/database.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace ketensync::outbox {

/// The durable queue of changes that the warehouse has not acknowledged: one row a batch, numbered without gaps in the
/// order in which they became true. `append` belongs to the transaction that changed the golden records; the rest is
/// the deliverer's. One thread each, on its own connection.
class Outbox {
public:
    static std::string_view const tables;
    static Result<Outbox> open(store::Database & database);

    /// `changes` as record::encode gives them; nothing is queued for none. Gives the number of the batch, or 0.
    Result<std::int64_t> append(std::string_view changes, Instant known);
    /// The oldest batch that waits, or nothing.
    Result<std::optional<record::Batch>> oldest();
    /// The warehouse has everything up to this number.
    Result<void> acknowledge(std::int64_t number);

    /// Takes what is said of these golden records and records out of all that waits; in the caller's transaction. Gives how
    /// many changes went. A batch keeps its number, also when nothing is left in it.
    Result<std::uint64_t> take_out(
        std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records);
    /// Every batch that waits, unpacked.
    Result<void> each(std::function<void(std::int64_t number, std::string_view bytes)> const & visit);

    struct Waiting {
        std::int64_t batches = 0;
        std::int64_t bytes = 0;
        std::optional<Instant> oldest;
    };
    Result<Waiting> waiting();

private:
    Outbox() = default;
    store::Database * m_database = nullptr;
    store::Statement m_append;
    store::Statement m_oldest;
    store::Statement m_acknowledge;
};

}
