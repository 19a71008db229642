#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/pipeline/held.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// What an erasure destroyed, and where something was left.
struct Erased {
    record::GoldenId person = 0;
    std::uint64_t golden = 0;
    std::uint64_t records = 0;
    std::uint64_t documents = 0;
    std::uint64_t mentions = 0; ///< documents about others, in which the marks of the person were made unreadable
    std::uint64_t history = 0;
    std::uint64_t quarantine = 0;
    std::uint64_t changes = 0;        ///< that waited for the warehouse
    std::uint64_t warehouse_rows = 0;
    std::uint64_t files = 0;          ///< in archive folders, destroyed whole
    std::uint64_t marks = 0;          ///< texts that were looked for afterwards
    std::uint64_t bytes_searched = 0; ///< opened and unpacked
    std::vector<std::string> left;    ///< places where a mark is still found; empty is the proof
};

/// Destroys all that is held on a person: in the state, in what waits, in the warehouse and in the archive folders of
/// files that were read; leaves tombstones, so that a source that delivers the person again delivers in vain. Then looks
/// through all of it for the person's marks. Not beside a running service. `find` says whom, in the opened state; `who` asks for it: empty for the account of this process.
Result<Erased> erase(std::shared_ptr<Plan const> plan, Clock const & clock,
    std::function<Result<record::GoldenId>(store::Database & state)> const & find, std::string_view who = {});

}
