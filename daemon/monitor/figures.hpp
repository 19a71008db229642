#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::monitor {

// One edition of the Monitor as plain data: what the figures are, of what, and how sure. Made from the warehouse with raw
// counts, turned by disclosure control into one that may be shown, and then laid down as JSON: pages and downloads are made
// from that and nothing else. Texts are Dutch, for councils. Days are "2026-06-30", moments "2026-07-15T09:00:00Z".

enum class Stage { draft, approved, published };

/// A half-year: "2026-H1", from its first to its last day.
struct Period {
    std::string name;
    std::string title; ///< "eerste halfjaar 2026"
    std::string begin;
    std::string end;
};

/// What a number means.
struct Indicator {
    std::string id; ///< "trajecten_gestart"
    std::string title;
    std::string definition; ///< in words that a council understands
    std::string unit;       ///< what is counted: "inwoners", "plekken"
    std::string version;    ///< changes when the definition or the SQL does
    std::string owner;
    std::vector<std::string> sources; ///< titles of what it is counted from
    std::string valid_from; ///< first day that it can be counted of; empty: always
    std::string valid_until;///< last day; empty: still
    std::string audience = "publiek"; ///< "publiek", or "contract": the sheets of contracts, not for the public pages
};

/// One value of a dimension: a project, a quarter, a municipality, or a total.
struct Member {
    std::string code;  ///< unique in its dimension: "P01", "2026-K1", "0402"; totals have codes too
    std::string label;
    /// What sort of member: "regio", "hoofdgroep" (a category), "lijn" (a theme) or "project"; "kwartaal", "halfjaar" or
    /// "peildag"; "totaal"; "anders" and "onbekend" for what is none of a list's members; the id of the dimension for one.
    std::string kind;
    /// When this is a total: each entry is one complete breakdown of it, as codes of this dimension. The region has several
    /// (its categories; its themes). Empty: it is no total.
    std::vector<std::vector<std::string>> breakdowns;
    /// In a dimension that regroups another: the codes there whose figures together are this member's.
    std::vector<std::string> takes {};
};

struct Dimension {
    std::string id; ///< "onderdeel", "kwartaal", "gemeente", "reden"
    std::string title;
    /// The member that a table without this dimension is of: its cells are the same figures as those of a table that has the
    /// dimension, at this member. Empty: tables with and without it have nothing to do with each other.
    std::string whole;
    /// True: a total is the sum of every breakdown. False: people count once in a total, by what they did first in it, so it
    /// is at most that sum; of one part only, it is that part. It is at least its greatest part where every other
    /// dimension is at its whole, and not where it is not: who began in one project in January and in another in April
    /// counts in the region in January only.
    bool exact = true;
    std::vector<Member> members;
    /// The dimension whose members this one takes together, as municipalities of now take those of then. Empty: none.
    std::string regroups {};
};

/// How a figure may be told.
enum class Shown {
    open,       ///< `count` is true
    rounded,    ///< `count` is rounded
    hidden,     ///< kept back because somebody could be recognised: `count` is 0 and means nothing
    impossible, ///< cannot occur: the project did not run yet, the indicator was not valid
};

/// A count with its standing.
struct Cell {
    std::int64_t count = 0;
    Shown shown = Shown::open;
    bool provisional = false; ///< late news of up to a year may still change it
};

struct Figure {
    std::vector<std::uint32_t> at; ///< for each dimension of the table: number of the member
    Cell cell;
};

/// The figures of one indicator over some dimensions. Every combination of members is there, zeros too, in ascending order
/// of `at`.
struct Table {
    std::string id;        ///< "trajecten_gestart.onderdeel.kwartaal"
    std::string indicator;
    std::string title;     ///< "Gestarte trajecten naar onderdeel en kwartaal"
    std::vector<std::string> dimensions;
    std::vector<Figure> figures;
};

/// How far a project is with a target, by the rule in docs/monitor.md.
enum class Progress { on_course, attention, behind, unknown };
/// "op schema", "let op", "achter", "niet te beoordelen".
std::string_view word(Progress progress);

/// What a project wants to reach. What it has reached is the figure of `indicator` at the project, of all time so far.
struct Target {
    std::string indicator;
    std::int64_t goal = 0;
    std::int64_t expected = 0; ///< what it should be at the peildatum, by time
    Progress progress = Progress::unknown;
};

/// Why a project is behind and what is done about it.
struct Explanation {
    std::string cause;
    std::string measure;
};

/// What a project without numbers has come to.
struct Milestone {
    std::string text;
    std::string source;
    std::string day;
};

struct Project {
    std::string code;
    std::string name;
    std::string category; ///< title; empty: none is known, then it is in no category
    std::string theme;    ///< title, of the list that holds at the peildatum
    std::string theme_before; ///< of the list before; empty when the same
    std::string status;   ///< "nieuw", "loopt", "verlengd", "beëindigd"
    std::string begin;
    std::string end;      ///< the last day as planned now; empty: none is known
    std::string end_before;   ///< before it was extended; empty: it was not
    bool qualitative = false; ///< has milestones, and no targets in numbers
    std::vector<Target> targets;
    std::vector<Milestone> milestones;
    Progress progress = Progress::unknown; ///< the worst of its targets
    Explanation explanation;
};

/// What became of a theme of an earlier list.
struct ThemeSuccession {
    std::string from;
    std::string to;   ///< empty: it ended
    std::string day;
    std::string note; ///< "gebundeld", "verkort", "beëindigd"
};

/// A figure that is otherwise than in an earlier edition.
struct Revision {
    std::string table;
    std::vector<std::string> at; ///< codes of members, as the table's dimensions
    Cell before;
    Cell after;
    std::string reason;
};

/// Records that are not in a figure because something is wrong with them, one line a project and fault. As a figure these
/// are in the table `weggelaten.onderdeel.fout`; this is the list for who must put them right: never published.
struct LeftOut {
    std::string project; ///< code; empty: of no known project
    std::string fault;   ///< title
    std::int64_t count = 0;
    std::vector<std::int64_t> records; ///< golden ids, at most a hundred
};

struct Approval {
    std::string by;
    std::string at;
};

struct Edition {
    std::string name; ///< "2026-H1"
    Period period;
    std::string peildatum; ///< the figures are as of the end of this day
    std::string known;     ///< what was known at this moment counts, nothing later
    Stage stage = Stage::draft;
    std::vector<Approval> approvals;
    std::string published; ///< when; empty: not yet
    std::string previous;  ///< the edition before; empty: none
    std::string previous_hash; ///< SHA-256 of its file
    std::vector<Indicator> indicators;
    std::vector<Dimension> dimensions;
    std::vector<Table> tables;
    std::vector<Project> projects;
    std::vector<ThemeSuccession> themes;
    std::vector<Revision> revisions; ///< since the edition before
    std::vector<LeftOut> left_out;   ///< only before disclosure control
    std::string protection; ///< how small numbers were protected, in words; empty: they are not, this is not to be published
};

/// As text, the same bytes for the same edition.
std::string to_json(Edition const & edition);
/// Failure::bad_data when it is no edition.
Result<Edition> edition_from_json(std::string_view text);

}
