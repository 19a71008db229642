#include "daemon/pipeline/retention.hpp"

#include "daemon/landing/leaves.hpp"
#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace ketensync::pipeline {

std::string_view const retention_tables
    = "CREATE TABLE retained(one INTEGER PRIMARY KEY CHECK(one = 1), day INTEGER NOT NULL) STRICT;";

namespace {

std::int64_t milliseconds(Instant instant) { return instant.time_since_epoch().count(); }

/// One retention: the state, and how it is done in small steps.
class Sweep {
public:
    Sweep(store::Database & state, Plan const & plan, Instant now, std::stop_token stop, std::function<void()> const & alive)
        : m_state(state), m_plan(plan), m_now(now), m_stop(std::move(stop)), m_alive(alive)
    {
    }

    /// Rows of a table for which the condition holds, with one parameter.
    Result<std::uint64_t> rows(std::string_view table, std::string_view id, std::string_view condition, std::int64_t parameter)
    {
        std::uint64_t gone = 0;
        for (std::int64_t step = 1; step > 0 && !m_stop.stop_requested(); gone += static_cast<std::uint64_t>(step)) {
            m_alive();
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
            KETENSYNC_TRY_ASSIGN(auto remove,
                m_state.prepare(fmt::format("DELETE FROM {0} WHERE {1} IN (SELECT {1} FROM {0} WHERE {2} LIMIT {3})", table, id,
                    condition, m_plan.config.keeping.batch)));
            remove.bind(1, parameter);
            KETENSYNC_TRY(remove.run());
            step = m_state.rows_changed();
            KETENSYNC_TRY(transaction.commit());
        }
        return gone;
    }

    Result<void> history(Destroyed & destroyed)
    {
        for (std::size_t id = 0; id < m_plan.schema->kinds.size(); ++id) {
            auto const & kind = m_plan.schema->kinds[id];
            if (auto const before = over(kind.keep)) {
                KETENSYNC_TRY_ASSIGN(auto const gone,
                    rows("golden_history", "rowid", fmt::format("kind = {} AND until < ?1", id), milliseconds(*before)));
                destroyed.history += gone;
            }
            KETENSYNC_TRY(fields(static_cast<record::KindId>(id), destroyed));
        }
        return {};
    }

    // A version that a later one names as the one before it.
    Result<void> documents(Destroyed & destroyed)
    {
        std::map<std::int64_t, std::vector<std::size_t>> replaced;
        KETENSYNC_TRY_ASSIGN(auto directories,
            m_state.prepare("SELECT b.directory FROM page p JOIN page_body b ON b.page = p.id WHERE p.digested = 1"));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, directories.step());
            if (!row) {
                break;
            }
            auto const entries = landing::decode_directory(directories.blob(0));
            if (!entries) {
                return fail(Failure::configuration, "a stored page is damaged: restore the state from a backup");
            }
            for (auto const & entry : *entries) {
                if (entry.previous != 0) {
                    replaced[landing::page_of(entry.previous)].push_back(landing::index_of(entry.previous));
                }
            }
        }
        auto const before = milliseconds(m_now - m_plan.config.keeping.documents);
        std::atomic<std::int64_t> none = 0;
        KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(m_state, none));
        for (auto const & [id, indexes] : replaced) {
            KETENSYNC_TRY_ASSIGN(
                auto const old, m_state.number(fmt::format("SELECT count(*) FROM page WHERE id = {} AND received < {}", id, before)));
            if (old == 0 || m_stop.stop_requested()) {
                continue;
            }
            m_alive();
            KETENSYNC_TRY_ASSIGN(auto page, landing.page(id));
            std::vector<std::size_t> taken;
            std::ranges::copy_if(indexes, std::back_inserter(taken),
                [&page](std::size_t index) { return index < page.entries.size() && !page.entries[index].gone; });
            if (taken.empty()) {
                continue;
            }
            landing::take_out(page, taken);
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
            KETENSYNC_TRY(landing::rewrite(m_state, page));
            KETENSYNC_TRY(transaction.commit());
            destroyed.documents += taken.size();
        }
        return {};
    }

