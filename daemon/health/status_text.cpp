#include "daemon/health/status_text.hpp"

#include "daemon/base/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::health {

namespace {

std::string moment(std::optional<Instant> instant, std::string_view otherwise)
{
    return instant ? to_text(Instant(std::chrono::floor<std::chrono::seconds>(*instant))) : std::string(otherwise);
}

std::string run_text(FeedState const & feed)
{
    return feed.last_run ? std::string(to_text(feed.last_run->state)) : "-";
}

std::string_view paint(Status status)
{
    switch (status) {
    case Status::pass:
        return "\x1b[32m";
    case Status::warn:
        return "\x1b[33m";
    case Status::fail:
        return "\x1b[31m";
    }
    return "";
}

std::string status_word(Status status, bool color)
{
    // Padded before it is painted: the codes take no room on a screen.
    auto const word = fmt::format("{:<5}", to_text(status));
    return color ? fmt::format("{}{}\x1b[0m", paint(status), word) : word;
}

nlohmann::ordered_json json_of(FeedState const & feed, Snapshot const & snapshot)
{
    auto const text_or_null = [](std::optional<Instant> instant) {
        return instant ? nlohmann::ordered_json(to_text(*instant)) : nlohmann::ordered_json(nullptr);
    };
    nlohmann::ordered_json line;
    line["type"] = "feed";
    line["source"] = feed.source;
    line["feed"] = feed.feed;
    line["status"] = to_text(status_of(feed, snapshot));
    line["last_success"] = text_or_null(feed.last_success);
    line["told_until"] = text_or_null(feed.told_until);
    line["news_came"] = text_or_null(feed.news_came);
    line["next_run"] = text_or_null(feed.next_run);
    line["next_runs"] = nlohmann::ordered_json::array();
    for (auto const & next : feed.next_runs) {
        line["next_runs"].push_back(to_text(next));
    }
    if (feed.paused) {
        line["paused"] = { { "until", to_text(feed.paused->until) }, { "who", feed.paused->who },
            { "reason", feed.paused->reason } };
    }
    line["interval_seconds"] = feed.interval.count() / 1000;
    line["consecutive_failures"] = feed.consecutive_failures;
    line["quarantined"] = feed.quarantined;
    line["unread_fields"] = feed.unread_fields;
    line["shape_changes"] = feed.shape_changes;
    if (feed.last_run) {
        auto const & run = *feed.last_run;
        line["last_run"] = nlohmann::ordered_json { { "id", run.id }, { "state", to_text(run.state) },
            { "trigger", to_text(run.trigger) }, { "started", to_text(run.started) },
            { "ended", text_or_null(run.ended) }, { "fetched", run.fetched }, { "unchanged", run.unchanged },
            { "mapped", run.mapped }, { "filtered", run.filtered }, { "rejected", run.rejected },
            { "added", run.added }, { "changed", run.changed }, { "vanished", run.vanished }, { "reason", run.reason },
            { "message", run.message } };
        if (run.trace) {
            line["last_run"]["trace"] = to_text(run.trace);
        }
    }
    return line;
}

std::string dumped(nlohmann::ordered_json const & json)
{
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// One line a source, however many feeds it has.
std::string paused_text(Snapshot const & snapshot)
{
    std::string text;
    std::string_view before;
    for (auto const & feed : snapshot.feeds) {
        if (feed.paused && feed.source != before) {
            before = feed.source;
            text += fmt::format("\n{}: paused until {} by {}: {}\n", feed.source, moment(feed.paused->until, ""), feed.paused->who,
                on_one_line(feed.paused->reason));
        }
    }
    return text;
}

/// What the service does next, whatever the feed.
std::string next_ten(Snapshot const & snapshot)
{
    std::vector<std::pair<Instant, std::string>> runs;
    for (auto const & feed : snapshot.feeds) {
        for (auto const & next : feed.next_runs) {
            runs.emplace_back(next, feed.source + '/' + feed.feed);
        }
    }
    std::ranges::sort(runs);
    runs.resize(std::min<std::size_t>(runs.size(), 10));
    std::string text = runs.empty() ? "" : "\nnext runs\n";
    for (auto const & [when, feed] : runs) {
        text += fmt::format("  {}  {}\n", moment(when, ""), feed);
    }
    return text;
}

} // namespace

std::string status_line(Snapshot const & snapshot, Report const & report)
{
    if (snapshot.stopping) {
        return "stopping";
    }
    std::size_t running = 0, in_order = 0;
    std::string first_trouble;
    std::optional<Instant> next;
    for (auto const & feed : snapshot.feeds) {
        running += feed.running() ? 1U : 0U;
        bool const good = status_of(feed, snapshot) == Status::pass;
        in_order += good ? 1U : 0U;
        if (!good && first_trouble.empty()) {
            first_trouble = fmt::format("; look at {}/{}", feed.source, feed.feed);
        }
        if (feed.next_run && (!next || *feed.next_run < *next)) {
            next = feed.next_run;
        }
    }
    auto line = running > 0 ? fmt::format("{} running", running) : std::string("idle");
    line += fmt::format("; {} of {} feeds in order{}", in_order, snapshot.feeds.size(), first_trouble);
    line += next ? "; next " + moment(next, "") : "";
    line += snapshot.outbox.batches > 0 ? fmt::format("; {} batches to deliver", snapshot.outbox.batches) : "";
    line += snapshot.doubts > 0 ? fmt::format("; {} to review", snapshot.doubts) : "";
    for (auto const & check : report.checks) {
        line += check.status == Status::fail ? fmt::format("; {}: {}", check.name, check.text) : "";
    }
    return on_one_line(line);
}

std::string status_table(Snapshot const & snapshot, Report const & report, bool color)
{
    std::size_t width = 4;
    for (auto const & feed : snapshot.feeds) {
        width = std::max(width, feed.source.size() + 1 + feed.feed.size());
    }
    auto text = fmt::format("{:<5}  {:<{}}  {:<11}  {:<20}  {:<20}  {:>10}\n", "", "feed", width, "last run",
        "last success", "next run", "quarantine");
    for (auto const & feed : snapshot.feeds) {
        text += fmt::format("{}  {:<{}}  {:<11}  {:<20}  {:<20}  {:>10}\n",
            status_word(status_of(feed, snapshot), color), feed.source + "/" + feed.feed, width, run_text(feed),
            moment(feed.last_success, "never"),
            feed.running() ? "running" : feed.paused ? "paused" : moment(feed.next_run, "by hand"),
            feed.quarantined);
    }
    for (auto const & feed : snapshot.feeds) {
        if (feed.shape_changes > 0) {
            text += fmt::format("\n{}/{}: {} changes in the fields of its documents; see --shape={}/{}", feed.source,
                feed.feed, feed.shape_changes, feed.source, feed.feed);
        }
    }
    for (auto const & feed : snapshot.feeds) {
        if (feed.last_run && feed.last_run->failed() && feed.last_run->trace) {
            text += fmt::format("\n{}/{}: its source may know run {} by trace {}", feed.source, feed.feed, feed.last_run->id,
                to_text(feed.last_run->trace));
        }
    }
    text += paused_text(snapshot) + next_ten(snapshot);
    text += fmt::format(
        "\noutbox {} batches; review {} pairs; {}\n", snapshot.outbox.batches, snapshot.doubts, to_text(report.status));
    if (!snapshot.configuration.empty()) {
        text += fmt::format("configuration {} in force since {}\n", snapshot.configuration, moment(snapshot.configuration_read, ""));
    }
    for (auto const & check : report.checks) {
        if (check.status != Status::pass) {
            text += fmt::format("{}  {}: {}\n", status_word(check.status, color), check.name, on_one_line(check.text));
        }
    }
    return text;
}

std::string status_json_lines(Snapshot const & snapshot, Report const & report)
{
    std::string lines;
    for (auto const & feed : snapshot.feeds) {
        lines += dumped(json_of(feed, snapshot));
    }
    nlohmann::ordered_json last;
    last["type"] = "status";
    last["time"] = to_text(snapshot.taken);
    last["status"] = to_text(report.status);
    last["outbox_batches"] = snapshot.outbox.batches;
    last["outbox_bytes"] = snapshot.outbox.bytes;
    last["review_pairs"] = snapshot.doubts;
    last["warehouse_reachable"] = snapshot.warehouse.reachable;
    if (!snapshot.configuration.empty()) {
        last["configuration"] = { { "version", snapshot.configuration }, { "since", to_text(snapshot.configuration_read) } };
    }
    last["checks"] = nlohmann::ordered_json::object();
    for (auto const & check : report.checks) {
        last["checks"][check.name] = to_text(check.status);
    }
    return lines + dumped(last);
}

} // namespace ketensync::health
