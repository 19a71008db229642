#pragma once

#include "daemon/reconcile/judge.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace ketensync::reconcile {

/// What the records of two groups say of each other, taken together. Average linkage: what a group is worth as a match
/// is the mean of its pairs, so that one pair that happens to agree does not chain two people together. Pairs that
/// could not have been enough anyhow do not thin the mean, but what speaks against in them counts.
struct Linkage {
    double sum = 0;
    std::size_t count = 0;
    bool same = false; ///< one pair has one BSN or one number
    bool barred = false; ///< one pair may never be together

    /// `ignorance` is what two records that tell nothing are worth: a pair that says too little counts by how much it
    /// is below that.
    void add(Verdict const & verdict, double ignorance);
    void add(Linkage const & other);
    double mean() const;
    bool links(double bits) const { return !barred && (same || (count > 0 && mean() >= bits)); }
};

/// Puts `count` records in clusters by their verdicts: the pair of clusters that links best is joined first (one BSN or
/// one number before any score, the lowest numbers where equal), until none links. Returns each record's cluster: the
/// lowest number in it. Time is the third power of `count`, so for the records of one group only.
std::vector<std::size_t> agglomerate(
    std::size_t count, std::function<Linkage(std::size_t, std::size_t)> const & linkage, double link);

} // namespace ketensync::reconcile
