#pragma once

#include "daemon/pipeline/workbench.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// A pair that waits for a person.
struct Pair {
    record::RecordId a = 0;
    record::RecordId b = 0;
    record::KindId kind = 0;
    double bits = 0; ///< evidence that the two are one, log2 odds; not shown before the person has judged
    std::string reason;
    /// How many published figures it can change at most: what counts twice now if the two are one.
    std::size_t effect = 0;
    std::optional<golden::Judged> before; ///< what was said of it when it was asked before
};

/// One of the two records, and what is known around it.
struct Side {
    std::string source; ///< title of the source
    record::Values values;
    record::GoldenId golden = 0;
    std::size_t records = 0;  ///< in its golden record, itself included
    std::size_t referred = 0; ///< records that refer to one of those: trajecten, benefits, jobs
};

/// Judging pairs by hand. Holds the state folder's lock: not beside a running service. What is judged is in the state,
/// and in the outbox for the warehouse, when the call returns. One thread.
class Review {
public:
    static Result<std::unique_ptr<Review>> open(std::shared_ptr<Plan const> plan, Clock const & clock);

    /// What waits, the most effect first; where equal, the most likely first.
    Result<std::vector<Pair>> pairs();
    Result<Side> side(record::RecordId record);
    /// What the matcher makes of it; nothing for kinds that are not compared by likelihood.
    Result<std::optional<reconcile::Explanation>> explain(Pair const & pair);
    Result<void> judge(Pair const & pair, bool same, std::string const & who);
    /// Takes the last judgement that holds back, and gives it; the pair is a question again. Nothing when none holds.
    Result<std::optional<golden::Judged>> undo();
    /// At the end: leaves what was loaded for the next to open the state.
    Result<void> put_away() { return m_bench->digest().put_away(); }
    record::Schema const & schema() const { return *m_bench->plan().schema; }

private:
    Review(std::unique_ptr<Workbench> bench, Clock const & clock) : m_bench(std::move(bench)), m_clock(clock) { }
    std::size_t referred(Memory const & memory, record::RecordId record, std::size_t & records) const;

    std::unique_ptr<Workbench> m_bench;
    Clock const & m_clock;
    std::optional<golden::Golden> m_golden;
    std::optional<golden::Judgements> m_judgements;
};

}
