#pragma once

#include <string>
#include <vector>

namespace ketensync::reconcile {

/// Why two records were joined or not: what of them agrees, what that is worth and what decided. Holds no values, only
/// the names of columns and of levels.
struct Explanation {
    struct Line {
        std::string question; ///< "given name, sex"
        std::string answer; ///< "exact, exact"
        double bits = 0; ///< for being one person rather than two arbitrary ones, how common the values are included
    };
    double prior = 0; ///< bits before anything is asked
    std::vector<Line> lines; ///< of what both answer
    double household = 0; ///< bits taken off because two of one household would agree as well; at most 0
    double total = 0; ///< prior, lines and household added up: the score of the pair
    std::vector<std::string> met; ///< the keys that both have
    std::vector<std::string> unmet; ///< the keys that one of them lacks or that differ
    bool barred = false;
    bool same = false; ///< by a number or by a person's word, whatever the total
    std::string sentence; ///< all of it in one, in Dutch
};

} // namespace ketensync::reconcile
