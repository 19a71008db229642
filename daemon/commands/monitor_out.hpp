#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/commands/options.hpp"
#include "daemon/monitor/disclosure.hpp"
#include "daemon/monitor/shelf.hpp"
#include "daemon/monitor/words.hpp"
#include "daemon/pipeline/plan.hpp"

#include <filesystem>

namespace ketensync::commands {

/// The moment whose knowledge counts: that of --known, else the last second that is over, for within one more may still
/// become known. Failure::usage when it is no moment, or when the period is not over then.
Result<std::string> known_at(Options const & options, Clock const & clock, monitor::Period const & period);

/// Writes a file, and the folders that it lies in.
Result<void> write_file(std::filesystem::path const & path, std::string_view bytes);

/// What the pages say, from mappings/monitor/pages.
Result<monitor::Words> words_of(pipeline::Plan const & plan);

/// What may be shown of an edition, beside everything that was shown before it. Failure::held when nothing may.
Result<monitor::Edition> shown_of(
    monitor::Shelf & shelf, monitor::Edition const & truth, monitor::DisclosurePolicy const & policy);

/// Writes the pages of an edition as it is shown, and the edition itself with its SHA-256, into a folder. The same bytes
/// each time. Never takes true counts: Failure::bug for an edition that was not protected.
Result<void> write_out(pipeline::Plan const & plan, monitor::Edition const & shown, std::filesystem::path const & folder);

/// Writes the page that lists the published editions to where the service shows them.
Result<void> write_list(pipeline::Plan const & plan, monitor::Shelf & shelf);

}
