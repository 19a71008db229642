#pragma once

#include "daemon/monitor/disclosure.hpp"

#include <cstdint>
#include <vector>

namespace ketensync::monitor {

/// How far a count is from the truth in another world.
struct Step {
    std::uint32_t variable;
    Count by;
};

/// A difference between the true world and another that a reader cannot tell from it.
using Move = std::vector<Step>;

/// Looks for other worlds. Holds the system and what is told of it; when it may, it hides more. Inside the folder only.
class MoveSearch {
public:
    /// The system and the policy outlive the search.
    MoveSearch(System const & system, DisclosurePolicy const & policy, std::vector<Told> told);

    /// A world in which `variable` is off by `by`, in `move()`. With `may_hide`, counts that are told may be hidden for it;
    /// the move then says which, and they are hidden from then on. False when none was found.
    bool find(std::uint32_t variable, Count by, bool may_hide);
    /// The same by an integer program over everything that hangs together with it: slow, and finds what is there, hiding as
    /// little as possible.
    bool solve(std::uint32_t variable, Count by, bool may_hide);
    Move const & move() const { return m_move; }

    /// True when the world at `move` × numerator / denominator is one of whole numbers that holds to all that is known.
    /// Exact, and shares nothing with the way moves are found.
    bool holds(Move const & move, Count numerator, Count denominator);

    std::vector<Told> const & told() const { return m_told; }
    std::vector<Range> reckoned() const; ///< what bounds alone leave of each variable

private:
    struct Use {
        std::uint32_t equation;
        std::int32_t factor;
    };
    struct Candidate {
        std::uint32_t variable;
        Count by;
        std::int64_t score;
    };

    bool attempt(std::uint32_t variable, Count by, std::size_t width, int budget);
    bool balance();
    void candidates_of(std::uint32_t equation, std::vector<Candidate> & candidates) const;
    std::int64_t score_of(std::uint32_t variable, Count by) const;
    void apply(std::uint32_t variable, Count by);
    void forget();
    Count lacking(std::uint32_t equation, Count gap) const;
    bool may_become_hidden(std::uint32_t variable) const;
    void hide(std::uint32_t variable);
    void hide_for(Move const & move);

    System const & m_system;
    DisclosurePolicy const & m_policy;
    std::vector<Told> m_told;
    std::vector<Range> m_ranges;               ///< what is known of each variable
    std::vector<std::uint32_t> m_use_begin;    ///< where a variable's uses begin
    std::vector<Use> m_uses;
    std::vector<Count> m_truth;                ///< of each equation: its sum in the true world
    std::vector<std::uint32_t> m_hidden_terms; ///< of each equation
    // Of the move that is being looked for.
    std::vector<Count> m_by;
    std::vector<Count> m_gap;
    std::vector<std::uint32_t> m_lacking;       ///< equations that do not hold
    std::vector<std::uint32_t> m_used;          ///< variables that are off, in order
    std::vector<Count> m_sums;                  ///< of `holds`, 0 in between
    Move m_move;
    bool m_may_hide = false;
    std::size_t m_width = 1;
    int m_budget = 0;
};

} // namespace ketensync::monitor
