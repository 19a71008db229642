#pragma once

#include "connectors/access.hpp"
#include "daemon/base/queue.hpp"
#include "daemon/health/heartbeats.hpp"
#include "daemon/landing/quarantine.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/pipeline/pull.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/progress.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/pipeline/workbench.hpp"
#include "daemon/store/instance_lock.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

namespace ketensync::pipeline {

/// What the pipeline is given. All of it outlives the pipeline.
struct Surroundings {
    Clock const & clock;
    Log const & log;
    health::Heartbeats & heartbeats;
    /// Trouble with the state file is waited out (a full disk that an operator makes room on) instead of ending the run.
    bool patient = false;
    /// Feeds are digested in the order in which they were handed in, whichever is read first: what comes of it does not
    /// hang on who was faster. A service does not wait for the slowest.
    bool in_order = false;
};

/// The feed (in the plan) whose run was held under that number; Failure::usage when there is no such held run.
Result<std::size_t> held_feed(Plan const & plan, store::Database & state, std::int64_t run);

/// The whole way from sources to the warehouse, with its threads: a bounded number read feeds, one digests, one
/// delivers. Holds the state folder's lock as long as it lives. Feeds are handed in with `submit`, from any thread; a
/// feed must not be handed in again before it is done.
class Pipeline {
public:
    /// Opens the state, takes up what an earlier process left, and starts the threads. Failure::busy when another
    /// process has the state.
    static Result<std::unique_ptr<Pipeline>> open(std::shared_ptr<Plan const> plan, Surroundings surroundings);
    ~Pipeline();

    /// `done` is called on the digesting thread with the run as it ended.
    using Done = std::function<void(health::Run const &)>;
    void submit(std::size_t feed, RunOptions options, Done done);

    /// Hands in the documents in quarantine that the selection names, to be digested once more as they were received.
    /// Gives how many; `done` is called once for each feed they belong to.
    /// `who` asked for it; empty: the account of this process. `why`: in the words of a person, for the audit log.
    Result<std::size_t> retry(landing::Quarantine::Selection const & selection, Done const & done, std::string_view who = {},
        std::string_view why = {});

    /// How far each feed is that was submitted and is not done.
    std::vector<Progress> progress() const;
    /// Asks for the reading of this feed to end. What was read and stands on its own stays and is digested; the run ends
    /// as interrupted, for `why`. False when the feed is not being read: what is being digested is finished.
    bool cancel(std::size_t feed, std::string const & why);
    /// Has `work` done by the digesting thread, between two batches. The future holds what it gave; it is broken when the
    /// pipeline ended before.
    std::future<Result<void>> at_bench(std::function<Result<void>(Bench & bench)> work);

    /// Waits until all that was submitted is done, or `stop` is requested.
    void wait_done(std::stop_token stop);
    /// The same, for so long at most; false when that was not enough.
    bool wait_done(std::stop_token stop, std::chrono::milliseconds at_most);
    /// Waits until the outbox is empty; the failure of the warehouse, when it does not take what waits.
    Result<void> wait_delivered(std::stop_token stop);
    /// The same at this moment; nothing while it is under way.
    std::optional<Result<void>> delivered() const;
    /// Finishes the batch at hand and stops. What waits, waits for the next start.
    void stop();

    struct Delivery {
        bool reachable = true;
        std::string message;
        std::optional<Instant> last;
    };
    Delivery delivery() const;
    /// The state file, on the connection of the thread that opened the pipeline.
    store::Database & state() { return m_state; }
    /// Another connection to the state file, for the calling thread.
    Result<store::Database> connection() const { return m_state.another({ .cache_bytes = 1U << 20 }); }
    Plan const & plan() const { return *m_plan; }
    Numbers const & numbers() const { return m_numbers; }

private:
    struct Work {
        std::size_t feed = 0;
        RunOptions options;
        Done done;
        std::uint64_t turn = 0; ///< 0: has none
        std::stop_source stop {}; ///< of this reading alone
    };
    struct Digestion {
        Pulled pulled;
        Done done;
        std::uint64_t turn = 0;
        std::shared_ptr<std::packaged_task<Result<void>(Bench &)>> work {}; ///< instead of a feed's news
        bool was_read = false; ///< just now, by a reader of this pipeline
    };
    /// A feed that was submitted and is not done.
    struct Going {
        std::stop_source stop;
        Progress progress;
        std::string why_cancelled;
    };
    Pipeline(std::shared_ptr<Plan const> plan, Surroundings surroundings, store::InstanceLock lock, store::Database state);

    Result<void> take_up();
    void start();
    void read_feeds(std::size_t reader, std::stop_token stop);
    void digest(std::stop_token stop);
    /// As the queue's `pop`, or `pop_for` when it is not at rest; what was read before its turn waits for it.
    std::optional<Digestion> next_digestion(bool at_rest, health::Heartbeats::Beat & beat);
    void want_delivery();
    void deliver(std::stop_token stop);
    /// The warehouse is open only while there is something for it, or when it is not known to be `sound`.
    Result<void> deliver_waiting(bool sound, std::stop_token stop, health::Heartbeats::Beat & beat);
    /// Waits until nobody reads that feed; it is the caller's until what this gives is let go of.
    std::shared_ptr<void> take_turn(record::FeedId feed, std::stop_token stop, std::function<void()> const & alive);
    Result<Pulled> pull(store::Database & database, Work const & work, std::stop_token stop, health::Heartbeats::Beat & beat);
    Result<health::Run> conclude(Runs & runs, store::Database & database, Pulled const & pulled, Result<void> const & digested,
        bool stopped) const;
    void finished();
    void finished(std::size_t feed);
    void note(std::size_t feed, std::function<void(Going &)> const & change);
    std::string why_cancelled(std::size_t feed) const;

    std::shared_ptr<Plan const> m_plan;
    Surroundings m_surroundings;
    store::InstanceLock m_lock;
    store::Database m_state; ///< of the thread that opened the pipeline
    Numbers m_numbers;
    settings::Secrets m_secrets;
    warehouse::Holder m_holder; ///< of the warehouse; of the delivering thread
    connectors::SharedAccess m_shared; ///< tokens and budgets that the feeds of one source have in common
    std::atomic<std::int64_t> m_last_page = 0;

    BoundedQueue<Work> m_reads;
    BoundedQueue<Digestion> m_digestions;
    std::map<std::uint64_t, Digestion> m_early; ///< of the digesting thread, as is whose turn it is
    std::uint64_t m_turn = 1;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::set<record::FeedId> m_being_read;
    std::map<std::size_t, Going> m_going; ///< by feed
    std::uint64_t m_turns = 0;      ///< handed out
    std::size_t m_open = 0;         ///< submitted and not done
    bool m_delivery_wanted = true;  ///< something may wait in the outbox
    bool m_delivering = false;
    Delivery m_delivery;
    std::optional<Error> m_delivery_failure;
    std::vector<std::jthread> m_threads;
};

}
