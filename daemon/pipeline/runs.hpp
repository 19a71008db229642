#pragma once

#include "daemon/health/run_log.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// The run log in the state file: every reading of every feed, with its numbers. No transactions of its own: numbers of
/// a batch are written in the batch's transaction, so they are as exact as the data. One thread, on its connection.
class Runs {
public:
    static std::string_view const tables;
    static std::string_view const traces;
    static Result<Runs> open(store::Database & database);

    Result<std::int64_t> begin(record::FeedId feed, health::Trigger trigger, Instant started, std::string_view reason);
    /// What reading gave: documents fetched and unchanged; from now on the run may be digested.
    Result<void> read(std::int64_t run, std::uint64_t fetched, std::uint64_t unchanged);
    struct Digested {
        std::uint64_t mapped = 0;
        std::uint64_t filtered = 0;
        std::uint64_t rejected = 0;
        std::uint64_t added = 0;
        std::uint64_t changed = 0;
        std::uint64_t vanished = 0;
        std::string_view rules; ///< as in health::Run
    };
    Result<void> add(std::int64_t run, Digested const & numbers);
    Result<void> end(std::int64_t run, health::RunState state, Instant ended, std::string_view reason, std::string_view message);
    Result<health::Run> run(std::int64_t run);

    /// Runs that were read whole and not ended: an earlier process stopped before they were digested.
    Result<std::vector<std::int64_t>> read_not_ended();
    /// Runs that were never read whole: they count for nothing.
    Result<void> interrupt_unread(Instant now);
    Result<record::FeedId> feed_of(std::int64_t run);

    /// The newest first; all feeds when `feed` is empty.
    Result<std::vector<health::Run>> history(std::size_t limit, std::string_view source = {}, std::string_view feed = {});

private:
    Runs() = default;
    health::Run from_row(store::Statement const & row) const;
    store::Database * m_database = nullptr;
    std::string m_installation;     ///< what makes its traces its own; empty in a state of an earlier version
    std::int64_t m_untraced = 0;    ///< runs up to here were before there were traces
};

}
