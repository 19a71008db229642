#pragma once

#include "daemon/health/run_log.hpp"
#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// Everything that is known of one run, for people. Holds no personal data.
struct RunStory {
    health::Run run;
    std::string note; ///< why a person began it; empty: the schedule did, or nobody said
    std::optional<Instant> read_at; ///< when reading ended, or failed; nothing: not yet, or a run of an earlier version
    std::uint64_t pages = 0;        ///< that were asked for, or files
    std::uint64_t bytes = 0;        ///< of them, unpacked
    std::uint64_t waiting = 0;      ///< batches of that time that the warehouse has not taken yet

    struct Rejects {
        std::string reason;
        std::uint64_t count = 0; ///< as the run came upon them; a document may have several
    };
    std::vector<Rejects> rejects; ///< the most first

    /// A golden record that the run changed, as far as it still is that way.
    struct Sample {
        record::GoldenId golden = 0;
        std::string kind;
        record::Change::What what = record::Change::What::added;
        struct Field {
            std::string name;
            std::string was;     ///< "***" where the field is personal
            std::string becomes; ///< likewise
        };
        std::vector<Field> fields;
        bool kept = true; ///< false: what it was or became is not kept any more
    };
    std::vector<Sample> samples; ///< a few, the lowest ids first
};

/// Nothing when there is no such run. One thread, on its connection; writes nothing.
/// `schema` is for the samples: they are looked up where there is one.
Result<std::optional<RunStory>> run_story(store::Database & state, std::int64_t run, record::Schema const * schema);

/// A part of the run log, the newest first.
struct RunChoice {
    std::string source {}; ///< empty: all
    std::string feed {};   ///< empty: all of the source
    bool failed = false; ///< only those that failed or were held
    std::int64_t before = 0; ///< only those with a lower number; 0: from the newest
    std::size_t limit = 50;
};
Result<std::vector<health::Run>> choose_runs(store::Database & state, RunChoice const & choice);

}
