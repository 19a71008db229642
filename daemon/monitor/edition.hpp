#pragma once

#include "daemon/monitor/asking.hpp"
#include "daemon/monitor/frame.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::monitor {

/// What people say of the projects in one edition; their owners write it down before it is approved.
struct Notes {
    struct OfProject {
        bool qualitative = false;
        Explanation explanation;
        std::vector<Milestone> milestones;
    };
    std::map<std::string, OfProject> projects; ///< by code
    std::string revision_reason; ///< why figures changed since the edition before, where the program cannot know
};

/// Reads the notes of one edition; none where there is no file. Every fault with file, line and column.
tl::expected<Notes, settings::Faults> read_notes(std::filesystem::path const & file);

/// What an edition is asked for.
struct Request {
    Period period;
    std::string known; ///< the moment whose knowledge counts
    Notes notes;
    Edition const * previous = nullptr; ///< the edition before, as it was published
    std::string previous_hash;
};

/// The draft of an edition with raw counts, from what the warehouse knew at that moment: the same each time it is asked
/// for. What is wrong with single records is left out and listed in it. `asks`, one at least, are ways to ask the same
/// warehouse: each is used by a thread of its own. Failures are theirs, and Failure::configuration where the SQL of the
/// definitions does not give what it should.
Result<Edition> make_edition(Definitions const & definitions, Request const & request, std::vector<Ask> const & asks);

/// Why an edition may not be published yet, a sentence each, in Dutch. `stale` are the feeds that were not read since the
/// peildatum.
std::vector<std::string> objections(Edition const & edition, std::vector<std::string> const & stale);

/// The figure of an indicator at these members (dimension, code); where a dimension is not named, of the whole. Nothing
/// when no table has it.
Cell const * find_cell(Edition const & edition, std::string_view indicator, std::map<std::string, std::string> const & at);

/// How far a project is that wants `goal` from `begin` to `end`, and what it should have by `today`. Pure.
Target progress_of(ProgressRule const & rule, std::string indicator, std::int64_t goal, std::int64_t reached,
    std::string_view begin, std::string_view end, std::string_view today);
/// The worse of two; that there is nothing to say is the mildest.
Progress worse(Progress a, Progress b);

/// What is otherwise in `now` than it was in `before`, of quarters that both have. What either keeps back is not compared.
std::vector<Revision> revisions(Edition const & before, Edition const & now, std::string const & reason);

}
