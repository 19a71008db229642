#include "daemon/health/health.hpp"

#include "daemon/health/lateness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace ketensync::health {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr auto outbox_patience = hours(1);
/// Five working days, with a weekend.
constexpr auto person_patience = hours(24 * 7);
/// Of documents set aside: fewer are an ordinary day, also where few are read.
constexpr std::uint64_t handful = 20;

double in_seconds(milliseconds span)
{
    return static_cast<double>(span.count()) / 1000;
}

Check check(std::string name, Probe probe, std::string measurement, std::string component_type)
{
    Check result;
    result.name = std::move(name);
    result.probe = probe;
    result.measurement = std::move(measurement);
    result.component_type = std::move(component_type);
    return result;
}

Check worker_check(WorkerState const & worker)
{
    auto result = check("worker:" + worker.name, Probe::live, "silentFor", "component");
    result.status = worker.alive() ? Status::pass : Status::fail;
    result.text = worker.idle ? "waits for work" : fmt::format("last got on {} ago", span_text(worker.silent_for));
    result.observed = worker.idle ? 0 : in_seconds(worker.silent_for);
    result.unit = "s";
    return result;
}

Check startup_check(Snapshot const & snapshot)
{
    auto result = check("startup", Probe::startup, "uptime", "system");
    result.status = snapshot.started_up ? Status::pass : Status::fail;
    result.text = snapshot.started_up ? "started" : "still reading its configuration and state";
    result.observed = in_seconds(snapshot.taken - snapshot.started);
    result.unit = "s";
    return result;
}

Check stopping_check(Snapshot const & snapshot)
{
    auto result = check("stopping", Probe::ready, "state", "component");
    result.status = snapshot.stopping ? Status::fail : Status::pass;
    result.text = snapshot.stopping ? "finishing what runs, beginning nothing new" : "takes work";
    return result;
}

Check configuration_check(Snapshot const & snapshot)
{
    auto result = check("configuration", Probe::ready, "age", "component");
    result.status = snapshot.reload_succeeded ? Status::pass : Status::warn;
    result.text = snapshot.reload_succeeded ? "in force"
                                            : "the last reload failed, the earlier one stays in force; run --check";
    result.observed = in_seconds(snapshot.taken - snapshot.configuration_read);
    result.unit = "s";
    return result;
}

Check store_check(StoreState const & store)
{
    auto result = check("store", Probe::ready, "size", "datastore");
    result.status = store.writable ? Status::pass : Status::fail;
    result.text = store.writable ? "can be written" : store.message;
    result.observed = static_cast<double>(store.bytes);
    result.unit = "bytes";
    return result;
}

Check disk_check(StoreState const & store)
{
    auto result = check("disk", Probe::ready, "free", "system");
    auto const mebibytes = store.disk_free >> 20U;
    result.text = fmt::format("{} MiB free", mebibytes);
    if (store.disk_free < store.disk_needed) {
        result.status = Status::fail;
        result.text += fmt::format(", nothing new is read below {} MiB", store.disk_needed >> 20U);
    } else if (store.disk_free < 2 * store.disk_needed) {
        result.status = Status::warn;
        result.text += fmt::format(", reading stops below {} MiB", store.disk_needed >> 20U);
    }
    result.observed = static_cast<double>(store.disk_free);
    result.unit = "bytes";
    return result;
}

Check outbox_check(OutboxState const & outbox, Instant now)
{
    auto result = check("outbox", Probe::ready, "batches", "datastore");
    result.text = outbox.batches == 0 ? "empty" : fmt::format("{} batches wait", outbox.batches);
    if (outbox.oldest) {
        result.text += fmt::format(", the oldest for {}", span_text(now - *outbox.oldest));
    }
    bool const limited = outbox.bytes_max > 0;
    if (limited && outbox.bytes >= outbox.bytes_max) {
        result.status = Status::fail;
        result.text += "; full, nothing new is read until the warehouse takes some";
    } else if ((limited && outbox.bytes >= outbox.bytes_max / 5 * 4)
        || (outbox.oldest && now - *outbox.oldest > outbox_patience)) {
        result.status = Status::warn;
    }
    result.observed = static_cast<double>(outbox.batches);
    result.unit = "batches";
    return result;
}

