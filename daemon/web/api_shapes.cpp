#include "daemon/web/api_shapes.hpp"

#include <algorithm>

namespace ketensync::web {

namespace {

using health::Check;
using health::FeedTotals;
using health::Run;
using health::Snapshot;

Json text(std::string_view description) { return { { "type", "string" }, { "description", description } }; }
Json moment(std::string_view description)
{
    return { { "type", "string" }, { "format", "date-time" }, { "description", description } };
}
Json count(std::string_view description)
{
    return { { "type", "integer" }, { "format", "int64" }, { "minimum", 0 }, { "description", description } };
}
Json flag(std::string_view description) { return { { "type", "boolean" }, { "description", description } }; }
Json one_of(std::vector<std::string_view> const & words, std::string_view description)
{
    return { { "type", "string" }, { "enum", words }, { "description", description } };
}
Json status(std::string_view description) { return one_of({ "pass", "warn", "fail" }, description); }
Json reference(std::string_view schema) { return { { "$ref", "#/components/schemas/" + std::string(schema) } }; }

Json when(std::optional<Instant> const & instant) { return instant ? Json(to_text(*instant)) : Json(); }
Json unless_empty(std::string_view value) { return value.empty() ? Json() : Json(value); }
double seconds(std::chrono::milliseconds span) { return static_cast<double>(span.count()) / 1000; }

} // namespace

Shape<Run> const & run_shape()
{
    static Shape<Run> const shape {
        { "id", count("Its number"), true, [](Run const & run) { return Json(run.id); } },
        { "source", text("The source that it read"), true, [](Run const & run) { return Json(run.source); } },
        { "feed", text("The feed that it read"), true, [](Run const & run) { return Json(run.feed); } },
        { "trigger", one_of({ "schedule", "manual" }, "Why it began"), true,
            [](Run const & run) { return Json(health::to_text(run.trigger)); } },
        { "state", one_of({ "running", "succeeded", "rejects", "held", "failed", "interrupted" },
                       "rejects: succeeded, with documents set aside; held: changed nothing and waits for a person"),
            true, [](Run const & run) { return Json(health::to_text(run.state)); } },
        { "started", moment("When it began"), true, [](Run const & run) { return Json(to_text(run.started)); } },
        { "ended", moment("When it ended; not there while it runs"), false, [](Run const & run) { return when(run.ended); } },
        { "fetched", count("Documents read: unchanged, mapped, filtered and rejected together"), true,
            [](Run const & run) { return Json(run.fetched); } },
        { "unchanged", count("Documents that were known as they are"), true, [](Run const & run) { return Json(run.unchanged); } },
        { "mapped", count("Documents taken over"), true, [](Run const & run) { return Json(run.mapped); } },
        { "filtered", count("Documents that the mapping leaves out"), true, [](Run const & run) { return Json(run.filtered); } },
        { "rejected", count("Documents set aside"), true, [](Run const & run) { return Json(run.rejected); } },
        { "added", count("Records that were not known"), true, [](Run const & run) { return Json(run.added); } },
        { "changed", count("Records that changed"), true, [](Run const & run) { return Json(run.changed); } },
        { "vanished", count("Records that the source does not tell any more"), true,
            [](Run const & run) { return Json(run.vanished); } },
        { "reason", text("Why it failed or was held: a code"), false, [](Run const & run) { return unless_empty(run.reason); } },
        { "message", text("The same in a sentence"), false, [](Run const & run) { return unless_empty(run.message); } },
        { "trace", text("The trace-id (W3C Trace Context) that its requests carried and its lines in the log end with"), false,
            [](Run const & run) { return unless_empty(to_text(run.trace)); } },
    };
    return shape;
}

Shape<FeedAt> const & feed_shape()
{
    static Shape<FeedAt> const shape {
        { "source", text("The source that has it"), true, [](FeedAt const & at) { return Json(at.feed.source); } },
        { "feed", text("Its name in that source"), true, [](FeedAt const & at) { return Json(at.feed.feed); } },
        { "status", status("warn: a person should look, some time"), true,
            [](FeedAt const & at) { return Json(health::to_text(health::status_of(at.feed, at.snapshot))); } },
        { "running", flag("It is read at this moment"), true, [](FeedAt const & at) { return Json(at.feed.running()); } },
        { "lastSuccess", moment("When the last run that succeeded ended"), false,
            [](FeedAt const & at) { return when(at.feed.last_success); } },
        { "nextRun", moment("When it is read next by its schedule; not there: by hand only"), false,
            [](FeedAt const & at) { return when(at.feed.next_run); } },
        { "intervalSeconds", Json { { "type", "number" }, { "description", "How long its schedule leaves between two runs; 0: by hand only" } },
            true, [](FeedAt const & at) { return Json(seconds(at.feed.interval)); } },
        { "consecutiveFailures", count("Runs that failed since one succeeded"), true,
            [](FeedAt const & at) { return Json(at.feed.consecutive_failures); } },
        { "quarantined", count("Documents that are set aside and wait for a person"), true,
            [](FeedAt const & at) { return Json(at.feed.quarantined); } },
        { "quarantineOldest", moment("Since when the first of them waits"), false,
            [](FeedAt const & at) { return when(at.feed.quarantine_oldest); } },
        { "unreadFields", count("Fields that hold values and that the mapping does not read"), true,
            [](FeedAt const & at) { return Json(at.feed.unread_fields); } },
        { "shapeChanges", count("Changes in the fields of its documents that nobody has accepted"), true,
            [](FeedAt const & at) { return Json(at.feed.shape_changes); } },
        { "lastRun", reference("Run"), false,
            [](FeedAt const & at) { return at.feed.last_run ? object_of(run_shape(), *at.feed.last_run) : Json(); } },
    };
    return shape;
}

Shape<SourceAt> const & source_shape()
{
    static Shape<SourceAt> const shape {
        { "source", text("Its name"), true, [](SourceAt const & at) { return Json(at.name); } },
        { "title", text("Its name for people"), true, [](SourceAt const & at) { return Json(at.title); } },
        { "status", status("The worst of its feeds"), true, [](SourceAt const & at) { return Json(health::to_text(at.status)); } },
        { "feeds", count("How many feeds it has"), true, [](SourceAt const & at) { return Json(at.feeds); } },
        { "pausedUntil", moment("Until when it is left alone, because a person said so"), false,
            [](SourceAt const & at) { return when(at.paused_until); } },
    };
    return shape;
}

Shape<Check> const & check_shape()
{
    static Shape<Check> const shape {
        { "name", text("What was looked at; stable"), true, [](Check const & check) { return Json(check.name); } },
        { "status", status("warn: a person should look, some time; fail: the service cannot do its work"), true,
            [](Check const & check) { return Json(health::to_text(check.status)); } },
        { "text", text("How it stands, in a sentence"), true, [](Check const & check) { return Json(check.text); } },
        { "observedValue", Json { { "type", "number" }, { "description", "What was measured" } }, false,
            [](Check const & check) { return check.unit.empty() ? Json() : Json(check.observed); } },
        { "observedUnit", text("In what"), false, [](Check const & check) { return unless_empty(check.unit); } },
    };
    return shape;
}

Shape<Snapshot> const & service_shape()
{
    static Shape<Snapshot> const shape {
        { "version", text("Of the program"), true, [](Snapshot const & now) { return Json(now.version); } },
        { "status", status("The worst of the checks"), true,
            [](Snapshot const & now) { return Json(health::to_text(health::evaluate(now).status)); } },
        { "started", moment("When this process began"), true, [](Snapshot const & now) { return Json(to_text(now.started)); } },
        { "configurationRead", moment("When the configuration in force was read"), true,
            [](Snapshot const & now) { return Json(to_text(now.configuration_read)); } },
        { "reloadSucceeded", flag("False: the configuration was read again and refused; the one before is in force"), true,
            [](Snapshot const & now) { return Json(now.reload_succeeded); } },
        { "doubts", count("Pairs of records that a person must judge"), true, [](Snapshot const & now) { return Json(now.doubts); } },
        { "doubtsOldest", moment("Since when the first of them waits"), false,
            [](Snapshot const & now) { return when(now.doubts_oldest); } },
        { "outboxBatches", count("Batches that wait for the warehouse"), true,
            [](Snapshot const & now) { return Json(now.outbox.batches); } },
        { "outboxBytes", count("Their size"), true, [](Snapshot const & now) { return Json(now.outbox.bytes); } },
        { "outboxOldest", moment("Since when the first of them waits"), false,
            [](Snapshot const & now) { return when(now.outbox.oldest); } },
        { "warehouseReachable", flag("The warehouse took what was delivered last"), true,
            [](Snapshot const & now) { return Json(now.warehouse.reachable); } },
        { "lastDelivery", moment("When it last took something"), false,
            [](Snapshot const & now) { return when(now.warehouse.last_delivery); } },
    };
    return shape;
}

} // namespace ketensync::web
