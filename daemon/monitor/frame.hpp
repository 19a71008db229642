#pragma once

#include "daemon/monitor/asking.hpp"
#include "daemon/monitor/disclosure.hpp"
#include "daemon/monitor/figures.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ketensync::monitor {

// What the Monitor is made of, as mappings/monitor/ has it: which rows count, by what they are told apart, what is counted.
// The SQL in it is one SELECT each, that may use
//   <kind>_toen   the table <kind> of the warehouse, with what was known at the moment of the edition
//   editie        one row: begin, peildatum and bekend of the edition
//   the rows that the frame names, those before it.

/// How the members of a dimension come about.
enum class MadeOf {
    parts,        ///< the region, its categories and themes, the projects
    quarters,     ///< in which a thing happened, of all time so far, and the half-year
    quarter_ends, ///< on which a thing is so; the last one stands for no choice
    members,      ///< those of the list
};

struct ListedMember {
    std::string code;
    std::string label;
    std::string until;     ///< not any more from this day on; empty: still
    std::string successor; ///< what it is since then; empty, or no member: elsewhere
};

struct DimensionPlan {
    std::string id;
    std::string title;
    MadeOf made_of = MadeOf::members;
    std::vector<ListedMember> members; ///< of a list
    std::string as_now;  ///< not empty: the members of that dimension, as they are on the peildatum
    std::string other;   ///< label of what is none of the members
    std::string unknown; ///< label of nothing; of parts: of projects without a theme
};

/// A record with something wrong with it, and the rows that have it: `deel` (code of a project, or nothing), `id`.
struct FaultPlan {
    std::string code;
    std::string title;
    std::string sql;
};

/// When a project is on course, in percents of what it should be by now.
struct ProgressRule {
    std::int64_t on_course = 90;
    std::int64_t attention = 75;
    std::int64_t start_days = 91; ///< earlier there is nothing to say
    std::int64_t least = 5;       ///< nor while less is expected
};

struct Frame {
    std::string title;
    std::int32_t first_quarter = 0;
    std::int64_t provisional_days = 365; ///< so long after the end of a quarter its figures may change
    ProgressRule progress;
    DisclosurePolicy disclosure; ///< how small numbers are kept back
    std::vector<NamedRows> rows;
    /// By kind of record: the column with the person that it is of. Who is counted is counted by records of his own, so what
    /// is asked of these can be asked share by share; empty: it cannot.
    std::map<std::string, std::string> persons;
    /// One row a project: deel, titel, hoofdgroep, lijn, stand, van, tot, tot_eerder, and doel_<indicator> for each target.
    std::string projects_sql;
    std::vector<std::string> targets; ///< ids of indicators
    /// Of who is in a figure: record (of a source), wie, deel. For what a doubt about two records can change; may be empty.
    std::string records_sql;
    std::vector<FaultPlan> faults;
    std::vector<DimensionPlan> dimensions;
    std::vector<ThemeSuccession> themes;
};

/// How what an indicator's SQL gives is counted.
enum class Counts {
    once,    ///< each `wie` once in every part and total, by the first `dag` there
    present, ///< each `wie` once on every end of a quarter from `dag` until `tot`
    amount,  ///< `aantal` of each row
};

/// An indicator with the SQL that goes with its words.
struct Definition {
    Indicator indicator;
    Counts counts = Counts::once;
    /// One row for each thing that counts: wie (a number), deel (code of a project; not without parts), dag, and a column
    /// for each dimension of `by`; tot where it is present, aantal where amounts are counted.
    std::string sql;
    bool in_parts = true; ///< counted for projects, and so for the parts of the region
    std::vector<std::string> by; ///< ids of dimensions that have a column
    struct Layout {
        std::string title;
        std::vector<std::string> dimensions;
    };
    std::vector<Layout> tables;
};

/// Everything in the folder, or every fault in it with file, line and column: frame.toml and a file an indicator.
struct Definitions {
    Frame frame;
    std::vector<Definition> indicators; ///< by file name
};
tl::expected<Definitions, settings::Faults> read_definitions(std::filesystem::path const & folder);

/// Which of the persons are asked for: all of them, or one share of several, so that threads can work beside each other.
struct Share {
    std::size_t number = 0;
    std::size_t of = 1;
};

/// The question: the rows that `sql` uses, directly or through others, and the columns in this order.
Question question(Frame const & frame, Edition const & edition, std::string const & sql,
    std::vector<std::string> const & columns, Share share = {});

}
