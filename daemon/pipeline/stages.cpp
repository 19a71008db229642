// The threads of Pipeline: what each part does with its work.

#include "daemon/pipeline/pipeline.hpp"

#include "daemon/base/give_back.hpp"
#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/digest.hpp"
#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/put_back.hpp"
#include "daemon/pipeline/questions.hpp"
#include "daemon/pipeline/retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ketensync::pipeline {

using std::chrono::milliseconds;

namespace {

/// How long each part may go without a sign of life while it works, before the service counts as stuck.
milliseconds read_patience(settings::Limits const & limits)
{
    // The longest that one page may rightly take: every try to its end, and every wait the source may ask for.
    auto const tries = static_cast<milliseconds::rep>(limits.attempts_max);
    return tries * (limits.connect_timeout + limits.request_timeout + std::max(limits.retry_after_max, limits.backoff_max));
}
constexpr milliseconds digest_patience { 120'000 };
constexpr milliseconds deliver_patience { 120'000 };
constexpr milliseconds by_hand_patience { 3'600'000 }; ///< somebody waits for it, and sees that nothing comes
/// Between two tries at a state file that does not take what waits.
constexpr milliseconds try_again { 5'000 };
/// Between two tries at a warehouse: it is in step again within seconds of its return.
constexpr milliseconds deliver_again { 2'000 };

/// What the digesting thread works with, while there is work.
struct DigestDesk {
    store::Database database;
    std::optional<Runs> runs;
    std::unique_ptr<Digest> digest;

    static Result<std::unique_ptr<DigestDesk>> open(store::Database const & state, std::shared_ptr<Plan const> plan,
        Numbers const & numbers, Clock const & clock, std::atomic<std::int64_t> & last_page)
    {
        KETENSYNC_TRY_ASSIGN(auto database, state.another({ .cache_bytes = plan->config.limits.cache_bytes }));
        std::unique_ptr<DigestDesk> desk(new DigestDesk { std::move(database), std::nullopt, nullptr });
        KETENSYNC_TRY_ASSIGN(desk->runs, Runs::open(desk->database));
        KETENSYNC_TRY_ASSIGN(desk->digest, Digest::open(desk->database, std::move(plan), numbers, clock, last_page));
        return desk;
    }
};

}

// The story of one feed's news, in the order in which it happens; each part runs on its own thread.

// source → landing.
Result<Pulled> Pipeline::pull(
    store::Database & database, Work const & work, std::stop_token stop, health::Heartbeats::Beat & beat)
{
    auto const & feed = m_plan->feeds[work.feed];
    auto const & limits = m_plan->config.limits;
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(database));
    KETENSYNC_TRY_ASSIGN(auto const waiting, outbox.waiting());
    if (static_cast<std::uint64_t>(waiting.bytes) >= limits.outbox_bytes_max) {
        return fail(Failure::unavailable, "nothing new is read: the warehouse must first take what waits for it");
    }
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(database, m_last_page));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(database));
    auto const number = m_numbers.feeds.at(feed.name);
    std::unique_ptr<GoldenQuestions> questions;
    if (feed.feed->ask) {
        KETENSYNC_TRY_ASSIGN(questions,
            GoldenQuestions::open(database, *m_plan->schema, *feed.feed, number, m_surroundings.clock));
    }
    auto const swept = swept_by(feed, m_numbers);
    auto const patience = read_patience(limits) + (feed.feed->job ? feed.feed->job->timeout : milliseconds(0));
    beat.busy(patience);
    // A sweep and the feed that it sweeps wait for each other.
    auto const turn = take_turn(swept == 0 ? number : swept, stop, [&beat, patience] { beat.busy(patience); });
    Pull pull(database, landing, runs, feed, number, limits, m_surroundings.clock, swept);
    KETENSYNC_TRY_ASSIGN(auto const trace, pull.begin(work.options));
    auto const log = m_surroundings.log.of(trace);
    connectors::Surroundings const around { m_surroundings.clock, log, m_secrets, limits, &m_shared, questions.get(),
        m_plan->config.state_folder, trace };
    auto const connector = connectors::open(*feed.source, *feed.feed, around);
    if (!connector) {
        return Pulled { pull.number(), work.feed, connector.error(), {}, trace };
    }
    auto const alive = [&] {
        beat.busy(patience);
        note(work.feed, [&pull](Going & going) {
            auto & progress = going.progress;
            progress.phase = Progress::Phase::reading;
            progress.run = pull.number();
            progress.fetched = pull.fetched();
            progress.unchanged = pull.unchanged();
        });
    };
    KETENSYNC_TRY_ASSIGN(auto pulled, pull.run(**connector, stop, alive));
    pulled.feed = work.feed;
    if (questions) {
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(database));
        KETENSYNC_TRY(questions->settle(!pulled.failure));
        KETENSYNC_TRY(transaction.commit());
    }
    return pulled;
}

