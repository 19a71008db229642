#include "daemon/health/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>

namespace ketensync::health {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double in_seconds(std::chrono::milliseconds span)
{
    return static_cast<double>(span.count()) / 1000;
}

double seconds_of(std::optional<Instant> instant)
{
    return instant ? in_seconds(instant->time_since_epoch()) : 0;
}

/// The families of one answer.
class Exposition {
public:
    MetricFamily & family(std::string name, std::string help, MetricType type)
    {
        m_families.push_back({ std::move(name), std::move(help), type, {} });
        return m_families.back();
    }

    void one(std::string name, std::string help, MetricType type, double value, Labels labels = {})
    {
        add(family(std::move(name), std::move(help), type), value, std::move(labels));
    }

    static void add(MetricFamily & family, double value, Labels labels)
    {
        ClientMetric metric;
        metric.label = std::move(labels);
        if (family.type == MetricType::Counter) {
            metric.counter.value = value;
        } else {
            metric.gauge.value = value;
        }
        family.metric.push_back(std::move(metric));
    }

    std::string text() const { return prometheus::TextSerializer().Serialize(m_families); }

private:
    std::vector<MetricFamily> m_families;
};

Labels labels_of(FeedState const & feed)
{
    return { { "source", feed.source }, { "feed", feed.feed } };
}

/// One family with a value for each feed.
struct FeedFamily {
    char const * name;
    char const * help;
    MetricType type;
    double (*value)(FeedState const & feed);
};

double duration_of(FeedState const & feed)
{
    if (!feed.last_run || !feed.last_run->ended) {
        return 0;
    }
    return seconds_of(feed.last_run->ended) - seconds_of(feed.last_run->started);
}

double number(std::uint64_t value)
{
    return static_cast<double>(value);
}

constexpr auto counter = MetricType::Counter;
constexpr auto gauge = MetricType::Gauge;

constexpr std::array feed_families {
    FeedFamily { "ketensync_sync_runs_total", "Runs that ended.", counter,
        [](FeedState const & feed) { return number(feed.totals.runs); } },
    FeedFamily { "ketensync_sync_last_attempt_timestamp_seconds", "When the last run began; 0 is never.", gauge,
        [](FeedState const & feed) { return feed.last_run ? seconds_of(feed.last_run->started) : 0; } },
    FeedFamily { "ketensync_sync_last_success_timestamp_seconds", "When the last run that succeeded ended; 0 is never.",
        gauge, [](FeedState const & feed) { return seconds_of(feed.last_success); } },
    FeedFamily {
        "ketensync_sync_last_run_duration_seconds", "How long the last run took, if it ended.", gauge, duration_of },
    FeedFamily { "ketensync_sync_next_run_timestamp_seconds", "When the next run begins; 0 is by hand only.", gauge,
        [](FeedState const & feed) { return seconds_of(feed.next_run); } },
    FeedFamily { "ketensync_sync_interval_seconds", "The longest gap between runs around now; 0 is by hand only.",
        gauge, [](FeedState const & feed) { return in_seconds(feed.interval); } },
    FeedFamily { "ketensync_sync_in_progress", "1 while a run is going on.", gauge,
        [](FeedState const & feed) { return feed.running() ? 1.0 : 0.0; } },
    FeedFamily { "ketensync_sync_consecutive_failures", "Runs that failed since the last one that succeeded.", gauge,
        [](FeedState const & feed) { return number(feed.consecutive_failures); } },
    FeedFamily { "ketensync_records_read_total", "Documents fetched from the source.", counter,
        [](FeedState const & feed) { return number(feed.totals.fetched); } },
    FeedFamily { "ketensync_records_unchanged_total", "Documents that were known already.", counter,
        [](FeedState const & feed) { return number(feed.totals.unchanged); } },
    FeedFamily { "ketensync_records_mapped_total", "Documents turned into records.", counter,
        [](FeedState const & feed) { return number(feed.totals.mapped); } },
    FeedFamily { "ketensync_records_filtered_total", "Documents the mapping leaves out.", counter,
        [](FeedState const & feed) { return number(feed.totals.filtered); } },
    FeedFamily { "ketensync_records_rejected_total", "Documents set aside.", counter,
        [](FeedState const & feed) { return number(feed.totals.rejected); } },
    FeedFamily { "ketensync_records_added_total", "Records that are new.", counter,
        [](FeedState const & feed) { return number(feed.totals.added); } },
    FeedFamily { "ketensync_records_changed_total", "Records that changed.", counter,
        [](FeedState const & feed) { return number(feed.totals.changed); } },
    FeedFamily { "ketensync_records_vanished_total", "Records that nothing tells any more.", counter,
        [](FeedState const & feed) { return number(feed.totals.vanished); } },
    FeedFamily { "ketensync_quarantine_records", "What is set aside now.", gauge,
        [](FeedState const & feed) { return number(feed.quarantined); } },
    FeedFamily { "ketensync_quarantine_oldest_timestamp_seconds", "Since when the oldest is set aside; 0 is nothing.",
        gauge, [](FeedState const & feed) { return seconds_of(feed.quarantine_oldest); } },
    FeedFamily { "ketensync_feed_unread_fields", "Fields of its documents that hold values the mapping does not read.",
        gauge, [](FeedState const & feed) { return number(feed.unread_fields); } },
    FeedFamily { "ketensync_feed_shape_changes", "Changes in the fields of its documents that nobody has accepted.",
        gauge, [](FeedState const & feed) { return number(feed.shape_changes); } },
};

void add_feeds(Exposition & exposition, std::vector<FeedState> const & feeds)
{
    for (auto const & each : feed_families) {
        auto & family = exposition.family(each.name, each.help, each.type);
        for (auto const & feed : feeds) {
            Exposition::add(family, each.value(feed), labels_of(feed));
        }
    }
    auto & failures = exposition.family("ketensync_sync_run_failures_total", "Runs that failed, by reason.", counter);
    for (auto const & feed : feeds) {
        for (auto const reason : reason_codes) {
            auto labels = labels_of(feed);
            labels.push_back({ "reason", std::string(reason) });
            auto const found = feed.totals.failures.find(reason);
            Exposition::add(
                failures, found == feed.totals.failures.end() ? 0 : number(found->second), std::move(labels));
        }
    }
}

void add_service(Exposition & exposition, Snapshot const & snapshot)
{
    exposition.one("ketensync_build_info", "What was built; always 1.", gauge, 1, { { "version", snapshot.version } });
    exposition.one("ketensync_config_last_reload_successful", "1 when the last reading of configuration succeeded.",
        gauge, snapshot.reload_succeeded ? 1 : 0);
    exposition.one("ketensync_config_last_reload_success_timestamp_seconds",
        "When the configuration in force was read.", gauge, seconds_of(snapshot.configuration_read));
    exposition.one("ketensync_review_pairs", "Pairs that wait for a person.", gauge, number(snapshot.doubts));
    exposition.one("ketensync_review_oldest_pending_timestamp_seconds", "Since when the oldest pair waits; 0 is none.",
        gauge, seconds_of(snapshot.doubts_oldest));
    exposition.one("ketensync_outbox_batches", "Batches the warehouse has not acknowledged.", gauge,
        number(snapshot.outbox.batches));
    exposition.one("ketensync_outbox_bytes", "Their size.", gauge, number(snapshot.outbox.bytes));
    exposition.one("ketensync_outbox_oldest_timestamp_seconds", "Since when the oldest batch waits; 0 is none.", gauge,
        seconds_of(snapshot.outbox.oldest));
    exposition.one(
        "ketensync_warehouse_up", "1 when the warehouse answers.", gauge, snapshot.warehouse.reachable ? 1 : 0);
    exposition.one("ketensync_warehouse_last_delivery_timestamp_seconds",
        "When the warehouse last took a batch; 0 is never.", gauge, seconds_of(snapshot.warehouse.last_delivery));
    exposition.one("ketensync_warehouse_size_bytes", "Size of the warehouse.", gauge, number(snapshot.warehouse.bytes));
    exposition.one("ketensync_db_up", "1 when the state file can be written.", gauge, snapshot.store.writable ? 1 : 0);
    exposition.one("ketensync_db_size_bytes", "Size of the state file.", gauge, number(snapshot.store.bytes));
    exposition.one(
        "ketensync_disk_free_bytes", "Free where the state file is.", gauge, number(snapshot.store.disk_free));
    exposition.one("ketensync_edition_owed_timestamp_seconds",
        "When the half-year was over whose edition of the Monitor is to be published; 0 is none.", gauge,
        seconds_of(snapshot.edition ? std::optional(snapshot.edition->since) : std::nullopt));
    exposition.one("ketensync_edition_patience_seconds", "So long after a half-year its edition is overdue.", gauge,
        in_seconds(snapshot.edition_patience));
    exposition.one("ketensync_certificate_soon_seconds", "So long before a certificate ends somebody should look.", gauge,
        in_seconds(snapshot.certificate_soon));
    exposition.one("ketensync_certificate_urgent_seconds", "So long before a certificate ends somebody must.", gauge,
        in_seconds(snapshot.certificate_urgent));
    auto & certificates = exposition.family(
        "ketensync_certificate_expiry_seconds", "Until a certificate ends, by the name of its credential; below 0 it has.", gauge);
    for (auto const & certificate : snapshot.certificates) {
        if (certificate.ends) {
            Exposition::add(certificates, in_seconds(*certificate.ends - snapshot.taken), { { "credential", certificate.name } });
        }
    }
    auto & heartbeat = exposition.family("ketensync_heartbeat_timestamp_seconds", "When a worker last got on.", gauge);
    auto & idle = exposition.family("ketensync_worker_idle", "1 while a worker waits for work.", gauge);
    for (auto const & worker : snapshot.workers) {
        Exposition::add(heartbeat, seconds_of(worker.last_progress), { { "worker", worker.name } });
        Exposition::add(idle, worker.idle ? 1 : 0, { { "worker", worker.name } });
    }
}

void add_process(Exposition & exposition, ProcessFigures const & process)
{
    exposition.one("process_start_time_seconds", "Start of the process since 1970.", gauge, process.start_time);
    exposition.one("process_cpu_seconds_total", "User and system time.", counter, process.cpu_seconds);
    exposition.one("process_resident_memory_bytes", "Resident memory.", gauge, number(process.resident_bytes));
    exposition.one("process_virtual_memory_bytes", "Virtual memory.", gauge, number(process.virtual_bytes));
    exposition.one("process_open_fds", "Open file descriptors.", gauge, number(process.open_files));
    exposition.one("process_max_fds", "Most file descriptors that may be open.", gauge, number(process.open_files_max));
    exposition.one("process_threads", "Threads.", gauge, number(process.threads));
}

} // namespace

std::string metrics_text(Snapshot const & snapshot)
{
    Exposition exposition;
    add_service(exposition, snapshot);
    add_feeds(exposition, snapshot.feeds);
    add_process(exposition, snapshot.process);
    return exposition.text();
}

} // namespace ketensync::health
