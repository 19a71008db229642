#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/change.hpp"

#include <map>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// What a run would do to one kind of golden record.
struct TrialKind {
    std::string name;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t regrouped = 0;
    std::uint64_t ended = 0;
    std::map<std::string, std::uint64_t> fields; ///< how many changed records differ in this field
    struct Sample {
        std::uint64_t golden = 0;
        std::string field;
        std::string was; ///< "***" where the field is personal
        std::string becomes;
    };
    std::vector<Sample> samples; ///< of the first differences
};

struct Trial {
    std::vector<health::Run> runs;
    std::vector<TrialKind> kinds; ///< those with differences, in schema order
};

/// Does everything a synchronisation of these feeds would do, in one transaction that is taken back at the end: exact
/// numbers, and nothing written anywhere.
Result<Trial> try_out(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::stop_token stop);

}
