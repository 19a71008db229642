#include "daemon/pipeline/pull.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::pipeline {

namespace {

/// A page is written when it holds this much: large enough that a commit costs little, small enough that a look at one
/// document stays cheap.
constexpr std::size_t page_documents = 1'000;
constexpr std::size_t page_bytes = 1U << 20;

/// Pages that may wait for their turn to be written, together: while a batch is digested, reading goes on.
constexpr std::size_t waiting_bytes_max = 2U << 20;

}

Pull::Pull(store::Database & database, landing::Landing & landing, Runs & runs, PlannedFeed const & feed,
    record::FeedId number, settings::Limits const & limits, Clock const & clock, record::FeedId swept)
    : m_database(database), m_landing(landing), m_runs(runs), m_feed(feed), m_number(number), m_swept(swept), m_limits(limits),
      m_clock(clock), m_format_limits { .item_bytes_max = limits.item_bytes_max, .depth_max = limits.depth_max,
          .unpacked_bytes_max = limits.file_bytes_max, .shared_bytes_max = limits.page_bytes_max },
      m_parser(feed.mapper->layout(), m_format_limits), m_belief(feed, landing, m_format_limits), m_shapes(database),
      m_drift(feed)
{
}

Result<Trace> Pull::begin(RunOptions const & options)
{
    m_options = options;
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
    KETENSYNC_TRY_ASSIGN(m_run, m_runs.begin(m_number, options.trigger, m_clock.now(), options.reason));
    if (options.accept_mass_change) {
        KETENSYNC_TRY(Audit::append(m_database, m_clock.now(), "accept-mass-change", fmt::format("{}, run {}", m_feed.name, m_run), options.who));
    }
    KETENSYNC_TRY_ASSIGN(auto const begun, m_runs.run(m_run));
    KETENSYNC_TRY(transaction.commit());
    m_trace = begun.trace;
    return m_trace;
}

Result<Pulled> Pull::run(connectors::Connector & connector, std::stop_token stop, std::function<void()> const & alive)
{
    KETENSYNC_TRY_ASSIGN(m_known, m_landing.known(m_number));
    KETENSYNC_TRY_ASSIGN(auto shape, m_shapes.get(m_number));
    m_drift.begin(std::move(shape));
    m_belief.begin({}, m_known.live());
    Pulled pulled { m_run, 0, std::nullopt, {}, m_trace };
    if (auto done = read(connector, stop, alive); !done) {
        pulled.failure = std::move(done).error();
        // What lies before the last cursor stands; what was landed after it counts for nothing.
        m_waiting.resize(m_due ? m_due->pages : 0);
        KETENSYNC_TRY(write(true));
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
        KETENSYNC_TRY(m_landing.drop(m_run));
        KETENSYNC_TRY(tell_cost(m_pages, m_bytes));
        if (auto const noticed = m_drift.to_keep_of_nothing()) {
            KETENSYNC_TRY(m_shapes.put(m_number, *noticed));
        }
        KETENSYNC_TRY(transaction.commit());
    }
    pulled.notes = m_drift.notes();
    if (!m_note.empty()) {
        pulled.notes += (pulled.notes.empty() ? "" : "; ") + m_note;
    }
    return pulled;
}

// Pages until the last. The cursor moves in the transaction that lands or releases what lies before it, so a crash
// reads a page again and never skips one.
Result<void> Pull::read(connectors::Connector & connector, std::stop_token stop, std::function<void()> const & alive)
{
    auto const reads = m_feed.feed->reads;
    auto const deadline = m_clock.monotonic() + m_limits.run_timeout;
    std::string cursor;
    if (!m_options.full) {
        KETENSYNC_TRY_ASSIGN(cursor, m_landing.cursor(m_number));
    }
    for (std::uint64_t pages = 1;; ++pages) {
        alive();
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        KETENSYNC_TRY_ASSIGN(auto const page, connector.read(cursor, stop));
        ++m_pages;
        m_bytes += page.body.bytes().size();
        cursor = page.cursor_after;
        if (auto taken = take(page); !taken) {
            auto error = std::move(taken).error();
            error.what = fmt::format("{}: {}", page.origin, error.what);
            return fail(std::move(error));
        }
        if (reads == settings::Reads::changes || page.last || !page.period.empty()) {
            KETENSYNC_TRY(m_drift.heed());
        }
        if (reads != settings::Reads::changes && !page.period.empty()) {
            KETENSYNC_TRY(settle_absent(page.period));
        }
        if (reads == settings::Reads::changes || !page.period.empty()) {
            KETENSYNC_TRY(judge());
            release(cursor, false);
            KETENSYNC_TRY(write(false));
        }
        if (page.last) {
            break;
        }
        if (pages >= m_limits.pages_max) {
            return fail(Failure::bad_page, fmt::format("the source gives more than {} pages", m_limits.pages_max));
        }
        if (m_clock.monotonic() > deadline) {
            return fail(Failure::unavailable, "reading took longer than limits.run_timeout");
        }
    }
    if (reads == settings::Reads::complete) {
        KETENSYNC_TRY(settle_absent({}));
        KETENSYNC_TRY(judge());
    }
    if (m_swept != 0) {
        KETENSYNC_TRY(sweep());
    }
    release(cursor, true);
    KETENSYNC_TRY(write(true));
    return m_options.concludes ? connector.conclude(cursor, stop) : Result<void>();
}

