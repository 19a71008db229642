#pragma once

#include "daemon/base/result.hpp"
#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::warehouse {

/// A source, as the warehouse names it.
struct SourceName {
    record::SourceId id = 0;
    std::string name;
    std::string title;
};

/// A definition that reads the warehouse's tables: a view of the Monitor.
struct View {
    std::string name;
    std::string sql; ///< CREATE VIEW …, in the dialect all warehouses share
};

/// Where consolidated data goes. The contract, the same for every kind of warehouse, is tested by tests/contract:
///
/// * A batch is applied whole, in one transaction with its number, or not at all.
/// * Batches come in ascending order; one whose number is not above `delivered()` is not applied again: calling
///   `deliver` twice is harmless, also after an answer that was lost.
/// * Every value stays: a change closes the row that was known and adds one; nothing is overwritten.
/// * Fields marked `direct` in the schema never arrive.
///
/// Failure::unavailable and busy are worth a retry with the same batch; others need a person. One thread owns it.
class Warehouse {
public:
    virtual ~Warehouse() = default;

    /// Failure::configuration when persons have pseudonyms in it that were made with another key. Changes nothing, and may be
    /// asked before `prepare`.
    virtual Result<void> check_key() = 0;
    /// Makes or brings up to date the tables for the schema, the names of sources, and the views. A table that is
    /// shaped otherwise than the schema says is refused untouched, with the difference: Failure::configuration.
    virtual Result<void> prepare(std::vector<SourceName> const & sources, std::vector<View> const & views) = 0;
    /// The number of the last batch that is in.
    virtual Result<std::int64_t> delivered() = 0;
    virtual Result<void> deliver(record::Batch const & batch) = 0;
    /// Who persons are, told one after another: calls what it is given with each. Of a change only `golden`, `kind` and
    /// `values` count; of other kinds than persons it may tell too.
    using EachPerson = std::function<Result<void>(std::function<Result<void>(record::Change const &)> const &)>;
    /// True where a place for who persons are was configured after they came, so that not all are in it. Then take_persons
    /// puts them there, in the place of who was. They may be newer than what was delivered: what comes after makes it right.
    virtual Result<bool> lacks_persons() { return false; }
    virtual Result<void> take_persons(EachPerson const &) { return {}; }
    /// Destroys every row, of now and before, of these golden records and records. Gives how many. The one thing that does
    /// not stay.
    virtual Result<std::uint64_t> erase(
        std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records) = 0;
};

}
