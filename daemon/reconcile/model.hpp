#pragma once

#include "daemon/reconcile/form.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::reconcile {

/// Three kinds of pairs, after I. P. Fellegi and A. B. Sunter, "A theory for record linkage", JASA 64 (1969), with a
/// third class: two people of one household agree on a surname and an address without being one person.
enum class PairClass : std::uint8_t { same, other, household };
constexpr std::size_t pair_class_count = 3;

constexpr std::size_t at(PairClass which)
{
    return static_cast<std::size_t>(which);
}

/// How likely every answer is to two records of one person, of two arbitrary people and of two people of one household:
/// log2 of probabilities, given which of the questions both records answer. Numbers only; immutable once made.
struct Model {
    struct Weights {
        std::vector<double> of[pair_class_count]; ///< by cell of the joint
        std::vector<double> best; ///< by cell: what full agreement on what is told would be worth, in bits
    };
    std::vector<Weights> joints;
    double prior_same = 0; ///< log2 of how often an arbitrary pair is one person
    double prior_household = 0;

    /// What is known before there are data: `records` says how likely an arbitrary pair is one person, taking it that
    /// there are about two records a person.
    static Model usual(Form const & form, double records);
    /// Works out `best`.
    void complete(Form const & form);
};

/// Probabilities of a joint's cells from how often each was seen. Where little was seen, the questions of a joint are
/// taken to be answered independently of each other, as `defaults` says. The form bounds what is believed of `same`.
struct CellCounts {
    std::vector<double> counts; ///< by cell
    double prior = 0; ///< pairs that the defaults weigh as much as
    PairClass defaults = PairClass::same;
    /// The same with the pairs that were taken off because they may be of one person; empty when there are none. Answers
    /// are not believed much rarer than usual for what was taken off alone: `usual` says how little of the usual they must be.
    std::vector<double> before;
    double usual = 1;
    /// Probability of exact agreement, by question of the joint, where it is known better than by counting; else < 0.
    std::vector<double> exact;
};
std::vector<double> estimate(Form const & form, std::size_t joint, CellCounts const & seen);

} // namespace ketensync::reconcile
