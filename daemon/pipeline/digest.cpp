#include "daemon/pipeline/digest.hpp"

#include "daemon/base/give_back.hpp"
#include "daemon/base/queue.hpp"
#include "daemon/landing/shapes.hpp"
#include "daemon/pipeline/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace ketensync::pipeline {

namespace {

/// Mapped pages that may wait for the digest: enough that neither side stands still, few enough to stay small.
constexpr std::size_t mapped_pages_max = 4;
/// After so many batches the holes that they left in the heap are given back.
constexpr std::size_t batches_of_heap = 40;

/// Eight letters that stand for what is written of schema, rules and models.
std::string rules_text(Plan const & plan)
{
    auto const rules = reconcile::written(*plan.rules);
    return fmt::format("{:08x}", (rules.low ^ plan.schema->written.low) >> 32U);
}

PlannedFeed const * planned(Plan const & plan, Numbers const & numbers, record::FeedId feed)
{
    for (auto const & candidate : plan.feeds) {
        if (auto const found = numbers.feeds.find(candidate.name); found != numbers.feeds.end() && found->second == feed) {
            return &candidate;
        }
    }
    return nullptr;
}

}

Digest::Digest(store::Database & database, std::shared_ptr<Plan const> plan, Numbers const & numbers, Clock const & clock)
    : m_database(database), m_plan(std::move(plan)), m_numbers(numbers), m_clock(clock)
{
}

Result<std::unique_ptr<Digest>> Digest::open(store::Database & database, std::shared_ptr<Plan const> plan,
    Numbers const & numbers, Clock const & clock, std::atomic<std::int64_t> & last_page)
{
    std::unique_ptr<Digest> digest(new Digest(database, std::move(plan), numbers, clock));
    digest->m_last_page = &last_page;
    KETENSYNC_TRY_ASSIGN(digest->m_landing, landing::Landing::open(database, last_page));
    KETENSYNC_TRY_ASSIGN(digest->m_quarantine, landing::Quarantine::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_golden, golden::Golden::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_judgements, golden::Judgements::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_outbox, outbox::Outbox::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_runs, Runs::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_course, Course::open(database));
    KETENSYNC_TRY_ASSIGN(digest->m_tombstones, Tombstones::open(database));
    digest->m_processing.emplace(database, digest->m_plan->schema);
    digest->m_rules = rules_text(*digest->m_plan);
    digest->m_ranks = ranks(*digest->m_plan, { numbers.sources.begin(), numbers.sources.end() });
    return digest;
}

Result<Digest::MappedPage> Digest::map(store::Database & database, landing::Landing & landing, std::int64_t id,
    Plan const & plan, Numbers const & numbers)
{
    MappedPage mapped;
    KETENSYNC_TRY_ASSIGN(mapped.page, landing.page(id));
    auto const * const feed = planned(plan, numbers, mapped.page.feed);
    if (feed == nullptr) {
        return fail(Failure::configuration, "documents wait of a feed that is configured no more: put it back until they are digested");
    }
    formats::Limits const limits { .item_bytes_max = plan.config.limits.item_bytes_max,
        .depth_max = plan.config.limits.depth_max };
    formats::Parser parser(feed->mapper->layout(), limits);
    formats::Tree tree;
    mapping::Told const told { feed->source->name, mapped.page.period };
    std::optional<formats::Shape> shape;
    if (set_aside(feed->drift) != 0) {
        KETENSYNC_TRY_ASSIGN(shape, landing::Shapes(database).get(mapped.page.feed));
    }
    mapped.documents.resize(mapped.page.entries.size());
    std::size_t offset = 0;
    for (std::size_t i = 0; i < mapped.documents.size(); ++i) {
        auto const & entry = mapped.page.entries[i];
        auto & document = mapped.documents[i];
        if (entry.gone) {
            continue;
        }
        auto const bytes = std::string_view(mapped.page.body).substr(offset, entry.length);
        offset += entry.length;
        if (!feed->feed->sweeps.empty()) {
            document.outcome = record::MappedDocument::Outcome::filtered; // it is a line of a list
            continue;
        }
        if (auto parsed = parser.parse(mapped.page.context, bytes, tree); !parsed) {
            document.outcome = record::MappedDocument::Outcome::rejected;
            document.rejects.push_back({ "document-unsound", std::move(parsed).error().what, {} });
            continue;
        }
        if (auto objection = shape ? drift_reject(*shape, tree, *feed) : std::nullopt) {
            document.outcome = record::MappedDocument::Outcome::rejected;
            document.rejects.push_back(std::move(*objection));
            continue;
        }
        if (auto key = feed->mapper->key(tree, told); !key) {
            document.outcome = record::MappedDocument::Outcome::rejected;
            document.rejects.push_back({ "key-missing", std::move(key).error().what, {} });
            continue;
        }
        feed->mapper->map(tree, told, document);
    }
    return mapped;
}

