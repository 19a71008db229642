#pragma once

#include "daemon/golden/golden.hpp"
#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// How the golden records of one kind differ from what they were. What comes and goes again in between is no difference.
struct Difference {
    std::string kind;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t regrouped = 0; ///< other records make it up, to the same effect
    std::uint64_t ended = 0;
    std::uint64_t absorbed = 0; ///< of those that ended: their records are in another golden record now; the rest nobody tells
    std::map<std::string, std::uint64_t> fields; ///< how many changed records differ in this field
    /// Of one difference, with nothing of a person in it.
    struct Sample {
        golden::GoldenId golden = 0;
        std::string field;   ///< empty of one that ended
        std::string was;     ///< "***" where the field is personal
        std::string becomes; ///< of one that ended: the golden record that has its records now, or nothing
        std::string from;    ///< "source/feed" that tells what it becomes
    };
    std::vector<Sample> samples; ///< of the first differences of the lowest ids
};

/// Adds up changes as they come, and then looks in the store what they came to. One thread.
class Differences {
public:
    /// Before the first change; `store` outlives it.
    static Result<Differences> begin(std::shared_ptr<record::Schema const> schema, golden::Golden & store);
    void add(record::Change const & change);
    /// The kinds with differences, in schema order. The changes must be flushed.
    Result<std::vector<Difference>> all();

private:
    Differences(std::shared_ptr<record::Schema const> schema, golden::Golden & store)
        : m_schema(std::move(schema)), m_store(&store)
    {
    }
    void compare(golden::GoldenId golden, record::Values const & was, record::Values const & is, Difference & difference) const;
    Result<void> tell_end(golden::GoldenId golden, Difference & difference);

    std::shared_ptr<record::Schema const> m_schema;
    golden::Golden * m_store;
    std::int64_t m_mark = 0;
    golden::GoldenId m_first_new = 0;
    std::vector<std::uint8_t> m_new;  ///< by id from m_first_new on: kind + 1, or 0 when it went again
    std::vector<std::pair<golden::GoldenId, record::KindId>> m_touched; ///< of those that were there
    std::map<golden::GoldenId, record::RecordId> m_ended;               ///< a record it had
};

}