Check warehouse_check(WarehouseState const & warehouse, Instant now)
{
    auto result = check("warehouse", Probe::ready, "lastDelivery", "datastore");
    result.status = warehouse.reachable ? Status::pass : Status::warn;
    result.text = warehouse.reachable ? "reachable" : warehouse.message;
    if (warehouse.last_delivery) {
        result.observed = in_seconds(now - *warehouse.last_delivery);
        result.unit = "s";
    }
    return result;
}

/// Things that wait for a person: a warning only when they wait long.
Check waiting_check(
    std::string name, std::string const & what, std::uint64_t count, std::optional<Instant> oldest, Instant now)
{
    auto result = check(std::move(name), Probe::ready, "count", "component");
    result.text = fmt::format("{} {}", count, what);
    if (oldest) {
        result.text += fmt::format(", the oldest for {}", span_text(now - *oldest));
        result.status = now - *oldest > person_patience ? Status::warn : Status::pass;
    }
    result.observed = static_cast<double>(count);
    result.unit = what;
    return result;
}

/// A source or a mapping that changed shows in what is set aside long before anybody complains.
Check rejects_check(std::vector<FeedState> const & feeds)
{
    auto result = check("rejects", Probe::ready, "feeds", "component");
    for (auto const & feed : feeds) {
        if (rejects_much(feed)) {
            result.text += fmt::format("{}{}/{}: {} of {} documents set aside", result.text.empty() ? "" : "; ", feed.source,
                feed.feed, feed.last_run->rejected, feed.last_run->fetched);
            result.status = Status::warn;
            result.observed += 1;
        }
    }
    result.text = result.text.empty() ? "few or none" : result.text;
    result.unit = "feeds";
    return result;
}

Check edition_check(Snapshot const & snapshot)
{
    auto result = check("edition", Probe::ready, "owedFor", "component");
    if (!snapshot.edition) {
        result.text = "none is to be published";
        return result;
    }
    auto const age = snapshot.taken - snapshot.edition->since;
    result.status = age > snapshot.edition_patience ? Status::warn : Status::pass;
    result.text = fmt::format("{} is to be published; its half-year was over {} ago", snapshot.edition->name, span_text(age));
    result.observed = in_seconds(age);
    result.unit = "s";
    return result;
}

Check certificate_check(CertificateState const & certificate, Snapshot const & snapshot)
{
    auto result = check("certificate:" + certificate.name, Probe::ready, "timeLeft", "component");
    result.status = ends_within(certificate, snapshot.certificate_soon, snapshot) ? Status::warn : Status::pass;
    result.text = fmt::format("{} (for {})", end_text(certificate, snapshot.taken), fmt::join(certificate.used_by, ", "));
    if (certificate.ends) {
        result.observed = in_seconds(*certificate.ends - snapshot.taken);
        result.unit = "s";
    }
    return result;
}

Check feed_check(FeedState const & feed, Snapshot const & snapshot)
{
    auto result = check(fmt::format("feed:{}/{}", feed.source, feed.feed), Probe::ready, "lastSuccess", "component");
    result.status = status_of(feed, snapshot);
    if (feed.last_success) {
        auto const age = snapshot.taken - *feed.last_success;
        result.text = fmt::format("last succeeded {} ago", span_text(age));
        result.observed = in_seconds(age);
        result.unit = "s";
    } else {
        result.text = "never succeeded";
    }
    if (feed.paused && feed.paused->until > snapshot.taken) {
        result.text += fmt::format(", paused until {} by {}: {}",
            to_text(Instant(std::chrono::floor<seconds>(feed.paused->until))), feed.paused->who, feed.paused->reason);
    }
    if (is_late(feed, snapshot)) {
        result.text += fmt::format(", late: it should every {}", span_text(feed.interval));
    }
    if (feed.last_run && feed.last_run->failed()) {
        result.text += fmt::format("; {} ({} in a row): {}", to_text(feed.last_run->state), feed.consecutive_failures,
            feed.last_run->message.empty() ? feed.last_run->reason : feed.last_run->message);
    }
    return result;
}

} // namespace

