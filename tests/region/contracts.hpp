#pragma once

#include "tests/region/world.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// A contract that the region has with a provider of language courses.
struct Contract {
    std::string_view code;
    std::string_view name;
    std::string_view kind; ///< "volwasseneneducatie" or "inburgering"
    std::string_view provider;
    int places;
    Day begin;
    Day end; ///< no_day: open
};
std::span<Contract const> contracts();

/// Somebody who follows a course of a contract, as the provider tells of it: the end later than the begin, and now and then
/// wrong.
struct CourseTold {
    std::size_t contract = 0;
    std::string gemeente;
    Day begin = 0;
    Day end = no_day;
    bool completed = false;
    std::string level_begin;
    std::string level; ///< reached; empty: not told
    Day known = 0;
    Day end_known = no_day;
    bool broken = false; ///< told with an end before the begin
};
std::vector<CourseTold> courses_told(World const & world);

/// The true sheets of a quarter: "provider|contract|column", and "provider|contract|niveau:A2". Of what was told up to `known`.
/// Columns without anything are there with 0, levels are not.
std::map<std::string, std::int64_t> true_sheets(std::vector<CourseTold> const & told, Day first, Day last, Day known);

} // namespace ketensync::region
