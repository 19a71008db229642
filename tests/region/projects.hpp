#pragma once

#include "tests/region/day.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace ketensync::region {

/// A project of Werken aan Werk.
struct Project {
    std::string_view code;
    std::string_view name;
    std::string_view category;
    std::string_view theme;
    int trajecten; ///< targets, for a population of ten thousand
    int plaatsingen;
    Day begin;
    Day end;
    Day extended; ///< to this day, half a year before the end; no_day when it is not
    int provider; ///< who trains the participants; -1 when nobody does
    double weight;

    Day last() const { return extended == no_day ? end : extended; }
    /// The end as the administration has it on a day.
    Day end_on(Day day) const;
    std::string_view status_on(Day day) const;
};

std::span<Project const> projects();

/// A training provider, and what it teaches outside the projects.
struct Provider {
    std::string_view source; ///< "roc-gooi"
    std::string_view title;
    std::string_view mail_domain;
};

std::span<Provider const> providers();

struct Course {
    std::string_view crebo;
    std::string_view name;
};

std::span<Course const> courses(int provider);

struct Employer {
    std::string_view name;
    std::string_view kvk;
};

std::span<Employer const> employers();

} // namespace ketensync::region
