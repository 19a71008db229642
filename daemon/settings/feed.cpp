#include "daemon/settings/checks.hpp"
#include "daemon/settings/cron.hpp"
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

/// A path below the source's address: "/offerings/{parent}/associations".
void check_path(Table const & table, std::string const & path)
{
    if (path.empty()) {
        return;
    }
    auto const bad
        = [](char c) { return c <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '#' || c == '\\'; };
    auto rest = path;
    if (auto const at = rest.find("{parent}"); at != std::string::npos) {
        rest.erase(at, 8);
    }
    if (path.front() != '/' || path.find("//") != std::string::npos || std::any_of(rest.begin(), rest.end(), bad)
        || rest.find_first_of("{}") != std::string::npos) {
        table.fault("path", "a path starts with one slash and holds no spaces; between braces only {parent}, once");
    }
}

/// Names separated by dots: where a value is found in a page.
void check_inner_path(Table const & table, std::string_view key)
{
    auto const value = table.text(key);
    auto const sound = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
            || c == '.' || c == '@' || c == '$';
    };
    if (!std::all_of(value.begin(), value.end(), sound)) {
        table.fault(key, fmt::format("'{}' is a path of names with dots between, as in \"meta.total\"", key));
    }
}

void refuse_of_other(Table const & table, std::initializer_list<std::string_view> keys, std::string_view connector)
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

Paging read_paging(Table const & table)
{
    Paging paging;
    auto const by = table.word("by", { "none", "page_number" }, "none");
    paging.by = by == "page_number" ? Paging::By::page_number : Paging::By::none;
    for (auto const & [key, member] : { std::pair { "page_parameter", &Paging::page_parameter },
             std::pair { "size_parameter", &Paging::size_parameter } }) {
        paging.*member = table.text(key, paging.*member);
        auto const & value = paging.*member;
        if (!is_plain_name(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.$[]")) {
            table.fault(key, fmt::format("'{}' is the name of a parameter: letters and digits", key));
        }
    }
    paging.size = static_cast<std::uint64_t>(table.integer("size", 250, 1, 1'000'000));
    paging.first = static_cast<std::uint64_t>(table.integer("first", 1, 0, 1));
    paging.more = table.text("more", paging.more);
    check_inner_path(table, "more");
    paging.total = table.text("total");
    check_inner_path(table, "total");
    return paging;
}

Parent read_parent(Table const & table, Table const & feed, std::string const & path)
{
    Parent parent;
    parent.path = table.required_text("path");
    if (parent.path.find("{parent}") != std::string::npos) {
        table.fault("path", "the path of the list itself cannot hold {parent}");
    } else {
        check_path(table, parent.path);
    }
    parent.items = table.text("items");
    check_inner_path(table, "items");
    parent.key = table.required_text("key");
    check_inner_path(table, "key");
    if (!path.empty() && times(path, "{parent}") != 1) {
        feed.fault("path",
            "[feed.parent] needs {parent} once in the path of the feed, as in \"/offerings/{parent}/associations\"");
    }
    return parent;
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
    if (schedule.every && schedule.jitter >= *schedule.every && table.is_text("jitter")) {
        table.fault("jitter", "the jitter must be smaller than 'every'");
    }
    return schedule;
}

Believable read_believable(Table const & table)
{
    Believable believable;
    constexpr std::int64_t most = 1'000'000'000;
    believable.empty_allowed = table.flag("empty_allowed", believable.empty_allowed);
    believable.min = static_cast<std::uint64_t>(table.integer("min", 1, 0, most));
    believable.max = static_cast<std::uint64_t>(table.integer("max", 10'000'000, 1, most));
    believable.vanished_percent = static_cast<std::uint64_t>(table.integer("vanished_percent", 10, 0, 100));
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

void read_rest_feed(Table const & table, Feed & feed)
{
    feed.path = table.required_text("path");
    check_path(table, feed.path);
    feed.paging = read_paging(table.table("paging"));
    if (table.has("parent")) {
        feed.parent = read_parent(table.table("parent"), table, feed.path);
    } else if (feed.path.find("{parent}") != std::string::npos) {
        table.fault("path", "a path with {parent} needs a section [feed.parent] that says of what");
    }
    if (table.is_text("reads") && feed.reads == Reads::periods) {
        table.fault("reads", "only files are read by period; use \"complete\" or \"changes\"");
    }
    refuse_of_other(table, { "files", "period" }, "files");
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
    refuse_of_other(table, { "path", "paging", "parent" }, "rest");
}

} // namespace

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
    } else if (source.connector == "files" || source.connector == "sftp") {
        read_files_feed(table, feed);
    } else {
        for (std::string_view const key : { "path", "files", "period" }) {
            table.text(key);
        }
        for (std::string_view const key : { "paging", "parent" }) {
            table.table(key).keys();
        }
    }
    feed.schedule = read_schedule(table.table("schedule"));
    feed.believable = read_believable(table.table("believable"));
    return feed;
}

} // namespace ketensync::settings