void Pipeline::read_feeds(std::size_t reader, std::stop_token stop)
{
    auto beat = m_surroundings.heartbeats.add(fmt::format("reader-{}", reader));
    auto const waits = [&beat] { return beat.idle(); };
    while (auto work = m_reads.pop(waits)) {
        beat.busy(read_patience(m_plan->config.limits));
        Pulled pulled;
        pulled.feed = work->feed;
        if (stop.stop_requested()) {
            finished(work->feed);
            continue;
        }
        std::stop_callback const ends(stop, [&work] { work->stop.request_stop(); });
        // A connection of its own for each reading: a service with nothing to do holds none.
        auto database = m_state.another({ .cache_bytes = 2U << 20 });
        if (!database) {
            pulled.failure = database.error();
        } else if (work->stop.stop_requested()) {
            pulled.failure = Error { Failure::interrupted, {} };
        } else if (auto result = pull(*database, *work, work->stop.get_token(), beat)) {
            pulled = std::move(*result);
        } else {
            pulled.failure = std::move(result).error();
        }
        if (auto why = why_cancelled(work->feed); !why.empty() && pulled.failure && pulled.failure->failure == Failure::interrupted) {
            pulled.failure->what = std::move(why);
        }
        note(work->feed, [](Going & going) { going.progress.phase = Progress::Phase::digesting; });
        give_back_heap();
        auto const feed = pulled.feed;
        if (!m_digestions.push({ std::move(pulled), std::move(work->done), work->turn, {}, true }, waits)) {
            finished(feed);
        }
    }
}

std::optional<Pipeline::Digestion> Pipeline::next_digestion(bool at_rest, health::Heartbeats::Beat & beat)
{
    auto const waits = [&beat] { return beat.idle(); };
    auto const kept = m_plan->config.limits.memory_kept;
    for (;;) {
        if (auto early = m_early.extract(m_turn); !early.empty()) {
            ++m_turn;
            return std::move(early.mapped());
        }
        auto work = at_rest ? m_digestions.pop(waits) : m_digestions.pop(waits, kept);
        if (!work || work->turn == 0 || work->turn == m_turn) {
            m_turn += work && work->turn != 0 ? 1U : 0U;
            return work;
        }
        m_early.emplace(work->turn, std::move(*work));
    }
}

// landing → mapping → reconcile → golden → outbox.
void Pipeline::digest(std::stop_token stop)
{
    auto beat = m_surroundings.heartbeats.add("digest");
    std::unique_ptr<DigestDesk> desk;
    // Nothing came for a while, or the end: what memory holds is left behind in good order.
    auto const put_away = [&desk, &beat, this] {
        beat.busy(digest_patience);
        if (auto const put = desk->digest->put_away(); !put) {
            m_surroundings.log.warning("the next run must first work out again what is known of all records: {}", put.error().what);
        }
    };
    auto const rest = [&desk, &beat, &put_away, &stop, this] {
        if (!desk) {
            return;
        }
        put_away();
        beat.busy(digest_patience);
        auto const destroyed = retain(desk->database, *m_plan, m_surroundings.clock.now(), stop, [&beat] { beat.busy(digest_patience); });
        if (!destroyed) {
            m_surroundings.log.warning("retention: {}", destroyed.error().what);
        } else if (destroyed->any()) {
            m_surroundings.log.info("retention destroyed {}", destroyed->text());
        }
        if (auto const share = m_plan->config.limits.regroup_share; share > 0 && desk->digest->unreconciled()) {
            beat.busy(digest_patience);
            if (auto const done = desk->digest->reconcile_at_rest(share); !done) {
                m_surroundings.log.warning("at rest: {}", done.error().what);
            }
            put_away();
            want_delivery();
        }
    };
    // By hand. It may take long, and says nothing meanwhile.
    auto const serve = [&desk, &beat, this](std::packaged_task<Result<void>(Bench &)> & work) {
        if (!desk) {
            auto opened = DigestDesk::open(m_state, m_plan, m_numbers, m_surroundings.clock, m_last_page);
            if (!opened) {
                m_surroundings.log.error("by hand: {}", opened.error().what);
                return; // whoever waits sees that it will not be done
            }
            desk = std::move(*opened);
        }
        beat.busy(by_hand_patience);
        Bench bench { m_plan, desk->database, m_numbers, *desk->digest };
        work(bench);
        if (bench.spoiled) {
            desk.reset();
        }
    };
    bool at_rest = false;
    while (!m_digestions.closed()) {
        auto work = next_digestion(at_rest, beat);
        at_rest = !work;
        if (!work) {
            if (m_digestions.closed()) {
                break; // the end is no rest: nothing new may come of it that nobody delivers
            }
            rest();
            desk.reset();
            give_back_memory();
            continue;
        }
        beat.busy(digest_patience);
        if (work->work) {
            serve(*work->work);
            want_delivery();
            finished();
            continue;
        }
        auto const & pulled = work->pulled;
        health::Run ended;
        Result<void> digested;
        auto const attempt = [&]() -> Result<void> {
            if (!desk) {
                KETENSYNC_TRY_ASSIGN(desk, DigestDesk::open(m_state, m_plan, m_numbers, m_surroundings.clock, m_last_page));
            }
            return pulled.run == 0 ? Result<void>()
                                   : desk->digest->run(pulled.run, false, stop, [&beat] { beat.busy(digest_patience); });
        };
        for (bool told = false;;) {
            digested = attempt();
            if (digested || !m_surroundings.patient || stop.stop_requested()) {
                break;
            }
            if (!std::exchange(told, true)) {
                m_surroundings.log.of(pulled.trace).error("digest waits: {}", digested.error().what);
            }
            beat.busy(digest_patience);
            m_surroundings.clock.wait_for(try_again, stop);
        }
        auto concluded = desk ? conclude(*desk->runs, desk->database, pulled, digested, stop.stop_requested())
                              : Result<health::Run>(fail(digested.error()));
        if (concluded) {
            ended = std::move(*concluded);
        } else {
            ended.source = m_plan->feeds[pulled.feed].source->name;
            ended.feed = m_plan->feeds[pulled.feed].feed->name;
            ended.state = health::RunState::failed;
            ended.reason = health::reason_code(concluded.error().failure);
            ended.message = concluded.error().what;
            m_surroundings.log.of(pulled.trace).error("{}: {}", m_plan->feeds[pulled.feed].name, concluded.error().what);
        }
        want_delivery();
        if (work->done) {
            work->done(ended);
        }
        give_back_heap();
        work->was_read ? finished(pulled.feed) : finished();
    }
    if (desk) {
        put_away();
    }
}