Result<void> Pull::take(connectors::Page const & page)
{
    if (page.not_modified) {
        m_known.see_all();
        m_fetched += m_known.live();
        m_unchanged += m_known.live();
        m_delivered += m_known.live();
        return {};
    }
    if (page.declared_total) {
        m_declared = page.declared_total;
    }
    if (!page.period.empty()) {
        KETENSYNC_TRY(land());
        m_period = page.period;
        m_delivered = 0;
        m_known.unsee(m_known.period(m_period));
        m_belief.begin(m_period, m_known.live(m_known.period(m_period)));
    }
    KETENSYNC_TRY(take_gone(page));
    if (page.bare || (page.body.bytes().empty() && page.last && page.period.empty())) {
        return {};
    }
    std::string_view context;
    std::string kept_context;
    auto const use = [this, &kept_context](std::string_view shared) {
        kept_context = shared;
        m_seed = record::fingerprint({ shared, m_period }).low;
    };
    use(context);
    if (m_page.context != kept_context) {
        KETENSYNC_TRY(land());
        m_page.context = kept_context;
    }
    Error landing_failed;
    formats::Sink const sink {
        [this, &use, &kept_context, &landing_failed](std::string_view shared) {
            use(shared);
            if (m_page.context != kept_context) {
                if (auto landed = land(); !landed) {
                    landing_failed = std::move(landed).error();
                }
                m_page.context = kept_context;
            }
        },
        [this, &landing_failed](std::string_view bytes) -> Result<void> {
            if (!landing_failed.what.empty()) {
                return fail(landing_failed);
            }
            return document(bytes);
        },
    };
    return formats::split(page.body.bytes(), m_feed.mapper->layout(), m_format_limits, sink);
}

// What the source says is no more, one by one. It was not delivered, so it counts in no control total.
Result<void> Pull::take_gone(connectors::Page const & page)
{
    if (m_feed.feed->gone == settings::Gone::keep) {
        return {};
    }
    for (auto const & key : page.gone) {
        auto const slot = m_known.with_key(record::fingerprint(std::string_view(key)));
        if (slot == landing::Known::none || !m_known[slot].live) {
            continue;
        }
        number_page();
        m_page.entries.push_back({ m_known[slot].key, {}, m_known[slot].version, 0, true });
        m_known.mark_gone(slot);
    }
    return {};
}

// Known and unchanged is the great majority, and costs a fingerprint and a look-up.
Result<void> Pull::document(std::string_view bytes)
{
    ++m_fetched;
    auto content = record::fingerprint(bytes);
    content.high ^= m_seed;
    if (auto const slot = m_known.with_content(content); slot != landing::Known::none && !m_options.full) {
        ++m_unchanged;
        m_delivered += m_known.see(slot) ? 1U : 0U;
        return {};
    }
    auto key = content;
    mapping::Told const told { m_feed.source->name, m_period };
    bool const sound = m_parser.parse(m_page.context, bytes, m_tree).has_value();
    if (sound) {
        m_drift.take(m_tree);
        if (auto const text = m_feed.mapper->key(m_tree, told)) {
            key = record::fingerprint(std::string_view(*text));
        }
    }
    auto slot = m_known.with_key(key);
    landing::Entry entry { key, content, 0, static_cast<std::uint32_t>(bytes.size()), false };
    if (slot == landing::Known::none) {
        slot = m_known.add(key, content, m_known.period(m_period));
    } else {
        if (m_known[slot].content == content && m_known[slot].live && m_known[slot].seen) {
            // With `full`, or on a page that the source repeats: this run has it already.
            ++m_unchanged;
            return {};
        }
        entry.previous = m_known[slot].version;
        // What this run brought itself is no change of what was known.
        bool const from_before = m_first_page == 0 || landing::page_of(entry.previous) < m_first_page;
        if (sound && from_before && m_known[slot].live && m_known[slot].content != content) {
            KETENSYNC_TRY(m_belief.take_change(key, entry.previous, m_tree, told));
        }
        if (m_swept != 0 && from_before && m_known[slot].content != content) {
            m_relisted.emplace_back(key, entry.previous);
        }
        m_known.change(slot, content, m_known.period(m_period));
    }
    m_belief.take_news(key, sound ? &m_tree : nullptr, told);
    m_delivered += m_known.see(slot) ? 1U : 0U;
    // What is larger than a document may be is set aside, and is not copied first.
    bool const too_large = bytes.size() > m_limits.item_bytes_max;
    if (too_large) {
        pack();
    }
    number_page();
    m_known.set_version(slot, landing::version(m_page.id, m_page.entries.size()));
    m_page.entries.push_back(entry);
    bool const alone = m_feed.feed->reads == settings::Reads::changes;
    if (too_large) {
        pack(bytes);
        return alone ? Result<void>() : write(false);
    }
    m_page.body += bytes;
    if (!alone && (m_page.entries.size() >= page_documents || m_page.body.size() >= page_bytes)) {
        return land();
    }
    if (m_page.entries.size() >= landing::documents_of_page_max) {
        return fail(Failure::bad_page, "a page holds more documents than can be kept together: ask for smaller pages");
    }
    if (m_delivered > m_feed.feed->believable.max && !m_options.accept_mass_change) {
        return fail(m_belief.too_many(m_delivered));
    }
    return {};
}

