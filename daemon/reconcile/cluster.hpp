#pragma once

#include "daemon/reconcile/reconciler.hpp"
#include "daemon/reconcile/scorer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

/// What the records of two groups say of each other, taken together. Average linkage: what a group is worth as a match
/// is the mean of its pairs, so that one pair that happens to agree does not chain two people together. Pairs that
/// could not have been enough anyhow do not thin the mean, but what speaks against in them counts.
struct Linkage {
    double sum = 0;
    std::size_t count = 0;
    bool same = false; ///< one pair has a proven number in common, or a person said so
    bool barred = false; ///< one pair may never be together

    /// `ignorance` is what two records that tell nothing are worth, `link` the mean from which two are one.
    void add(Verdict const & verdict, double ignorance, double link);
    void add(Linkage const & other);
    double mean() const;
    bool links(double bits) const { return !barred && (same || (count > 0 && mean() >= bits)); }
};

/// What people said of pairs of records: it holds against any score.
class Judgements {
public:
    void say(std::uint32_t a, std::uint32_t b, Judgement word);
    Judgement of(std::uint32_t a, std::uint32_t b) const;
    bool empty() const { return m_words.empty(); }
    /// Pairs of which that was said, ascending.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> all(Judgement word) const;
    /// Those said to be the same as `record`.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> same_as(std::uint32_t record) const;

private:
    static std::pair<std::uint32_t, std::uint32_t> key(std::uint32_t a, std::uint32_t b);
    std::map<std::pair<std::uint32_t, std::uint32_t>, Judgement> m_words; ///< few: what people had the time for
};

/// What decides of two records besides their values.
struct Constraints {
    Judgements judgements;
    std::vector<std::uint16_t> sources; ///< by record; empty: there is one
    /// By record, of all that it told: orders records that tell the same to the engine and were not written alike. May
    /// be empty.
    std::vector<std::uint64_t> fingerprints;
    std::vector<bool> free_of_duplicates; ///< by source: two of its records are never one

    bool barred(std::uint32_t a, std::uint32_t b) const;
    /// The verdict with what people and sources say of it: a person's word wins.
    Verdict constrain(Verdict verdict, std::uint32_t a, std::uint32_t b) const;
    static void apply(Judgement word, Verdict & verdict);
};

/// Asks of two records by their place in the list at hand.
using Judge = std::function<Verdict(std::uint32_t, std::uint32_t)>;

/// A pair of records that may join two clusters.
struct Link {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    Verdict verdict;
};

/// Puts `count` records in clusters: the two clusters that link best are joined first (a proven number or a person's
/// word before any score, the lowest records where equal), until none link. `links` are the pairs known to be worth
/// joining; all others between two clusters are judged when those want to merge. Returns each record's cluster: the
/// lowest number in it.
std::vector<std::uint32_t> agglomerate(
    std::size_t count, std::span<Link const> links, Judge const & judge, double ignorance, double bits);

} // namespace ketensync::reconcile
