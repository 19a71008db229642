// What only an operator asks of the pipeline.

#include "daemon/pipeline/pipeline.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <map>

namespace ketensync::pipeline {

// A retry is the same documents landed once more: everything behind the landing works as it always does.
Result<std::size_t> Pipeline::retry(
    landing::Quarantine::Selection const & selection, Done const & done, std::string_view who, std::string_view why)
{
    KETENSYNC_TRY_ASSIGN(auto quarantine, landing::Quarantine::open(m_state));
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(m_state, m_last_page));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(m_state));
    KETENSYNC_TRY_ASSIGN(auto const items, quarantine.list(selection));
    std::map<landing::Version, record::FeedId> versions;
    for (auto const & item : items) {
        versions.emplace(item.version, item.feed_id);
    }
    std::map<record::FeedId, Digestion> digestions;
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
    std::map<record::FeedId, std::uint64_t> counts;
    for (auto const & [version, feed] : versions) {
        KETENSYNC_TRY_ASSIGN(auto const old, landing.page(landing::page_of(version)));
        auto const index = landing::index_of(version);
        std::size_t offset = 0;
        for (std::size_t i = 0; i < index; ++i) {
            offset += old.entries.at(i).length;
        }
        auto entry = old.entries.at(index);
        entry.previous = version;
        auto const now = m_surroundings.clock.now();
        if (!digestions.contains(feed)) {
            Digestion digestion;
            KETENSYNC_TRY_ASSIGN(digestion.pulled.run, runs.begin(feed, health::Trigger::manual, now, "quarantine"));
            KETENSYNC_TRY_ASSIGN(auto const begun, runs.run(digestion.pulled.run));
            digestion.pulled.trace = begun.trace;
            for (std::size_t i = 0; i < m_plan->feeds.size(); ++i) {
                if (m_numbers.feeds.at(m_plan->feeds[i].name) == feed) {
                    digestion.pulled.feed = i;
                }
            }
            digestion.done = done;
            digestions.emplace(feed, std::move(digestion));
        }
        landing::Page page { landing.next_page(), feed, digestions.at(feed).pulled.run, old.period, old.context, { entry },
            old.body.substr(offset, entry.length) };
        // It came when it came first.
        KETENSYNC_TRY_ASSIGN(auto const came, landing.arrival(landing::page_of(version)));
        KETENSYNC_TRY(landing.append(landing::pack(page), came.received));
        ++counts[feed];
    }
    for (auto const & [feed, digestion] : digestions) {
        KETENSYNC_TRY(landing.release(digestion.pulled.run));
        KETENSYNC_TRY(runs.read(digestion.pulled.run, counts[feed], 0));
    }
    KETENSYNC_TRY(Audit::append(m_state, m_surroundings.clock.now(), "quarantine-retry",
        fmt::format("{} documents{}{}", versions.size(), why.empty() ? "" : ": ", why), who));
    KETENSYNC_TRY(transaction.commit());
    for (auto & [feed, digestion] : digestions) {
        {
            std::scoped_lock const lock(m_mutex);
            ++m_open;
        }
        m_digestions.push(std::move(digestion));
    }
    return versions.size();
}

std::vector<Progress> Pipeline::progress() const
{
    std::vector<Progress> all;
    std::scoped_lock const lock(m_mutex);
    for (auto const & [feed, going] : m_going) {
        all.push_back(going.progress);
    }
    return all;
}

bool Pipeline::cancel(std::size_t feed, std::string const & why)
{
    std::scoped_lock const lock(m_mutex);
    auto const going = m_going.find(feed);
    if (going == m_going.end() || going->second.progress.phase == Progress::Phase::digesting) {
        return false;
    }
    going->second.progress.cancelled = true;
    going->second.why_cancelled = why;
    going->second.stop.request_stop();
    return true;
}

void Pipeline::note(std::size_t feed, std::function<void(Going &)> const & change)
{
    std::scoped_lock const lock(m_mutex);
    if (auto const going = m_going.find(feed); going != m_going.end()) {
        auto const before = going->second.progress.phase;
        change(going->second);
        if (going->second.progress.phase != before) {
            going->second.progress.since = m_surroundings.clock.now();
        }
    }
}

std::string Pipeline::why_cancelled(std::size_t feed) const
{
    std::scoped_lock const lock(m_mutex);
    auto const going = m_going.find(feed);
    return going == m_going.end() ? std::string() : going->second.why_cancelled;
}

std::future<Result<void>> Pipeline::at_bench(std::function<Result<void>(Bench & bench)> work)
{
    Digestion digestion;
    digestion.work = std::make_shared<std::packaged_task<Result<void>(Bench &)>>(std::move(work));
    auto done = digestion.work->get_future();
    {
        std::scoped_lock const lock(m_mutex);
        ++m_open;
    }
    if (!m_digestions.push(std::move(digestion))) {
        finished();
    }
    return done;
}

Result<std::size_t> held_feed(Plan const & plan, store::Database & state, std::int64_t number)
{
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    auto const run = runs.run(number);
    for (std::size_t feed = 0; run && run->state == health::RunState::held && feed < plan.feeds.size(); ++feed) {
        if (plan.feeds[feed].name == run->source + '/' + run->feed) {
            return feed;
        }
    }
    return fail(Failure::usage, fmt::format("run {} was not held: see --history", number));
}

}
