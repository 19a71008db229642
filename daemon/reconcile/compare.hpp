#pragma once

#include "daemon/reconcile/form.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace ketensync::reconcile {

/// Answers the questions of a form for two rows of its table: symmetric, and a function of the two alone. What it found
/// of two names it remembers, so one a thread.
class Comparer {
public:
    Comparer(RecordTable const & table, Form const & form);
    Form::Levels compare(Row a, Row b);

    /// By how much what the two agree on is more common (above 0) or rarer than what two records mostly agree on, in
    /// bits; 0 where they do not agree exactly.
    double rarity(std::size_t question, Level level, Row a, Row b) const;

    /// Two numbers that prove themselves and differ: never one thing.
    bool proven_to_differ(Row a, Row b) const;
    /// One proven number in common.
    bool share_proven(Row a, Row b) const;

private:
    struct Memo {
        std::uint64_t pair = 0;
        Closeness closeness = Closeness::none;
    };

    Closeness close(std::size_t slot, Code a, Code b);
    Level compare(Question const & question, Row a, Row b);
    Level compare_given(Question const & question, Row a, Row b);
    Level compare_initials(Row a, Row b) const;
    Level compare_surnames(Question const & question, Row a, Row b);
    bool share_word(Row a, Row b) const;
    Level turned(Row a, Row b);
    Level compare_any(Question const & question, Row a, Row b);
    std::uint32_t initials_of(Row row) const;

    RecordTable const & m_table;
    Form const & m_form;
    Slots const & m_slots;
    std::vector<Memo> m_memo;
    std::array<double, 64> m_logs {}; ///< log2 of a count and one: most values are told by few
    std::size_t m_given = Form::questions_max; ///< the number of the question
    std::size_t m_surname = Form::questions_max;
};

Level compare_dates(std::uint32_t a, std::uint32_t b);

} // namespace ketensync::reconcile
