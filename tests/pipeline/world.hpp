#pragma once

#include "connectors/connector.hpp"
#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/digest.hpp"
#include "daemon/pipeline/explain.hpp"
#include "daemon/pipeline/provenance.hpp"
#include "daemon/pipeline/pull.hpp"
#include "daemon/pipeline/retention.hpp"
#include "tests/support/temporary_folder.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// A source that answers with what a test wrote down, page after page; a failure where the test says so.
class Script final : public connectors::Connector {
public:
    std::vector<Result<connectors::Page>> pages;
    std::function<void(std::size_t page)> on_read;
    std::function<Result<void>(std::string const & cursor)> on_conclude;
    Result<connectors::Page> read(std::string const & cursor, std::stop_token stop) override;
    Result<void> conclude(std::string const & cursor, std::stop_token stop) override;

private:
    std::size_t m_next = 0;
};

connectors::Page json_page(std::vector<std::string> const & items, bool last, std::string cursor = {});
connectors::Page period_page(std::string period, std::vector<std::string> const & lines, bool last, std::string cursor);

/// Sources with real mappings: uwv (personen, nieuws, and lijst, which sweeps nieuws), gemeente (srg), school (personen,
/// deelnames) and brp (personen). The files of configuration are not read.
std::shared_ptr<Plan> world_plan();

/// All golden records, named by the records that they are made of.
std::string golden_without_numbers(store::Database & state, Plan const & plan, Numbers const & numbers);

/// One state file with real mappings, and a way to synchronise a feed from a script.
class World {
public:
    World();
    /// The run as it would end.
    health::Run sync(std::string const & feed, std::vector<Result<connectors::Page>> pages, RunOptions options = {});
    /// How golden records would differ after that; it is taken back.
    std::vector<Difference> try_out(std::string const & feed, std::vector<Result<connectors::Page>> pages);
    Result<Provenance> provenance(record::GoldenId golden, bool with_values = false);
    /// Forgets what only memory holds, as a restart does.
    void restart();
    /// Decides anew who is the same; false when that was held.
    bool reconcile();
    bool reconcile_at_rest(double share_max);
    /// Other rules, as after a change of their file and a restart.
    void take_rules(std::filesystem::path const & file);
    Result<std::vector<Evidence>> explain(std::vector<record::GoldenId> const & golden)
    {
        Bench bench { m_plan, *m_state, m_numbers, *m_digest };
        return pipeline::explain(bench, golden);
    }
    reconcile::Learned learn(std::filesystem::path const & file);
    /// Which records are together, by their keys: for comparing worlds.
    std::string together(std::string const & kind);
    /// Destroys what is over its time, so many days from now.
    Destroyed retain(std::chrono::days later);
    /// Leaves in the state folder what only memory holds.
    void put_away();
    /// True when what memory holds came from there and was not worked out.
    bool read_back();
    std::filesystem::path snapshot() const { return m_folder.path() / "memory.snapshot"; }
    std::int64_t number(std::string const & sql);
    /// The golden records there are of a kind.
    std::int64_t golden(std::string const & kind);
    /// All golden records as text: id, members, values.
    std::string golden();
    /// The same, as text in which no number of arrival stands.
    std::string golden_without_numbers();
    /// The batches that came to the outbox since the last call; their changes.
    std::vector<record::Batch> batches();
    std::vector<record::Change> changes();
    void wait(std::chrono::hours time) { m_clock.advance(time); }
    Instant now() const { return m_clock.now(); }
    Plan const & plan() const { return *m_plan; }
    /// A person's word on the records with these keys; or its withdrawal, when `same` says nothing.
    void judge(std::string const & key, std::string const & other, std::optional<bool> same);
    settings::Feed & feed(std::string const & name);
    /// What that feed does when its documents change their shape.
    settings::Drift & drift(std::string const & name);
    /// Called before each page is read, with its place; may do what another thread would do meanwhile.
    std::function<void(std::size_t page)> on_read;
    /// Called when a run says that what lies before a cursor is kept for good.
    std::function<Result<void>(std::string const & cursor)> on_conclude;
    store::Database another_connection();

private:
    support::TemporaryFolder m_folder;
    ManualClock m_clock { Instant(std::chrono::seconds(1'800'000'000)) };
    std::shared_ptr<Plan> m_plan;
    std::optional<store::Database> m_state;
    Numbers m_numbers;
    std::atomic<std::int64_t> m_last_page = 0;
    std::unique_ptr<Digest> m_digest;
    bool m_trial = false;
};

/// Documents of the layouts in mappings/.
std::string werkzoekende(std::string const & id, std::string const & bsn, std::string const & surname, std::string const & postcode = "1211AA");
/// People whom nobody takes for one another: no two were born on one day, or live in one street.
std::vector<std::string> strangers(int first, int last);
std::string srg_line(std::string const & month, std::string const & bsn, std::string const & number, std::string const & end = "00000000");
std::string association(std::string const & id, std::string const & person, std::string const & begin = "2024-03-01");
std::string student(std::string const & id, std::string const & surname, std::string const & born = "1980-05-06");

}
