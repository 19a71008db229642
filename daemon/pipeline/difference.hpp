#pragma once

#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// How the golden records of one kind differ from what they were.
struct Difference {
    std::string kind;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t regrouped = 0; ///< other records make it up, to the same effect
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

/// Adds up changes as they come. One thread.
class Differences {
public:
    explicit Differences(std::shared_ptr<record::Schema const> schema);
    void add(record::Change const & change, record::Values const & was);
    /// The kinds with differences, in schema order.
    std::vector<Difference> all() const;

private:
    std::shared_ptr<record::Schema const> m_schema;
    std::vector<Difference> m_kinds; ///< of all kinds
};

}