void Pipeline::want_delivery()
{
    std::scoped_lock const lock(m_mutex);
    m_delivery_wanted = true;
    m_changed.notify_all();
}

// outbox → warehouse, at its own pace.
Result<void> Pipeline::deliver_waiting(bool sound, std::stop_token stop, health::Heartbeats::Beat & beat)
{
    KETENSYNC_TRY_ASSIGN(auto database, m_state.another({ .cache_bytes = 2U << 20 }));
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(database));
    KETENSYNC_TRY_ASSIGN(auto const waiting, outbox.waiting());
    if (sound && waiting.batches == 0) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto const warehouse, open_warehouse(*m_plan, m_secrets, m_numbers, m_holder));
    // What an answer was lost of is in already, and only has to be taken off the queue.
    KETENSYNC_TRY_ASSIGN(auto last, warehouse->delivered());
    KETENSYNC_TRY(check_warehouse(database, last));
    KETENSYNC_TRY(give_persons(database, *warehouse, [&beat] { beat.busy(deliver_patience); }));
    while (!stop.stop_requested()) {
        beat.busy(deliver_patience);
        KETENSYNC_TRY_ASSIGN(auto const batch, outbox.oldest());
        if (!batch) {
            return {};
        }
        // What an answer was lost of is in already: the warehouse sees that, and it only has to be taken off the queue.
        auto const begun = m_surroundings.clock.now();
        KETENSYNC_TRY(warehouse->deliver(*batch));
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(database));
        KETENSYNC_TRY(Processing::delivered(database, batch->number, begun, m_surroundings.clock.now()));
        KETENSYNC_TRY(outbox.acknowledge(batch->number));
        KETENSYNC_TRY(transaction.commit());
        std::scoped_lock const lock(m_mutex);
        m_delivery.last = m_surroundings.clock.now();
    }
    return {};
}

void Pipeline::deliver(std::stop_token stop)
{
    auto beat = m_surroundings.heartbeats.add("deliver");
    bool sound = false; // not known before it was opened once
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(m_mutex);
            while (!stop.stop_requested() && !m_delivery_wanted) {
                m_changed.wait_for(lock, stop, beat.idle(), [this] { return m_delivery_wanted; });
            }
            if (stop.stop_requested()) {
                return;
            }
            m_delivery_wanted = false;
            m_delivering = true;
        }
        beat.busy(deliver_patience);
        auto const delivered = deliver_waiting(sound, stop, beat);
        sound = delivered.has_value();
        auto const turn = beat.idle();
        std::unique_lock lock(m_mutex);
        m_delivering = false;
        if (delivered) {
            if (!m_delivery.reachable) {
                m_surroundings.log.info("the warehouse takes deliveries again");
            }
            m_delivery.reachable = true;
            m_delivery.message.clear();
            m_delivery_failure.reset();
            m_changed.notify_all();
            continue;
        }
        if (m_delivery.reachable || m_delivery.message != delivered.error().what) {
            m_surroundings.log.error("delivery: {}", delivered.error().what);
        }
        m_delivery.reachable = false;
        m_delivery.message = delivered.error().what;
        m_delivery_failure = delivered.error();
        m_changed.notify_all();
        m_changed.wait_for(lock, stop, std::min(deliver_again, turn), [] { return false; });
        m_delivery_wanted = true;
    }
}

}
