#pragma once

#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/rules.hpp"

#include <array>
#include <cstdint>

namespace ketensync::reconcile {

/// What is to be said of two records.
struct Verdict {
    enum class Word : std::uint8_t {
        weighed, ///< by its bits
        same, ///< one BSN, or one number, and nothing that contradicts it: the same person
        other_bsn, ///< two different BSNs: never the same, whatever else agrees
        clashing_bsn, ///< one BSN, but another name and birth date: never together without a person's word
    };
    Word word = Word::weighed;
    /// What both tell could have been enough to link, had it all agreed. What says too little is no argument against.
    bool telling = false;
    double bits = 0; ///< log2 of the odds that they are the same; at least -40 and at most 40
    Agreement agreement;

    bool never() const { return word == Word::other_bsn || word == Word::clashing_bsn; }
};

/// Weighs agreements. Holds nothing but its rules' numbers: the frequencies of names are those of the moment.
class Judge {
public:
    Judge(ProbableRules const & rules, Names const & names);
    Verdict judge(Features const & a, Features const & b) const;

private:
    struct Sums {
        double same = 0;
        double other = 0;
        double household = 0;
    };
    Sums weigh(Agreement const & agreement, bool identifiers_differ) const;
    double frequency(Aspect aspect, Level level, NameId name, Names::Use use) const;
    static double bits(Sums const & sums);

    ProbableRules const & m_rules;
    Names const & m_names;
    std::array<std::array<double, levels_max>, aspect_count> m_others {}; ///< the rules' `other`, as a probability
    std::array<bool, std::size_t { 1 } << aspect_count> m_telling {}; ///< by the set of aspects that both tell
};

} // namespace ketensync::reconcile
