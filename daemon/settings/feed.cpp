#include "daemon/settings/calendar.hpp"
#include "daemon/settings/checks.hpp"
#include "daemon/settings/cron.hpp"
#include "daemon/settings/drift.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

std::size_t times(std::string_view text, std::string_view part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

Schedule read_schedule(Table const & table)
{
    Schedule schedule;
    if (table.has("every")) {
        // One that cannot be read is a fault of its own, and not one for being too short as well.
        schedule.every = table.duration("every", std::chrono::hours(24 * 365));
        if (table.is_text("every") && *schedule.every < std::chrono::seconds(1)) {
            table.fault("every", "a schedule needs at least a second between two readings");
        }
    }
    schedule.at = table.text("at");
    if (auto const line = parse_cron(schedule.at); table.is_text("at") && !line) {
        table.fault("at", line.error().what);
    }
    if (table.has("every") && table.has("at")) {
        table.fault("at", "a schedule has either 'every' or 'at'; remove one");
    }
    schedule.zone = table.text("zone", schedule.zone);
    if (table.is_text("zone") && !zone_exists(schedule.zone)) {
        table.fault("zone", "this is not a time zone this machine knows, as in \"Europe/Amsterdam\"");
    }
    schedule.jitter = table.duration("jitter", schedule.jitter);
    read_calendar(table); // kept by who plans
    if (schedule.every && schedule.jitter >= *schedule.every && table.is_text("jitter")) {
        table.fault("jitter", "the jitter must be smaller than 'every'");
    }
    return schedule;
}

Believable read_believable(Table const & table, Reads reads)
{
    Believable believable;
    constexpr std::int64_t most = 1'000'000'000;
    believable.empty_allowed = table.flag("empty_allowed", believable.empty_allowed);
    believable.min = static_cast<std::uint64_t>(table.integer("min", 1, 0, most));
    believable.max = static_cast<std::uint64_t>(table.integer("max", 10'000'000, 1, most));
    believable.vanished_percent = static_cast<std::uint64_t>(table.integer("vanished_percent", 10, 0, 100));
    believable.changed_percent
        = static_cast<std::uint64_t>(table.integer("changed_percent", reads == Reads::changes ? 100 : 50, 0, 100));
    believable.emptied_percent = static_cast<std::uint64_t>(table.integer("emptied_percent", 10, 0, 100));
    believable.set_aside_percent
        = static_cast<std::uint64_t>(table.integer("set_aside_percent", reads == Reads::changes ? 100 : 25, 0, 100));
    believable.set_aside_max = static_cast<std::uint64_t>(table.integer("set_aside_max", most, 0, most));
    if (believable.min > believable.max) {
        table.fault(table.has("max") ? "max" : "min", "'min' is larger than 'max'; no delivery would ever be believed");
    }
    return believable;
}

void read_mapping_name(Table const & table, Surroundings const & surroundings, Feed & feed)
{
    feed.mapping = table.required_text("mapping");
    auto const & there = surroundings.mappings;
    if (!feed.mapping.empty() && surroundings.mappings_known
        && std::find(there.begin(), there.end(), feed.mapping) == there.end()) {
        table.fault("mapping",
            fmt::format("there is no folder '{}' with a mapping.toml among the mappings{}", feed.mapping,
                did_you_mean(feed.mapping, there)));
    }
}

void read_files_feed(Table const & table, Feed & feed)
{
    feed.files = table.required_text("files");
    if (feed.files.find('/') != std::string::npos) {
        table.fault("files", "this is the name of files in the folder of the source, with * and ?; it holds no slash");
    }
    feed.period = table.text("period");
    if (feed.reads == Reads::periods) {
        if (!table.has("period")) {
            table.fault("period",
                "reads = \"periods\" needs 'period', which says how it stands in the file name: "
                "\"SRG_0402_{period}.txt\"");
        } else if (times(feed.period, "{period}") != 1) {
            table.fault(
                "period", "the period must stand in the file name as {period}, once: \"SRG_0402_{period}.txt\"");
        } else {
            auto name = feed.period;
            name.replace(name.find("{period}"), 8, "202601");
            if (!feed.files.empty() && !fits_pattern(name, feed.files)) {
                table.fault("period", fmt::format("a file of this name would not be among 'files' ({})", feed.files));
            }
        }
    } else if (table.has("period")) {
        table.fault("period", "'period' means nothing unless reads = \"periods\"");
    }
    refuse_of_other(table, { "path", "paging", "parent", "since", "post", "job", "ask" }, "rest");
    refuse_of_other(table, { "questions", "request", "size", "partial" }, "soap");
}

} // namespace

void refuse_of_other(Table const & table, std::vector<std::string_view> const & keys, std::string_view connector)
{
    for (auto const key : keys) {
        if (table.has(key)) {
            table.fault(key, fmt::format("'{}' belongs to connector = \"{}\"; remove it here", key, connector));
            if (table.is_table(key)) {
                table.table(key).keys();
            }
        }
    }
}

Feed read_feed(Table const & table, Source const & source, Surroundings const & surroundings)
{
    Feed feed;
    feed.name = table.required_text("name");
    if (!feed.name.empty() && !is_plain_name(feed.name)) {
        table.fault("name", "a name of a feed holds only a-z, 0-9 and -");
    }
    read_mapping_name(table, surroundings, feed);
    if (!table.has("reads")) {
        table.fault(
            "reads", "'reads' is missing; say whether each reading is \"complete\", \"changes\" or \"periods\"");
    }
    auto const reads = table.word("reads", { "complete", "changes", "periods" }, "complete");
    feed.reads = reads == "changes" ? Reads::changes : reads == "periods" ? Reads::periods : Reads::complete;
    if (source.connector == "rest") {
        read_rest_feed(table, feed);
    } else if (source.connector == "soap") {
        read_soap_feed(table, source, surroundings, feed);
        refuse_of_other(table, { "files", "period" }, "files");
        refuse_of_other(table, { "paging", "parent", "since", "post", "job" }, "rest");
    } else if (source.connector == "files" || source.connector == "sftp") {
        read_files_feed(table, feed);
    } else {
        for (std::string_view const key : { "path", "files", "period", "questions", "request", "size", "partial" }) {
            table.has(key);
        }
        for (std::string_view const key : { "paging", "parent", "since", "post", "job", "ask" }) {
            table.table(key).keys();
        }
    }
    auto const gone = table.word("gone", { "remove", "close", "keep" }, "remove");
    feed.gone = gone == "close" ? Gone::close : gone == "keep" ? Gone::keep : Gone::remove;
    feed.sweeps = table.text("sweeps");
    if (!feed.sweeps.empty() && (feed.reads != Reads::complete || feed.gone == Gone::keep)) {
        table.fault("sweeps", "a sweep needs reads = \"complete\", and is of no use with gone = \"keep\"");
    }
    feed.schedule = read_schedule(table.table("schedule"));
    feed.believable = read_believable(table.table("believable"), feed.reads);
    read_drift(table.table("drift")); // kept by who watches shapes
    return feed;
}

} // namespace ketensync::settings