bool is_late(FeedState const & feed, Snapshot const & snapshot)
{
    if (feed.paused && feed.paused->until > snapshot.taken) {
        return false;
    }
    if (feed.last_success && feed.late_after) {
        return snapshot.taken > *feed.late_after;
    }
    // A feed that never succeeded counts from the start of the process.
    auto const since = feed.last_success.value_or(snapshot.started);
    return feed.interval > milliseconds(0) && snapshot.taken - since > 2 * feed.interval;
}

bool ends_within(CertificateState const & certificate, milliseconds span, Snapshot const & snapshot)
{
    return certificate.ends && *certificate.ends - snapshot.taken < span;
}

bool rejects_much(FeedState const & feed)
{
    return feed.last_run && feed.last_run->rejected >= handful && feed.last_run->rejected * 20 > feed.last_run->fetched;
}

Status status_of(FeedState const & feed, Snapshot const & snapshot)
{
    if (feed.paused && feed.paused->until > snapshot.taken) {
        return Status::pass; // whoever paused it knows
    }
    bool const failing = feed.consecutive_failures > 0 || (feed.last_run && feed.last_run->failed());
    return failing || is_late(feed, snapshot) ? Status::warn : Status::pass;
}

Report evaluate(Snapshot const & snapshot)
{
    Report report;
    for (auto const & worker : snapshot.workers) {
        report.checks.push_back(worker_check(worker));
    }
    report.checks.push_back(startup_check(snapshot));
    report.checks.push_back(stopping_check(snapshot));
    report.checks.push_back(configuration_check(snapshot));
    report.checks.push_back(store_check(snapshot.store));
    report.checks.push_back(disk_check(snapshot.store));
    report.checks.push_back(outbox_check(snapshot.outbox, snapshot.taken));
    report.checks.push_back(warehouse_check(snapshot.warehouse, snapshot.taken));
    std::uint64_t quarantined = 0;
    std::optional<Instant> oldest;
    for (auto const & feed : snapshot.feeds) {
        quarantined += feed.quarantined;
        if (feed.quarantine_oldest && (!oldest || *feed.quarantine_oldest < *oldest)) {
            oldest = feed.quarantine_oldest;
        }
    }
    report.checks.push_back(waiting_check("quarantine", "records", quarantined, oldest, snapshot.taken));
    report.checks.push_back(waiting_check("review", "pairs", snapshot.doubts, snapshot.doubts_oldest, snapshot.taken));
    report.checks.push_back(rejects_check(snapshot.feeds));
    report.checks.push_back(edition_check(snapshot));
    for (auto const & feed : snapshot.feeds) {
        report.checks.push_back(feed_check(feed, snapshot));
    }
    for (auto const & certificate : snapshot.certificates) {
        report.checks.push_back(certificate_check(certificate, snapshot));
    }
    for (auto const & each : report.checks) {
        report.status = std::max(report.status, each.status);
    }
    return report;
}

std::string_view to_text(Status status)
{
    constexpr std::array<std::string_view, 3> texts { "pass", "warn", "fail" };
    return texts.at(static_cast<std::size_t>(status));
}

std::string end_text(CertificateState const & certificate, Instant now)
{
    if (!certificate.ends) {
        return "cannot be read here";
    }
    auto const left = *certificate.ends - now;
    auto const how = left > milliseconds(0) ? fmt::format("ends in {}", span_text(left)) : fmt::format("ended {} ago", span_text(-left));
    return fmt::format("{}, at {}", how, to_text(Instant(std::chrono::floor<seconds>(*certificate.ends))));
}

std::string span_text(milliseconds span)
{
    if (span < minutes(2)) {
        return fmt::format("{} s", std::max<std::int64_t>(duration_cast<seconds>(span).count(), 0));
    }
    if (span < hours(2)) {
        return fmt::format("{} min", duration_cast<minutes>(span).count());
    }
    if (span < hours(48)) {
        return fmt::format("{} h", duration_cast<hours>(span).count());
    }
    return fmt::format("{} days", duration_cast<hours>(span).count() / 24);
}

} // namespace ketensync::health