private:
    /// The moment before which what ended is over its time; nothing for a class that there is not.
    std::optional<Instant> over(std::string const & keep) const
    {
        auto const found = std::ranges::find(m_plan.schema->retention, keep, &record::Retention::name);
        return found == m_plan.schema->retention.end() ? std::nullopt : std::optional(m_now - std::chrono::days(found->days));
    }

    // Fields of a shorter class than their kind's: the state of before stays, without them.
    Result<void> fields(record::KindId kind, Destroyed & destroyed)
    {
        auto const & of = m_plan.schema->kinds[kind];
        auto const whole = over(of.keep);
        std::vector<std::pair<std::size_t, Instant>> shorter;
        for (std::size_t i = 0; i < of.fields.size(); ++i) {
            auto const before = over(of.fields[i].keep);
            if (before && (!whole || *before > *whole)) {
                shorter.emplace_back(i, *before);
            }
        }
        std::int64_t last = 0;
        for (bool more = !shorter.empty(); more && !m_stop.stop_requested();) {
            m_alive();
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
            KETENSYNC_TRY_ASSIGN(more, some_fields(kind, shorter, last, destroyed));
            KETENSYNC_TRY(transaction.commit());
        }
        return {};
    }

    Result<bool> some_fields(record::KindId kind, std::vector<std::pair<std::size_t, Instant>> const & shorter,
        std::int64_t & last, Destroyed & destroyed)
    {
        KETENSYNC_TRY_ASSIGN(auto select,
            m_state.prepare("SELECT rowid, until, body FROM golden_history WHERE kind = ?1 AND rowid > ?2 ORDER BY rowid LIMIT ?3"));
        KETENSYNC_TRY_ASSIGN(auto update, m_state.prepare("UPDATE golden_history SET body = ?2 WHERE rowid = ?1"));
        select.bind(1, std::int64_t { kind }).bind(2, last);
        select.bind(3, static_cast<std::int64_t>(m_plan.config.keeping.batch));
        bool any = false;
        std::vector<std::pair<std::int64_t, std::string>> changed;
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                break;
            }
            any = true;
            last = select.integer(0);
            auto const until = Instant(std::chrono::milliseconds(select.integer(1)));
            auto const values = record::Values::from_bytes(select.blob(2));
            std::vector<std::string_view> texts;
            for (std::size_t i = 0; values && i < values->size(); ++i) {
                texts.push_back((*values)[static_cast<record::FieldId>(i)]);
            }
            bool emptied = false;
            for (auto const & [field, before] : shorter) {
                if (field < texts.size() && !texts[field].empty() && until < before) {
                    texts[field] = {};
                    emptied = true;
                    ++destroyed.values;
                }
            }
            if (emptied) {
                changed.emplace_back(last, record::Values(std::span<std::string_view const>(texts)).bytes());
            }
        }
        for (auto const & [id, body] : changed) {
            update.bind(1, id).bind_blob(2, body);
            KETENSYNC_TRY(update.run());
        }
        return any;
    }

    store::Database & m_state;
    Plan const & m_plan;
    Instant m_now;
    std::stop_token m_stop;
    std::function<void()> const & m_alive;
};

}

std::string Destroyed::text() const
{
    return fmt::format("{} earlier states, {} values in them, {} replaced documents, {} set aside, {} runs", history, values,
        documents, quarantine, runs);
}

Result<Destroyed> retain(
    store::Database & state, Plan const & plan, Instant now, std::stop_token stop, std::function<void()> const & alive)
{
    Destroyed destroyed;
    auto const today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    KETENSYNC_TRY_ASSIGN(auto const last, state.number("SELECT coalesce(max(day), 0) FROM retained"));
    if (last == today) {
        return destroyed;
    }
    Sweep sweep(state, plan, now, stop, alive);
    auto const & keeping = plan.config.keeping;
    KETENSYNC_TRY_ASSIGN(
        destroyed.quarantine, sweep.rows("quarantine", "id", "first_seen < ?1", milliseconds(now - keeping.quarantine)));
    KETENSYNC_TRY(sweep.history(destroyed));
    KETENSYNC_TRY(sweep.documents(destroyed));
    KETENSYNC_TRY_ASSIGN(destroyed.runs,
        sweep.rows("run", "id", "ended < ?1 AND id NOT IN (SELECT run FROM page)", milliseconds(now - keeping.runs)));
    if (stop.stop_requested()) {
        return destroyed; // the rest the next time
    }
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(state.execute(fmt::format("REPLACE INTO retained VALUES(1, {})", today)));
    if (destroyed.any()) {
        KETENSYNC_TRY(Audit::append(state, now, "retention", destroyed.text()));
    }
    KETENSYNC_TRY(transaction.commit());
    return destroyed;
}

}
