#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace ketensync::pipeline {

/// What was destroyed because its time was over.
struct Destroyed {
    std::uint64_t history = 0;    ///< earlier states of golden records
    std::uint64_t values = 0;     ///< fields of earlier states, whose class is shorter than that of their kind
    std::uint64_t documents = 0;  ///< raw documents that a later one took the place of
    std::uint64_t quarantine = 0; ///< records set aside
    std::uint64_t runs = 0;       ///< of the run log
    bool any() const { return history + values + documents + quarantine + runs != 0; }
    std::string text() const; ///< one line, without anything personal
};

/// Destroys what the classes of the schema and [retention] of the configuration no longer allow: in batches of
/// `keeping.batch` rows, each a transaction of its own, so that nobody waits long; `alive` is called at each. What was
/// destroyed stands in the audit log. Once a day is often enough: nothing, when it was done on this day (UTC) before.
Result<Destroyed> retain(
    store::Database & state, Plan const & plan, Instant now, std::stop_token stop, std::function<void()> const & alive);

extern std::string_view const retention_tables;

}
