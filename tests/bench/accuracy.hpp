#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::bench {

/// How a clustering stands to the truth: pairs of records, records (B³) and whole clusters.
struct Accuracy {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double b_cubed = 0;
    double exact_precision = 0; ///< of clusters of two and more
    double exact_recall = 0;
    std::size_t wrong = 0; ///< things, alone or not, whose records are not exactly one cluster
};
Accuracy accuracy(std::vector<std::uint32_t> const & cluster, std::vector<std::string> const & truth);

} // namespace ketensync::bench
