#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/store/database.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace ketensync::pipeline {

/// The log of what was done with the data of persons, after the standard Logboek Dataverwerkingen: one line for each
/// operation and each person that it concerns, none left out. Kept in the state, in the transaction of what it tells of:
/// what is not logged did not happen. An operation is a row with the numbers of all it concerns. One thread.
class Processing {
public:
    static std::string_view const tables;
    /// What tells which batch a line's work went into; of a layout later than `tables`.
    static std::string_view const batches;
    explicit Processing(store::Database & state, std::shared_ptr<record::Schema const> schema)
        : m_state(&state), m_schema(std::move(schema))
    {
    }

    /// Whom a change concerns: itself, if its kind says who somebody is, or those that it refers to.
    void see(record::Change const & change, record::Values const & was);
    void see(record::GoldenId person) { m_subjects.insert(person); }
    /// The operation on all that were seen since the last; in the caller's transaction. `feed` is 0 where none is read,
    /// `run` is what belongs together, `batch` the delivery that comes of it; 0 where there is none.
    Result<void> write(std::string_view name, std::int64_t feed, std::int64_t run, Instant begun, Instant ended, std::int64_t batch = 0);
    /// The warehouse has a batch: its delivery concerned whom the work behind it did. In the transaction that takes the batch
    /// off the queue.
    static Result<void> delivered(store::Database & state, std::int64_t batch, Instant begun, Instant ended);
    /// Batches are numbered anew.
    static Result<void> forget_batches(store::Database & state);

    /// A line of the log, as the standard has it.
    struct Line {
        std::string trace_id;     ///< 32 hexadecimal digits: of a run, the one that its requests carry
        std::string operation_id; ///< 16
        std::string name;
        std::int64_t feed = 0;
        Instant start;
        Instant end;
        std::string subject; ///< stands for the person under a key of the state's own; empty: nobody was concerned
    };
    static Result<void> each(store::Database & state, std::function<Result<void>(Line const &)> const & visit);

private:
    void see_values(record::Kind const & kind, record::Values const & values);

    store::Database * m_state;
    std::shared_ptr<record::Schema const> m_schema;
    std::set<record::GoldenId> m_subjects;
};

}
