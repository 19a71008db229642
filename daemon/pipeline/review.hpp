#pragma once

#include "daemon/golden/second_looks.hpp"
#include "daemon/pipeline/workbench.hpp"

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

/// Judging pairs by hand, at a bench that outlives it. What is judged is in the state, and in the outbox for the
/// warehouse, when the call returns. One thread.
class Review {
public:
    static Result<Review> open(Bench & bench, Clock const & clock);

    /// What waits, the most effect first; where equal, the most likely first.
    Result<std::vector<Pair>> pairs();
    Result<Side> side(record::RecordId record);
    /// True when it is still a question; for who has the list already.
    Result<bool> waits(Pair const & pair);
    /// What the golden record would be if the two were one.
    Result<record::Values> merged(Pair const & pair);
    /// What the matcher makes of it; nothing for kinds that are not compared by likelihood.
    Result<std::optional<reconcile::Explanation>> explain(Pair const & pair);
    /// `who` says so; it stands with the judgement, and in the audit log.
    Result<void> judge(Pair const & pair, bool same, std::string const & who);
    /// Takes the last judgement that holds back, and gives it; the pair is a question again. Nothing when none holds. `own`:
    /// only one that `who` made.
    Result<std::optional<golden::Judged>> undo(std::string const & who, bool own = false);

    /// The pair is judged once more by somebody else than `who`, who said that of it.
    Result<void> ask_again(Pair const & pair, bool same, std::string const & who);
    /// The next that waits for `who` to judge it once more; nothing when there is none, or it is not told any more.
    Result<std::optional<Pair>> again(std::string const & who);
    /// What a second person says; changes nothing. False when nobody asked for it any more.
    Result<bool> judge_again(Pair const & pair, bool same, std::string const & who);
    Result<golden::SecondLooks::Agreement> agreement();

private:
    Review(Bench & bench, Clock const & clock) : m_bench(&bench), m_clock(&clock) { }
    std::size_t referred(Memory const & memory, record::RecordId record, std::size_t & records) const;

    Bench * m_bench;
    Clock const * m_clock;
    std::optional<golden::Golden> m_golden;
    std::optional<golden::Judgements> m_judgements;
    std::optional<golden::SecondLooks> m_second_looks;
};

}