Result<void> Digest::run(std::int64_t run, bool alone, std::stop_token stop, std::function<void()> const & alive)
{
    KETENSYNC_TRY_ASSIGN(auto const pages, m_landing->undigested(run));
    if (pages.empty()) {
        return {};
    }
    KETENSYNC_TRY(memory());
    BoundedQueue<Result<MappedPage>> queue(alone ? pages.size() + 1 : mapped_pages_max);
    auto const produce = [&queue, &pages, this](store::Database & database, landing::Landing & landing) {
        for (auto const page : pages) {
            auto mapped = map(database, landing, page, *m_plan, m_numbers);
            bool const sound = mapped.has_value();
            if (!queue.push(std::move(mapped)) || !sound) {
                break;
            }
        }
        queue.close();
    };
    std::optional<store::Database> reader;
    std::jthread mapper;
    if (alone) {
        produce(m_database, *m_landing);
    } else {
        KETENSYNC_TRY_ASSIGN(reader, m_database.another({ .cache_bytes = 4U << 20, .read_only = true }));
        mapper = std::jthread([&produce, &queue, &reader, this] {
            auto landing = landing::Landing::open(*reader, *m_last_page);
            if (!landing) {
                queue.push(fail(std::move(landing).error()));
                queue.close();
                return;
            }
            produce(*reader, *landing);
        });
    }
    std::vector<MappedPage> waiting;
    std::size_t documents = 0;
    std::size_t batches = 0;
    auto const commit = [&]() -> Result<void> {
        m_run = run;
        m_feed = waiting.front().page.feed;
        auto done = batch([&](Settle & settle) { return digest(settle, run, waiting); });
        m_run = 0;
        m_feed = 0;
        waiting.clear();
        documents = 0;
        if (++batches % batches_of_heap == 0) {
            give_back_heap();
        }
        return done;
    };
    Result<void> outcome;
    while (outcome && !stop.stop_requested()) {
        auto mapped = queue.pop();
        if (!mapped) {
            break;
        }
        alive();
        if (!*mapped) {
            outcome = fail(std::move(*mapped).error());
            break;
        }
        documents += (*mapped)->documents.size();
        waiting.push_back(std::move(**mapped));
        if (documents >= m_plan->config.limits.batch_documents) {
            outcome = commit();
        }
    }
    queue.close();
    if (outcome && !waiting.empty() && !stop.stop_requested()) {
        outcome = commit();
    }
    return outcome;
}

