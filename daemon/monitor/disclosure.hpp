#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ketensync::monitor {

// Disclosure control: which counts may be told, so that nobody who has all that was ever published, and reckons, learns
// how small a small count is. Pure; knows variables and equations, and nothing of what they count.

using Count = std::int64_t;

/// What a reader knows of a count: at least `low`, at most `high`.
struct Range {
    static constexpr Count unbounded = std::numeric_limits<Count>::max() / 4;

    Count low = 0;
    Count high = unbounded;

    bool holds(Count value) const { return low <= value && value <= high; }
    bool known() const { return low == high; }
};

/// What is done with small counts, and what a reader who knows this policy knows with it. Set by the privacy officer.
struct DisclosurePolicy {
    enum class Method {
        suppress, ///< a small count is not told, and with it as many others as it takes
        round,    ///< every count is told as a multiple of `base`
    };

    Method method = Method::suppress;
    Count threshold = 5; ///< counts below it are small; and so many values each small count must possibly have
    Count base = 5;      ///< of rounding; not below `threshold`
    /// True: nobody is nobody, so a 0 is told, and a small count is known to be 1 or more. False: 0 is small too.
    bool zero_shown = true;
    /// Indicators that count no persons (places, contracts): their figures are always told.
    std::vector<std::string> open_indicators;

    bool small(Count value) const { return value < threshold && value >= lowest(); }
    /// The least that a count that is not told can be.
    Count lowest() const { return zero_shown ? 1 : 0; }
    /// What is told of `value` under rounding. Small counts become `base`, or 0 when 0 is small too.
    Count rounded(Count value) const;
    /// What the rounded count `told` says of the true one.
    Range behind(Count told) const;
};

/// Failure::configuration when a policy protects nothing or contradicts itself.
Result<void> check(DisclosurePolicy const & policy);

/// One count. The same count in several tables and editions is one variable.
struct Variable {
    Count value = 0;  ///< true; 0 or more
    Range known;      ///< what earlier editions told of it
    bool personal = true;  ///< false: counts no persons, and is told anyhow
    bool here = true;      ///< false: only earlier editions tell of it; all a reader has is `known`
    std::uint32_t cost = 10; ///< what readers miss when it is not told: a total costs more than a part
};

struct Term {
    std::uint32_t variable;
    std::int32_t factor;
};

/// What holds among counts by their meaning, so that every reader knows it: the sum of factor × count is 0, or is not below 0.
struct Equation {
    std::vector<Term> terms;
    bool exact = true; ///< false: not below 0
};

struct System {
    std::vector<Variable> variables;
    std::vector<Equation> equations;
};

enum class Told : std::uint8_t { open, rounded, hidden };

/// What a reader knows of a count by how it is told, without reckoning. A hidden count tells only that it is not a 0 that
/// would have been told: whether it is small, or hidden to protect another, looks the same.
Range known_of(Variable const & variable, Told told, DisclosurePolicy const & policy);

/// A count that a reader could narrow down further than the policy allows.
struct Narrowed {
    std::uint32_t variable;
    Range possible; ///< values of which it is proven that they stay possible
    Range reckoned; ///< what reckoning with bounds alone leaves
};

struct Protection {
    std::vector<Told> told;                  ///< of each variable
    std::vector<std::uint32_t> small;        ///< protected: below the threshold
    std::vector<std::uint32_t> complementary;///< hidden to protect these
    std::vector<std::uint32_t> public_before;///< small, but told by an earlier edition: nobody can take that back
};

/// Decides how each count is told so that of every small count all values from the lowest that a hidden count can have,
/// `threshold` of them, stay possible. For each there is proof: a world of whole numbers that holds to every equation and to
/// all that is told, in which the count has that value. Failure::held when that cannot be reached.
Result<Protection> protect(System const & system, DisclosurePolicy const & policy);

/// The protected counts that are not safe when counts are told like this; empty when all are. Never passes what is not
/// safe; what it cannot prove to be safe it names.
std::vector<Narrowed> audit(System const & system, DisclosurePolicy const & policy, std::vector<Told> const & told);

/// How counts are told when only the small ones are hidden or rounded: not safe by itself.
std::vector<Told> told_without_complement(System const & system, DisclosurePolicy const & policy);

} // namespace ketensync::monitor
