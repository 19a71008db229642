#pragma once

#include "daemon/reconcile/table.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// What is compared: one question to two records.
enum class Sense : std::uint8_t {
    given,
    sex,
    surname,
    birth_date,
    identifier,
    postcode,
    house_number,
    street,
    place,
    email,
    telephone,
    text,
    number,
    code,
};
constexpr std::size_t sense_count = 14;

/// How two records agree on a question. 0: one of them does not tell.
using Level = std::uint8_t;
constexpr Level missing = 0;
constexpr std::size_t levels_max = 9;

namespace level { // of each sense; exact is 1 everywhere, and the last is `different` everywhere
constexpr Level exact = 1;
namespace given {
enum : Level { alike = 2, close, faint, initials, initial, called, different };
}
namespace surname {
enum : Level { part = 2, turned, half_turned, close, faint, different };
}
namespace birth_date {
enum : Level { slip = 2, slips, day_and_month, year, year_alone, different };
}
namespace near { // identifier, house_number, street, place, telephone, number
enum : Level { close = 2, different };
}
namespace postcode {
enum : Level { close = 2, area, different };
}
namespace email {
enum : Level { local = 2, close, alike, different };
}
namespace text {
enum : Level { close = 2, some, different };
}
namespace code {
enum : Level { different = 2 };
}
} // namespace level

/// What is thought of a level before there is data: how often two records agree to it that are of one person, of two
/// arbitrary people, of two people of one household.
struct LevelForm {
    std::string_view name;
    double same = 0;
    double other = 0;
    double household = 0;
};

struct SenseForm {
    std::string_view name;
    std::array<LevelForm, levels_max> levels; ///< from level 1
    std::size_t level_count; ///< without `missing`
    double different_max; ///< how much of what is one person may differ altogether: a bound for learning
    bool personal; ///< households do not share it
};
SenseForm const & form_of(Sense sense);

/// A question that the rules' columns give rise to.
struct Question {
    Sense sense = Sense::text;
    std::vector<std::uint8_t> slots; ///< the columns that answer it; any of them may
    std::string name;
    std::size_t joint = 0; ///< the group of questions it is weighed with
    std::size_t in_cell = 1; ///< how much one level more adds to the number of the joint's cell,
    std::uint64_t in_pattern = 1; ///< and to that of the pattern
};

/// Questions whose answers depend on each other (given name and sex; postcode, place, street and number) are weighed
/// together, by how often their answers come together.
struct Joint {
    std::vector<std::size_t> questions;
    std::size_t cells = 1; ///< product of the numbers of levels, `missing` included
    bool personal = false;
    /// By cell: the level of each question, in their order, and which are answered, a bit a question.
    std::vector<std::vector<Level>> levels;
    std::vector<std::uint32_t> told;
};

/// All that is asked of two records of a table.
struct Form {
    explicit Form(RecordTable const & table);

    std::vector<Question> questions;
    std::vector<Joint> joints;
    bool households = false; ///< there is something that households share, and something that they do not

    static constexpr std::size_t questions_max = 24;
    using Levels = std::array<Level, questions_max>;
    std::size_t cell(std::size_t joint, Levels const & levels) const;
    /// All cells in one number: equal when two pairs agree alike.
    std::uint64_t pattern(Levels const & levels) const;
    std::size_t cell_of(std::uint64_t pattern, std::size_t joint) const;
    Levels levels(std::uint64_t pattern) const;
};

} // namespace ketensync::reconcile