void Pull::number_page()
{
    m_page.id = m_page.id == 0 ? m_landing.next_page() : m_page.id;
    m_first_page = m_first_page == 0 ? m_page.id : m_first_page;
}

// Closes the page at hand; it is written when it is this feed's turn.
void Pull::pack() { pack(m_page.body); }

void Pull::pack(std::string_view body)
{
    if (m_page.entries.empty()) {
        return;
    }
    m_page.feed = m_number;
    m_page.run = m_run;
    m_page.period = m_period;
    m_waiting.push_back(landing::pack(m_page, body));
    m_waiting_bytes += m_waiting.back().bytes();
    m_page.entries.clear();
    m_page.body.clear();
    m_page.id = 0;
}

Result<void> Pull::land()
{
    pack();
    return write(false);
}

// In one transaction: the pages that wait, the cursor behind them and the numbers. Unless it must be now, only when
// nobody else writes, or when no more may wait.
Result<void> Pull::write(bool now)
{
    if (m_waiting.empty() && !m_due) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(
        auto transaction, store::Transaction::try_begin(m_database, now || m_waiting_bytes >= waiting_bytes_max));
    if (!transaction) {
        return {};
    }
    auto const received = m_clock.now();
    for (std::size_t i = 0; i <= m_waiting.size(); ++i) {
        if (m_due && m_due->pages == i) {
            KETENSYNC_TRY(m_landing.release(m_run));
            KETENSYNC_TRY(m_landing.set_cursor(m_number, m_due->cursor));
            KETENSYNC_TRY(m_runs.read(m_run, m_due->fetched, m_due->unchanged));
            KETENSYNC_TRY(tell_cost(m_due->pages_read, m_due->bytes_read));
            if (m_read_again) {
                KETENSYNC_TRY(m_landing.set_cursor(m_swept, {}));
            }
            if (m_due->shape) {
                KETENSYNC_TRY(m_shapes.put(m_number, *m_due->shape));
            }
        }
        if (i < m_waiting.size()) {
            KETENSYNC_TRY(m_landing.append(m_waiting[i], received));
        }
    }
    KETENSYNC_TRY(transaction->commit());
    m_waiting.clear();
    m_waiting_bytes = 0;
    m_due.reset();
    return {};
}

Result<void> Pull::tell_cost(std::uint64_t pages, std::uint64_t bytes)
{
    KETENSYNC_TRY_ASSIGN(auto course, Course::open(m_database));
    return course.was_read(m_run, m_clock.now(), pages, bytes);
}

// A delivery that was read to its end says what is gone: what is known of it and was not in it.
Result<void> Pull::settle_absent(std::string const & period)
{
    if (period.empty() && m_declared && *m_declared != m_delivered) {
        return fail(Failure::bad_page,
            fmt::format("the source says {} documents and delivered {}", *m_declared, m_delivered));
    }
    bool const keeps = m_feed.feed->gone == settings::Gone::keep;
    auto const absent = keeps ? std::vector<landing::Known::Slot>() : m_known.unseen(m_known.period(period));
    KETENSYNC_TRY(m_options.accept_mass_change ? Result<void>() : m_belief.judge_size(m_delivered, absent.size()));
    for (auto const slot : absent) {
        number_page();
        m_page.entries.push_back({ m_known[slot].key, {}, m_known[slot].version, 0, true });
        m_known.mark_gone(slot);
        if (m_page.entries.size() >= page_documents) {
            KETENSYNC_TRY(land());
        }
    }
    return {};
}

Result<void> Pull::judge() const
{
    if (m_options.accept_mass_change) {
        return {};
    }
    KETENSYNC_TRY(m_belief.judge_changes());
    return m_belief.judge_set_aside(m_delivered);
}

// What landed counts from here.
void Pull::release(std::string const & cursor, bool whole)
{
    pack();
    auto shape = m_drift.to_keep(whole);
    if (!shape && m_due) {
        shape = std::move(m_due->shape); // of a release that was not written yet
    }
    m_due = { m_waiting.size(), cursor, m_fetched, m_unchanged, m_pages, m_bytes, std::move(shape) };
}

}