Result<void> Digest::batch(std::function<Result<void>(Settle &)> const & work)
{
    auto const attempt = [&]() -> Result<void> {
        auto const now = m_clock.now();
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
        Settle settle(*m_golden, *m_judgements, *m_memory, *m_plan, m_numbers, m_ranks, now);
        KETENSYNC_TRY(work(settle));
        Settle::Shown const shown = [this](record::Change const & change, record::Values const & was) {
            m_processing->see(change, was);
            if (m_run != 0) {
                m_course->changes(change);
            }
            if (on_change) {
                on_change(change);
            }
        };
        KETENSYNC_TRY_ASSIGN(auto const changes, settle.finish(shown));
        KETENSYNC_TRY_ASSIGN(auto const number, m_outbox->append(changes, now));
        KETENSYNC_TRY(changes.empty() ? Result<void>()
                                      : m_processing->write(m_run == 0 ? "decide who is who" : "take over from a source", m_feed, m_run,
                                            now, m_clock.now(), number));
        KETENSYNC_TRY(m_run == 0 ? Result<void>() : m_course->write(m_run, m_feed, now));
        KETENSYNC_TRY(m_golden->flush());
        KETENSYNC_TRY(m_landing->flush());
        return transaction.commit();
    };
    auto done = attempt();
    if (!done) {
        // What is in memory is ahead of what was committed.
        m_memory.reset();
        m_landing->forget();
        m_golden->forget();
        m_course->forget();
    }
    m_unreconciled = m_unreconciled || done.has_value();
    return done;
}

Result<void> Digest::digest(Settle & settle, std::int64_t run, std::vector<MappedPage> const & pages)
{
    Runs::Digested numbers;
    numbers.rules = m_rules;
    KETENSYNC_TRY_ASSIGN(auto const grouped_by, m_golden->grouped_by());
    if (grouped_by.empty()) {
        KETENSYNC_TRY(m_golden->set_grouped_by(m_rules));
    }
    for (auto const & mapped : pages) {
        KETENSYNC_TRY(page(settle, mapped, numbers));
    }
    KETENSYNC_TRY(elect(settle));
    return m_runs->add(run, numbers);
}

Result<Memory const *> Digest::memory()
{
    if (!m_memory) {
        KETENSYNC_TRY_ASSIGN(m_memory, load_memory(*m_golden, *m_judgements, *m_plan, m_numbers));
        give_back_heap();
    }
    return m_memory.get();
}

Result<void> Digest::put_away()
{
    return m_memory ? pipeline::put_away(*m_memory, *m_golden, *m_plan) : Result<void>();
}

Result<void> Digest::judge(record::RecordId a, record::RecordId b, reconcile::Judgement judgement,
    std::function<Result<void>(golden::Judgements &)> const & also)
{
    KETENSYNC_TRY(memory());
    return batch([&](Settle & settle) -> Result<void> {
        KETENSYNC_TRY(also(*m_judgements));
        return settle.judge(a, b, judgement);
    });
}

