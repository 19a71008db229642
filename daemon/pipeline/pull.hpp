#pragma once

#include "connectors/connector.hpp"
#include "daemon/landing/landing.hpp"
#include "daemon/landing/shapes.hpp"
#include "daemon/pipeline/belief.hpp"
#include "daemon/pipeline/course.hpp"
#include "daemon/pipeline/drift.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/pipeline/runs.hpp"

#include <functional>
#include <optional>
#include <stop_token>

namespace ketensync::pipeline {

/// What an operator asked for beyond an ordinary run.
struct RunOptions {
    health::Trigger trigger = health::Trigger::manual;
    bool full = false;          ///< from the beginning, and every document counts as changed
    bool accept_mass_change = false; ///< what is not believable is taken all the same
    std::string reason {};      ///< of the operator
    std::string who {};         ///< the operator, when the service was asked; empty: the account of this process
    bool concludes = true;      ///< what was read is kept for good: the source may be tidied up
};

/// A feed was read: what landed waits to be digested under `run`; `failure` is why reading ended early, if it did.
struct Pulled {
    std::int64_t run = 0;
    std::size_t feed = 0; ///< in the plan
    std::optional<Error> failure;
    std::string notes;          ///< what a person should know of a run that went well
    Trace trace {};             ///< of the run
};

/// source → landing, for one feed, on one thread and its own connection: `begin`, then `run`. `swept` is the feed whose documents
/// this one lists; nobody else may read that meanwhile.
class Pull {
public:
    Pull(store::Database & database, landing::Landing & landing, Runs & runs, PlannedFeed const & feed,
        record::FeedId number, settings::Limits const & limits, Clock const & clock, record::FeedId swept = 0);

    /// The run begins. Gives the trace that all asked for it carries.
    Result<Trace> begin(RunOptions const & options);
    /// Reads the feed to its end through `connector`, lands what is news, and releases it: each page with its cursor
    /// where a page stands on its own; a whole delivery, when it was read to the end and is believable, where only the
    /// whole says what is gone. `alive` is called at every page. A failure inside the run is in the result; a failure
    /// of the state file is the Result's.
    Result<Pulled> run(connectors::Connector & connector, std::stop_token stop, std::function<void()> const & alive);

    // How far it is: for who calls `run`, also from `alive`.
    std::int64_t number() const { return m_run; }
    std::uint64_t fetched() const { return m_fetched; }
    std::uint64_t unchanged() const { return m_unchanged; }

private:
    Result<void> read(connectors::Connector & connector, std::stop_token stop, std::function<void()> const & alive);
    Result<void> take(connectors::Page const & page);
    Result<void> take_gone(connectors::Page const & page);
    Result<void> document(std::string_view bytes);
    void pack();
    void pack(std::string_view body);
    Result<void> land();
    Result<void> write(bool now);
    Result<void> tell_cost(std::uint64_t pages, std::uint64_t bytes);
    Result<void> settle_absent(std::string const & period);
    Result<void> judge() const;
    void number_page();
    Result<void> sweep();
    void release(std::string const & cursor, bool whole);

    /// A release that waits with its pages.
    struct Due {
        std::size_t pages = 0; ///< of those that wait, the first so many lie before the cursor
        std::string cursor;
        std::uint64_t fetched = 0;
        std::uint64_t unchanged = 0;
        std::uint64_t pages_read = 0;
        std::uint64_t bytes_read = 0;
        std::optional<formats::Shape> shape;
    };

    store::Database & m_database;
    landing::Landing & m_landing;
    Runs & m_runs;
    PlannedFeed const & m_feed;
    record::FeedId m_number;
    record::FeedId m_swept; ///< the feed whose documents this one lists; 0: none
    settings::Limits const & m_limits;
    Clock const & m_clock;
    formats::Limits m_format_limits;
    formats::Parser m_parser;
    formats::Tree m_tree;
    Belief m_belief;
    landing::Shapes m_shapes;
    DriftWatch m_drift;

    RunOptions m_options;
    std::int64_t m_run = 0;
    Trace m_trace;
    landing::Known m_known;
    std::int64_t m_first_page = 0;    ///< of this run; 0: none yet
    landing::Page m_page;             ///< what is being filled
    std::vector<landing::PackedPage> m_waiting; ///< to be written
    std::size_t m_waiting_bytes = 0;
    std::optional<Due> m_due;
    std::string m_period;
    std::uint64_t m_seed = 0;         ///< of content fingerprints: the context and period the documents share
    std::uint64_t m_fetched = 0;
    std::uint64_t m_unchanged = 0;
    std::uint64_t m_pages = 0;
    std::uint64_t m_bytes = 0;        ///< of those pages
    std::uint64_t m_delivered = 0;    ///< different documents in the present delivery
    std::optional<std::uint64_t> m_declared;
    /// Of a sweep: documents whose line in the list is otherwise than it was, with where that was.
    std::vector<std::pair<record::Fingerprint, landing::Version>> m_relisted;
    bool m_read_again = false; ///< the swept feed, from its beginning
    std::string m_note;
};

}
