#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/health/run_log.hpp"
#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/reconcile/explanation.hpp"
#include "daemon/store/database.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ketensync::commands {

/// The plan that is in force in the service that does the command, or that --config names; or nothing, with every fault told
/// and `code` set.
std::shared_ptr<pipeline::Plan const> read_plan(Options const & options, Streams const & streams, int & code);

/// Shows something of the state file, also while the service works in it: reads the plan, opens the state and calls
/// `show`. Gives the exit code.
int look(Options const & options, Streams const & streams,
    std::function<Result<void>(pipeline::Plan const & plan, store::Database & state)> const & show);

/// Tells a failure on the error stream and gives its exit code.
int tell(Error const & error, Streams const & streams);

/// How golden records differ, or would.
void show(std::vector<pipeline::Difference> const & kinds, Options const & options, Streams const & streams);

/// `text` and blanks, as many columns as it has letters.
std::string padded(std::string_view text, std::size_t width);
/// Why two records are one or are not, for an operator to read.
void show(reconcile::Explanation const & explained, std::ostream & out);

/// One run as a line of text, or of JSON.
std::string run_header();
std::string run_line(health::Run const & run);
std::string run_json(health::Run const & run);

}
