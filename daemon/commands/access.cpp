#include "daemon/commands/access_page.hpp"
#include "daemon/commands/person.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <fstream>

#include <sys/stat.h>

namespace ketensync::commands {

namespace {

/// For nobody else to read: it holds everything on somebody.
Result<void> write(std::filesystem::path const & file, std::string const & text)
{
    auto const before = ::umask(077);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    ::umask(before);
    out << text;
    out.close();
    return out ? Result<void>() : fail(Failure::cannot_write, fmt::format("{} cannot be written", file.string()));
}

}

int access(Options const & options, Streams const & streams)
{
    if (options.out.empty()) {
        return tell({ Failure::usage, "--access needs --out=FILE: it writes FILE.json and FILE.html" }, streams);
    }
    return look(options, streams, [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const person, person_meant(options, words_for_person(options, streams), state, *plan.schema));
        KETENSYNC_TRY_ASSIGN(auto const held, pipeline::held(state, *plan.schema, person));
        // Before anything is shown: what cannot be accounted for does not happen.
        KETENSYNC_TRY(pipeline::Audit::note(plan.config, SystemClock().now(), "access", fmt::format("golden record {}", person), person));
        KETENSYNC_TRY_ASSIGN(auto const names, pipeline::names_in(state));
        auto const found = access_json(held, *plan.schema, names, SystemClock().now());
        auto const json = std::filesystem::path(options.out).concat(".json");
        auto const page = std::filesystem::path(options.out).concat(".html");
        KETENSYNC_TRY(write(json, found.dump(2) + '\n'));
        KETENSYNC_TRY(write(page, access_page(found)));
        if (!options.quiet) {
            streams.out << fmt::format("golden record {}: {} records, {} documents, {} earlier values; written to {} and {}\n", person,
                held.records.size(), held.documents.size(), held.history.size(), json.string(), page.string());
        }
        return {};
    });
}

}
