#include "daemon/settings/source.hpp"

#include "daemon/settings/calendar.hpp"
#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

std::filesystem::path resolved(std::filesystem::path const & path, std::filesystem::path const & named_in)
{
    return path.empty() || path.is_absolute() ? path : (named_in.parent_path() / path).lexically_normal();
}

Source read_source(std::filesystem::path const & file, Surroundings const & surroundings, Faults & faults)
{
    Source source;
    source.file = file;
    source.name = file.stem().string();
    auto read = TomlFile::read(file);
    if (!read) {
        faults.insert(faults.end(), read.error().begin(), read.error().end());
        return source;
    }
    auto const root = read->root();
    if (!is_plain_name(source.name)) {
        read->fault(root.place(),
            "the name of this file is the name of the source and holds only a-z, 0-9 and -; rename the file");
    }
    source.title = root.required_text("title");
    if (!root.has("connector")) {
        root.fault("connector", "'connector' is missing; add connector = \"rest\", \"soap\", \"files\" or \"sftp\"");
    }
    source.connector = root.word("connector", { "rest", "soap", "files", "sftp" }, "");
    source.powers = root.texts("powers");
    source.activity = root.text("activity");
    read_source_calendar(root.table("calendar")); // kept by who plans
    auto const section = [&](std::string_view name) {
        auto const table = root.table(name);
        if (source.connector != name && root.has(name)) {
            if (!source.connector.empty()) {
                root.fault(name,
                    fmt::format(
                        "[{0}] belongs to connector = \"{0}\"; this source has \"{1}\"", name, source.connector));
            }
            forget(table);
        }
        return table;
    };
    auto const rest = section("rest");
    auto const soap = section("soap");
    auto const files = section("files");
    auto const sftp = section("sftp");
    if (source.connector == "rest") {
        read_rest_source(*read, rest, surroundings, source);
    } else if (source.connector == "soap") {
        read_rest_source(*read, soap, surroundings, source);
        read_messaging(soap, surroundings, source);
    } else if (source.connector == "files") {
        source.folder = resolved(files.required_text("folder"), file);
        source.drop = read_drop(files, std::chrono::seconds(2));
    } else if (source.connector == "sftp") {
        read_sftp(sftp, surroundings, source);
    } else {
        // Which keys belong here is not known; the connector is told, and the rest at the next reading.
        read_rest_source(*read, rest, surroundings, source);
        files.text("folder");
        read_drop(files, {});
    }
    auto const feeds = root.tables("feed");
    if (feeds.empty() && !root.has("feed")) {
        root.fault("feed", "this source has no feed; add a [[feed]] for each data set it delivers");
    }
    for (auto const & table : feeds) {
        auto feed = read_feed(table, source, surroundings);
        auto const same = std::find_if(source.feeds.begin(), source.feeds.end(),
            [&](Feed const & other) { return other.name == feed.name && !feed.name.empty(); });
        if (same != source.feeds.end()) {
            table.fault("name",
                fmt::format("another feed of this source is called '{}' too; give each its own name", feed.name));
        }
        source.feeds.push_back(std::move(feed));
    }
    for (std::size_t i = 0; i < source.feeds.size(); ++i) {
        auto const & sweeps = source.feeds[i].sweeps;
        auto const fits = [&sweeps](Feed const & other) { return other.name == sweeps && other.sweeps.empty(); };
        if (!sweeps.empty() && std::none_of(source.feeds.begin(), source.feeds.end(), fits)) {
            feeds[i].fault("sweeps", "this names another feed of this source, whose documents it lists");
        }
    }
    auto found = read->finish();
    faults.insert(faults.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    return source;
}

} // namespace ketensync::settings
