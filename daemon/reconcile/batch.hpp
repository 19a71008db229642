#pragma once

#include "daemon/reconcile/cluster.hpp"
#include "daemon/reconcile/train.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

struct BatchOptions {
    std::size_t threads = 2;
    /// From which it learns what strangers have in common; 0: by the number of records.
    std::size_t arbitrary_pairs = 0;
    std::vector<std::uint32_t> records; ///< of the table; empty: all
    bool counted = false; ///< the table counted its values as they came and will go on
    bool households = true; ///< false: a plain model of two classes, to measure against
    /// Told when a phase begins: what is measured is the caller's.
    std::function<void(std::string_view)> phase;
    /// Told of every pair of records that is compared, for measuring who meets.
    std::function<void(std::uint32_t a, std::uint32_t b)> met;
};

/// What a batch thinks of its own work, without labels.
struct Estimates {
    double matches = 0; ///< pairs that are one thing, by the model
    double precision = 0; ///< of the pairs within clusters
    double recall = 0; ///< of all matches, those that met under no key included
    double unmet = 0; ///< matches that met under no key, after how many met under one and under two (Chao)
};

struct BatchResult {
    std::vector<std::uint32_t> cluster; ///< of each record: from 0, by the content of records and not by their order
    std::size_t clusters = 0;
    std::vector<Link> doubts; ///< for a person: nearly enough, or one number and all else different
    std::vector<Link> links; ///< pairs that met and are enough
    Estimates estimates;
    Model model;
    std::vector<std::string> warnings;
    std::size_t pairs = 0; ///< compared
    std::size_t patterns = 0;
    std::size_t split_blocks = 0;
};

/// Finds out which records of a table are about the same thing: all at once, learning how from the records themselves
/// unless a model is given. The same records give the same clusters, in whatever order they stand and with however many
/// threads. Settles and freezes the table, unless it is counted.
BatchResult match(RecordTable & table, Form const & form, Constraints const & constraints,
    std::optional<Model> const & model, BatchOptions const & options);

} // namespace ketensync::reconcile
