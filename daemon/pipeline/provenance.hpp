#pragma once

#include "daemon/golden/judgements.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/reconcile/explanation.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// Where everything that a golden record says comes from.
struct Provenance {
    /// One of its records, and the document that it is believed from.
    struct Told {
        record::RecordId record = 0;
        std::string source;
        std::string feed;
        std::int64_t run = 0;
        std::string rules;    ///< by which the run went, as --history --json has them
        std::string document; ///< "page 12, document 3"; with its key behind it where values were asked for
        std::string period;
        Instant received;
    };
    struct Value {
        std::string field;
        std::string value;  ///< "***" unless values were asked for; an id where it refers to a golden record
        std::size_t from = 0; ///< in `records`
        Instant since;      ///< known so
        std::vector<std::string> lines; ///< of the mapping, that say what the field is
    };
    /// What holds two of its records together.
    struct Join {
        record::RecordId a = 0;
        record::RecordId b = 0;
        std::optional<golden::Judged> judged; ///< a person said so
        /// What agrees of the two, without its worth in bits: that takes all records, see pipeline::explain. Nothing for
        /// kinds whose rules say all there is.
        std::optional<reconcile::Explanation> agrees;
    };
    record::GoldenId golden = 0;
    std::string kind;
    Instant first; ///< known at all
    Instant since; ///< known as it is now
    std::vector<Told> records;
    std::vector<Value> values;
    std::vector<Join> joins;
};

/// Reads that of one golden record from the state, and nothing of the others: it takes no lock and goes on beside a
/// running service. Failure::usage when there is no such golden record.
Result<Provenance> provenance(Plan const & plan, store::Database & state, record::GoldenId golden, bool with_values);

}
