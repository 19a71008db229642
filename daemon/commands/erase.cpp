#include "daemon/pipeline/erase.hpp"
#include "daemon/commands/desk.hpp"
#include "daemon/commands/person.hpp"
#include "daemon/commands/reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

int erase(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    // Nobody else must wait while somebody types.
    auto const words = words_for_person(options, streams);
    std::optional<pipeline::Erased> erased;
    auto const done = with_state_to_itself(options, streams, [&](std::string const & who) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(erased,
            pipeline::erase(plan, clock, [&](store::Database & state) { return person_meant(options, words, state, *plan->schema); }, who));
        return {};
    });
    if (!done) {
        return tell(done.error(), streams);
    }
    if (options.json) {
        streams.out << nlohmann::ordered_json({ { "type", "erased" }, { "person", erased->person }, { "golden", erased->golden },
                           { "records", erased->records }, { "documents", erased->documents }, { "mentions", erased->mentions },
                           { "history", erased->history }, { "quarantine", erased->quarantine }, { "changes", erased->changes },
                           { "warehouse_rows", erased->warehouse_rows }, { "files", erased->files }, { "marks", erased->marks },
                           { "bytes_searched", erased->bytes_searched }, { "left", erased->left } })
                           .dump()
                    << '\n';
    } else if (!options.quiet) {
        streams.out << fmt::format("golden record {} is erased: {} golden records, {} records, {} documents, {} earlier values, {} set "
                                   "aside, {} changes that waited, {} rows of the warehouse, {} archived files\n",
            erased->person, erased->golden, erased->records, erased->documents, erased->history, erased->quarantine, erased->changes,
            erased->warehouse_rows, erased->files);
        streams.out << fmt::format(
            "looked for {} marks of the person in {} bytes, opened and unpacked\n", erased->marks, erased->bytes_searched);
    }
    for (auto const & place : erased->left) {
        streams.error << "ketensync: a mark of the person is still found in " << place << '\n';
    }
    return erased->left.empty() ? 0 : exit_code(Failure::bad_data);
}

}
