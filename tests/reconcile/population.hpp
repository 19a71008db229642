#pragma once

#include "daemon/record/schema.hpp"
#include "daemon/record/values.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::reconcile::test {

/// Records of made-up people as five kinds of sources tell of them, dirt included, and whose they are: households with
/// twins, sons who carry their father's name, wives who carry their husband's, shared telephones, slips of the
/// keyboard, dummy dates, lacking and wrong BSNs. The same for the same seed on every machine. Made in memory only: for
/// measuring.
struct Population {
    struct Item {
        record::Values values;
        std::uint32_t person = 0;
        std::uint16_t source = 0;
        /// It tells who somebody is only by a BSN: what lacks one there cannot be recognised.
        bool anonymous = false;
    };
    std::vector<Item> items; ///< in the order in which they come, shuffled

    /// At least `records` of them.
    static Population make(record::Schema const & schema, std::uint64_t seed, std::size_t records);
};

/// Pairs of records of one person: how many there are, how many were found, how many found ones are right.
struct Score {
    double right = 0;
    double wrong = 0;
    double missed = 0;
    double out_of_reach = 0; ///< of the missed: no chain of BSNs leads there
    double precision() const { return right / (right + wrong); }
    /// Of the pairs that the records tell anything to find by.
    double recall() const { return right / (right + missed - out_of_reach); }
    double recall_of_all() const { return right / (right + missed); }
};

/// `group[i]` is the golden id that item i came in.
Score score(Population const & population, std::vector<std::uint32_t> const & group, record::Schema const & schema);

} // namespace ketensync::reconcile::test
