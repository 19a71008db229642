#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/health/edition_state.hpp"
#include "daemon/health/heartbeats.hpp"
#include "daemon/health/process_figures.hpp"
#include "daemon/health/run_log.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::health {

/// What a feed's runs came to, added up. Only grows.
struct FeedTotals {
    std::uint64_t runs = 0;
    std::map<std::string, std::uint64_t, std::less<>> failures; ///< by reason code
    std::uint64_t fetched = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t mapped = 0;
    std::uint64_t filtered = 0;
    std::uint64_t rejected = 0;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t vanished = 0;

    /// Adds a run that ended.
    void add(Run const & run);
};

/// Why a source is left alone for a while.
struct PausedState {
    Instant until {};
    std::string who;
    std::string reason;
};

/// One of a feed's last runs, as a small chart needs it.
struct RunMark {
    std::uint64_t id = 0;
    RunState state = RunState::running;
    Instant started {};
    std::chrono::milliseconds lasted { 0 }; ///< zero while it runs
    std::uint64_t news = 0;                 ///< documents that were new or otherwise, or gone
    std::uint64_t rejected = 0;
};

/// One feed at one moment.
struct FeedState {
    std::string source;
    std::string title; ///< of the source, for people
    std::string feed;
    std::optional<Instant> last_success; ///< when the last run that succeeded ended
    std::optional<Instant> next_run; ///< nothing: by hand only
    std::chrono::milliseconds interval { 0 }; ///< Timetable::interval; zero: by hand only
    std::optional<Instant> late_after; ///< by its own schedule; nothing: two intervals after its last success
    std::vector<Instant> next_runs; ///< the moments of its next turns, ten at most
    std::optional<PausedState> paused; ///< of its source
    std::optional<Run> last_run; ///< the last that began; it may still be running
    std::vector<RunMark> recent; ///< its last runs, the oldest first; eight at most
    std::optional<Instant> told_until; ///< the latest moment that its data tells of; nothing: its data tells no moments
    std::optional<Instant> news_came;  ///< when it last brought anything that was not known
    std::uint64_t consecutive_failures = 0;
    std::uint64_t quarantined = 0;
    std::optional<Instant> quarantine_oldest;
    std::uint64_t unread_fields = 0; ///< of its documents, that hold values the mapping does not read
    std::uint64_t shape_changes = 0; ///< in the fields of its documents, that nobody has accepted
    FeedTotals totals;

    bool running() const { return last_run && last_run->state == RunState::running; }
};

/// What happened in the last 24 hours.
struct DayState {
    std::uint64_t runs = 0;
    std::uint64_t failed = 0; ///< or held
    std::uint64_t by_hand = 0; ///< entries of the audit log
};

struct OutboxState {
    std::uint64_t batches = 0;
    std::uint64_t bytes = 0;
    std::uint64_t bytes_max = 0; ///< Limits::outbox_bytes_max; zero: no limit
    std::optional<Instant> oldest;
};

struct WarehouseState {
    bool reachable = true;
    std::string message; ///< why not, one sentence
    std::optional<Instant> last_delivery;
    std::uint64_t bytes = 0;
};

struct StoreState {
    bool writable = true;
    std::string message; ///< why not, one sentence
    std::uint64_t bytes = 0; ///< of the state file
    std::uint64_t disk_free = 0;
    std::uint64_t disk_needed = 512U << 20; ///< below this nothing new is read
};

/// A certificate that something of ours stands or falls with.
struct CertificateState {
    std::string name;                 ///< of its credential; or of the setting that names its file: "warehouse.ca_file"
    std::vector<std::string> used_by; ///< sources; or "warehouse"
    std::optional<Instant> ends;      ///< nothing: it cannot be read here; who uses it will say why
};

/// Everything an outsider may ask of the service, at one moment: plain data, made by the pipeline every few seconds and
/// passed on as a whole. Health, metrics, status line, status command and page are all worked out from one of these, so
/// that they never contradict each other.
struct Snapshot {
    Instant taken {};
    Instant started {}; ///< when this process began
    std::string version;
    bool started_up = false; ///< configuration read, store opened and migrated
    bool stopping = false;
    bool reload_succeeded = true; ///< the last reload of configuration
    Instant configuration_read {}; ///< when the one in force was read
    std::string configuration; ///< its version: twelve letters that stand for its files
    DayState day;
    std::vector<FeedState> feeds; ///< by source and feed
    std::uint64_t doubts = 0; ///< pairs that wait for a person
    std::optional<Instant> doubts_oldest;
    OutboxState outbox;
    WarehouseState warehouse;
    StoreState store;
    std::vector<CertificateState> certificates; ///< by name
    std::chrono::milliseconds certificate_soon { 0 };   ///< Limits
    std::chrono::milliseconds certificate_urgent { 0 }; ///< Limits
    std::optional<OwedEdition> edition; ///< nothing: it is published, or nobody waits for it
    std::chrono::milliseconds edition_patience { 0 }; ///< Limits::edition_patience
    std::vector<WorkerState> workers;
    ProcessFigures process;
};

} // namespace ketensync::health
