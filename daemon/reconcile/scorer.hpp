#pragma once

#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/model.hpp"

#include <vector>

namespace ketensync::reconcile {

/// What is to be said of two records.
struct Verdict {
    double bits = 0; ///< log2 of the odds that they are one
    /// What both tell could have been enough, had it all agreed. What says too little is no argument against.
    bool telling = false;
    bool same = false; ///< one proven number in common and nothing that contradicts it
    bool barred = false; ///< two proven numbers that differ, or one in common while all else contradicts it
    bool said = false; ///< a person said that they are one: whatever bars them
    bool clashing = false; ///< barred for the second reason: for a person to judge
};

/// Log2 of the odds of each class, prior included.
struct Odds {
    double of[pair_class_count] = {};
    double bits() const; ///< of `same` against both others
};

/// Weighs how two rows agree by a model. One a thread.
class Scorer {
public:
    Scorer(RecordTable const & table, Form const & form, Model const & model);
    Verdict judge(Row a, Row b) { return judge(m_comparer.compare(a, b), a, b); }
    /// Of rows that were compared already.
    Verdict judge(Form::Levels const & levels, Row a, Row b) const;
    Form::Levels compare(Row a, Row b) { return m_comparer.compare(a, b); }
    /// The odds of one joint's answer, how common the values are included.
    Odds weigh(std::size_t joint, Form::Levels const & levels, Row a, Row b) const;
    Odds weigh(Form::Levels const & levels, Row a, Row b) const;
    /// As weigh without looking at the values: the same for all pairs of a pattern.
    Odds weigh(Form::Levels const & levels) const;
    /// What two records that tell nothing are worth.
    double ignorance() const { return m_ignorance; }
    Comparer const & comparer() const { return m_comparer; }
    Model const & model() const { return m_model; }

private:
    RecordTable const & m_table;
    Form const & m_form;
    Model const & m_model;
    Comparer m_comparer;
    double m_ignorance = 0;
};

} // namespace ketensync::reconcile
