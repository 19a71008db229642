#pragma once

#include "daemon/landing/landing.hpp"
#include "daemon/landing/quarantine.hpp"
#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/course.hpp"
#include "daemon/pipeline/memory.hpp"
#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/settle.hpp"
#include "daemon/pipeline/tombstones.hpp"

#include <functional>
#include <memory>
#include <stop_token>

namespace ketensync::pipeline {

/// landing → mapping → reconcile → golden → outbox. A batch is digested whole or not at all: its records, its golden
/// records, its rejects, the run's numbers and the changes in the outbox commit together. One thread, its own connection.
class Digest {
public:
    static Result<std::unique_ptr<Digest>> open(
        store::Database & database, std::shared_ptr<Plan const> plan, Numbers const & numbers, Clock const & clock,
        std::atomic<std::int64_t> & last_page);

    /// Digests what waits of the run. Ends early, between two batches, when `stop` is requested: the rest waits.
    /// `alive` is called at every batch. Pages are mapped on a thread of their own unless `alone` is set (a trial run
    /// sees what it has not committed only on this connection).
    Result<void> run(std::int64_t run, bool alone, std::stop_token stop, std::function<void()> const & alive);

    /// A person's word on two records, or its withdrawal. `also` is written in the same transaction.
    Result<void> judge(record::RecordId a, record::RecordId b, reconcile::Judgement judgement,
        std::function<Result<void>(golden::Judgements &)> const & also);
    /// Takes documents back, as if their sources had; they must be the newest of their kind.
    Result<void> withdraw(std::vector<landing::Version> const & versions);
    /// Decides of all records at once who is the same, whatever the order in which they came: once they have all come, a
    /// name may be rarer than it seemed. From here on the state is grouped by the rules of the plan.
    Result<void> reconcile();
    /// The same without a person. Failure::held, with nothing done, when the rules are others than the state was grouped
    /// by, or when more than this share of all records (or a handful, where they are few) would move from one golden
    /// record to another.
    Result<void> reconcile_at_rest(double share_max);
    /// As Reconciler::learn, of the first kind that it is anything to. Failure::usage when there is none.
    Result<reconcile::Learned> learn(std::filesystem::path const & file);
    /// True when anything was digested since the last time that was done.
    bool unreconciled() const { return m_unreconciled; }
    /// What is known of all records; loaded when it was not.
    Result<Memory const *> memory();
    /// Leaves that for the next to open the state: see pipeline::put_away. Before this is let go of.
    Result<void> put_away();

    /// When set, is shown every change: for a trial run.
    std::function<void(record::Change const & change)> on_change;

private:
    struct MappedPage {
        landing::Page page;
        std::vector<record::MappedDocument> documents;
    };
    Digest(store::Database & database, std::shared_ptr<Plan const> plan, Numbers const & numbers, Clock const & clock);
    static Result<MappedPage> map(store::Database & database, landing::Landing & landing, std::int64_t page,
        Plan const & plan, Numbers const & numbers);
    /// One transaction: what `work` tells, and all that follows from it.
    Result<void> batch(std::function<Result<void>(Settle &)> const & work);
    Result<void> digest(Settle & settle, std::int64_t run, std::vector<MappedPage> const & pages);
    Result<void> page(Settle & settle, MappedPage const & mapped, Runs::Digested & numbers);
    Result<std::vector<std::size_t>> bar_erased(PlannedFeed const & feed, MappedPage const & mapped);
    Result<void> elect(Settle & settle);
    Result<void> reconcile(double share_max);

    store::Database & m_database;
    std::shared_ptr<Plan const> m_plan;
    Numbers const & m_numbers;
    Clock const & m_clock;
    std::atomic<std::int64_t> * m_last_page = nullptr;
    std::optional<landing::Landing> m_landing;
    std::optional<landing::Quarantine> m_quarantine;
    std::optional<golden::Golden> m_golden;
    std::optional<golden::Judgements> m_judgements;
    std::optional<outbox::Outbox> m_outbox;
    std::optional<Runs> m_runs;
    std::optional<Course> m_course;
    std::optional<Tombstones> m_tombstones;
    std::optional<Processing> m_processing;
    std::int64_t m_run = 0;  ///< that is being digested; 0: it is decided anew, or judged
    std::int64_t m_feed = 0; ///< of that run
    golden::Ranks m_ranks;
    std::string m_rules; ///< stands for those of the plan
    std::unique_ptr<Memory> m_memory;
    bool m_unreconciled = false;
};

}
