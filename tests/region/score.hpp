#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// How well the records of one kind were put together.
struct Score {
    std::string kind;
    std::uint64_t published = 0; ///< records of the truth
    std::uint64_t missing = 0; ///< of those, not in the state
    std::uint64_t unknown = 0; ///< in the state, and not in the truth
    std::uint64_t entities = 0;
    std::uint64_t golden = 0;
    std::uint64_t true_pairs = 0; ///< of records that are about one entity
    std::uint64_t found_pairs = 0; ///< of records with one golden id
    std::uint64_t right_pairs = 0; ///< both
    std::uint64_t within_reach = 0; ///< of the true pairs: those that some content ties together
    std::vector<std::string> wrongly_joined; ///< samples, for who tunes
    std::vector<std::string> not_joined;

    double precision() const;
    double recall() const;
    /// Of the pairs within reach: no reader can find the others.
    double recall_within_reach() const;
    double f1() const;
};

/// Compares the records in a daemon's state with the truth. A record whose published key is that of two persons has no
/// right answer: it counts for whichever of the two its golden record holds most of. `key_file` holds the
/// key of a state that is sealed. Throws std::runtime_error.
Score score_of(std::string const & kind, std::filesystem::path const & truth_folder,
    std::filesystem::path const & state_file, std::size_t samples, std::filesystem::path const & key_file = {});

} // namespace ketensync::region