Result<void> Digest::page(Settle & settle, MappedPage const & mapped, Runs::Digested & numbers)
{
    auto const & page = mapped.page;
    auto const * const feed = planned(*m_plan, m_numbers, page.feed);
    auto const source = m_numbers.source(feed->source->name);
    auto const now = m_clock.now();
    bool const held = feed->feed->gone == settings::Gone::close;
    KETENSYNC_TRY(m_landing->set_digested(page.id, page.entries.size()));
    KETENSYNC_TRY_ASSIGN(bool const in_quarantine, m_quarantine->holds(page.feed));
    KETENSYNC_TRY_ASSIGN(auto const barred, bar_erased(*feed, mapped));
    record::MappedDocument const nothing { record::MappedDocument::Outcome::filtered, {}, {} };
    std::size_t offset = 0;
    for (std::size_t i = 0; i < page.entries.size(); ++i) {
        auto const & entry = page.entries[i];
        auto const & document = std::ranges::binary_search(barred, i) ? nothing : mapped.documents[i];
        auto const version = landing::version(page.id, i);
        std::vector<record::RecordId> before;
        if (entry.previous != 0) {
            KETENSYNC_TRY_ASSIGN(before, m_landing->supersede(entry.previous));
        }
        std::vector<record::RecordId> tells;
        for (auto const & record : document.records) {
            m_course->tells(record, now);
            auto const known = before.empty() && tells.empty() ? 0 : settle.find(source, record);
            bool const told_before = known != 0 && std::ranges::find(before, known) != before.end();
            // A document that tells one record twice counts once.
            bool const again = known != 0 && std::ranges::find(tells, known) != tells.end();
            KETENSYNC_TRY_ASSIGN(auto const id,
                settle.tell(source, record, version, again ? version : told_before ? entry.previous : 0));
            if (std::ranges::find(tells, id) == tells.end()) {
                tells.push_back(id);
            }
        }
        for (auto const record : before) {
            if (std::ranges::find(tells, record) == tells.end()) {
                KETENSYNC_TRY(settle.untell(record, entry.previous, held));
            }
        }
        if (!tells.empty()) {
            KETENSYNC_TRY(m_landing->tell(version, std::move(tells)));
        }
        if (!document.rejects.empty()) {
            // Of one that is too large the beginning will do: the whole lies in its page.
            auto const raw = std::string_view(page.body).substr(offset, std::min<std::size_t>(entry.length, m_plan->config.limits.item_bytes_max));
            m_course->sets_aside(document.rejects);
            KETENSYNC_TRY(m_quarantine->put(page.feed, entry.key, version, document.rejects, raw, now));
        } else if (in_quarantine) {
            KETENSYNC_TRY(m_quarantine->clear(page.feed, entry.key));
        }
        offset += entry.length;
        if (entry.gone) {
            ++numbers.vanished;
            continue;
        }
        ++(entry.previous == 0 ? numbers.added : numbers.changed);
        switch (document.outcome) {
        case record::MappedDocument::Outcome::mapped: ++numbers.mapped; break;
        case record::MappedDocument::Outcome::filtered: ++numbers.filtered; break;
        case record::MappedDocument::Outcome::rejected: ++numbers.rejected; break;
        }
    }
    return {};
}

// A record whose document changed or went, and that other documents of its source still tell, is believed from the best
// of those: the highest order, then the latest landed.
Result<void> Digest::elect(Settle & settle)
{
    auto const orphans = settle.take_orphans();
    if (orphans.empty()) {
        return {};
    }
    auto & ledger = m_memory->ledger;
    std::vector<record::SourceId> sources;
    for (auto const orphan : orphans) {
        sources.push_back(ledger[orphan].source);
    }
    std::ranges::sort(sources);
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    std::vector<record::FeedId> feeds;
    for (auto const & feed : m_plan->feeds) {
        if (std::ranges::binary_search(sources, m_numbers.source(feed.source->name))) {
            feeds.push_back(m_numbers.feeds.at(feed.name));
        }
    }
    KETENSYNC_TRY_ASSIGN(auto tellers, m_landing->tellers(feeds, orphans));
    std::ranges::sort(tellers, {}, &landing::Landing::Teller::version);
    struct Best {
        record::Record record;
        landing::Version version = 0;
    };
    std::unordered_map<record::RecordId, Best> best;
    std::optional<MappedPage> page;
    for (auto const & teller : tellers) {
        if (!page || page->page.id != landing::page_of(teller.version)) {
            KETENSYNC_TRY_ASSIGN(page, map(m_database, *m_landing, landing::page_of(teller.version), *m_plan, m_numbers));
        }
        auto const source = ledger[teller.record].source;
        for (auto const & told : page->documents[landing::index_of(teller.version)].records) {
            auto & candidate = best[teller.record];
            if (settle.find(source, told) == teller.record
                && (candidate.version == 0 || told.order >= candidate.record.order)) {
                candidate = { told, teller.version };
            }
        }
    }
    for (auto const orphan : orphans) {
        if (auto const found = best.find(orphan); found != best.end() && found->second.version != 0) {
            KETENSYNC_TRY(settle.elect(orphan, found->second.record, found->second.version));
        }
    }
    return {};
}

}
