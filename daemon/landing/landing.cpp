#include "daemon/landing/landing.hpp"

#include "daemon/store/compress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ketensync::landing {

// A page's large parts lie in tables of their own, so that changing a mark does not rewrite them.
std::string_view const tables = R"(
CREATE TABLE page(
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL,
    run INTEGER NOT NULL,
    period TEXT NOT NULL,
    received INTEGER NOT NULL,
    released INTEGER NOT NULL DEFAULT 0,
    digested INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX page_feed ON page(feed);
CREATE INDEX page_waiting ON page(run) WHERE digested = 0;
CREATE TABLE page_body(page INTEGER PRIMARY KEY, directory BLOB NOT NULL, context TEXT NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE page_tellings(page INTEGER PRIMARY KEY, tellings BLOB NOT NULL) STRICT;
)";

namespace {

constexpr std::size_t page_bytes_max = 1ULL << 31;

Error damaged() { return { Failure::configuration, "a stored page is damaged: restore the state from a backup" }; }

}

Result<Landing> Landing::open(store::Database & database, std::atomic<std::int64_t> & last_page)
{
    Landing landing;
    landing.m_last_page = &last_page;
    landing.m_database = &database;
    KETENSYNC_TRY_ASSIGN(landing.m_directories,
        database.prepare("SELECT p.id, p.period, b.directory FROM page p JOIN page_body b ON b.page = p.id "
                         "WHERE p.feed = ? AND p.released = 1 ORDER BY p.id"));
    KETENSYNC_TRY_ASSIGN(
        landing.m_append, database.prepare("INSERT INTO page(id, feed, run, period, received) VALUES(?, ?, ?, ?, ?)"));
    KETENSYNC_TRY_ASSIGN(landing.m_append_body, database.prepare("INSERT INTO page_body VALUES(?, ?, ?, ?)"));
    KETENSYNC_TRY_ASSIGN(landing.m_cursor, database.prepare("SELECT cursor FROM feed WHERE id = ?"));
    KETENSYNC_TRY_ASSIGN(landing.m_set_cursor, database.prepare("UPDATE feed SET cursor = ? WHERE id = ?"));
    KETENSYNC_TRY_ASSIGN(
        landing.m_release, database.prepare("UPDATE page SET released = 1 WHERE run = ? AND digested = 0"));
    KETENSYNC_TRY_ASSIGN(landing.m_undigested,
        database.prepare("SELECT id FROM page WHERE run = ? AND digested = 0 AND released = 1 ORDER BY id"));
    KETENSYNC_TRY_ASSIGN(landing.m_page,
        database.prepare("SELECT p.feed, p.run, p.period, b.directory, b.context, b.body FROM page p "
                         "JOIN page_body b ON b.page = p.id WHERE p.id = ?"));
    KETENSYNC_TRY_ASSIGN(landing.m_set_digested, database.prepare("UPDATE page SET digested = 1 WHERE id = ?"));
    KETENSYNC_TRY_ASSIGN(landing.m_tellings, database.prepare("SELECT tellings FROM page_tellings WHERE page = ?"));
    KETENSYNC_TRY_ASSIGN(landing.m_set_tellings, database.prepare("REPLACE INTO page_tellings VALUES(?, ?)"));
    return landing;
}

Result<std::int64_t> Landing::last_page(store::Database & database)
{
    return database.number("SELECT max(id) FROM page");
}

Result<Known> Landing::known(FeedId feed)
{
    Known known;
    m_directories.bind(1, std::int64_t { feed });
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, m_directories.step());
        if (!row) {
            break;
        }
        auto const entries = decode_directory(m_directories.blob(2));
        if (!entries) {
            return fail(damaged());
        }
        known.take(m_directories.integer(0), known.period(std::string(m_directories.text(1))), *entries);
    }
    m_directories.reset();
    return known;
}

PackedPage pack(Page const & page) { return pack(page, page.body); }

PackedPage pack(Page const & page, std::string_view body)
{
    return { page.id, page.feed, page.run, page.period, page.context, encode(page.entries), store::compress(body) };
}

Result<void> Landing::append(PackedPage const & page, Instant received)
{
    m_append.bind(1, page.id).bind(2, std::int64_t { page.feed }).bind(3, page.run);
    m_append.bind(4, std::string_view(page.period)).bind(5, std::int64_t { received.time_since_epoch().count() });
    KETENSYNC_TRY(m_append.run());
    m_append_body.bind(1, page.id).bind_blob(2, page.directory);
    m_append_body.bind(3, std::string_view(page.context)).bind_blob(4, page.body);
    return m_append_body.run();
}

Result<std::string> Landing::cursor(FeedId feed)
{
    m_cursor.bind(1, std::int64_t { feed });
    KETENSYNC_TRY_ASSIGN(bool const row, m_cursor.step());
    std::string cursor(row ? m_cursor.text(0) : std::string_view());
    m_cursor.reset();
    return cursor;
}

Result<void> Landing::set_cursor(FeedId feed, std::string const & cursor)
{
    m_set_cursor.bind(1, std::string_view(cursor)).bind(2, std::int64_t { feed });
    return m_set_cursor.run();
}

Result<void> Landing::release(std::int64_t run)
{
    m_release.bind(1, run);
    return m_release.run();
}

Result<void> Landing::drop(std::int64_t run)
{
    return m_database->execute(fmt::format("DELETE FROM page_body WHERE page IN (SELECT id FROM page WHERE run = {0} AND released = 0);"
                                           "DELETE FROM page WHERE run = {0} AND released = 0",
        run));
}

Result<void> Landing::drop_unreleased()
{
    return m_database->execute("DELETE FROM page_body WHERE page IN (SELECT id FROM page WHERE digested = 0 AND released = 0);"
                               "DELETE FROM page WHERE digested = 0 AND released = 0");
}

Result<std::vector<std::int64_t>> Landing::undigested(std::int64_t run)
{
    std::vector<std::int64_t> pages;
    m_undigested.bind(1, run);
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, m_undigested.step());
        if (!row) {
            break;
        }
        pages.push_back(m_undigested.integer(0));
    }
    m_undigested.reset();
    return pages;
}

Result<Page> Landing::page(std::int64_t id)
{
    m_page.bind(1, id);
    KETENSYNC_TRY_ASSIGN(bool const row, m_page.step());
    if (!row) {
        m_page.reset();
        return fail(damaged());
    }
    Page page;
    page.id = id;
    page.feed = static_cast<FeedId>(m_page.integer(0));
    page.run = m_page.integer(1);
    page.period = m_page.text(2);
    auto entries = decode_directory(m_page.blob(3));
    page.context = m_page.text(4);
    auto body = store::decompress(m_page.blob(5), page_bytes_max);
    m_page.reset();
    if (!entries) {
        return fail(damaged());
    }
    if (!body) {
        return fail(std::move(body).error());
    }
    page.entries = std::move(*entries);
    page.body = std::move(*body);
    return page;
}

Result<Landing::Arrival> Landing::arrival(std::int64_t page)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare("SELECT feed, run, period, received FROM page WHERE id = ?"));
    select.bind(1, page);
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (!row) {
        return fail(damaged());
    }
    return Arrival { static_cast<FeedId>(select.integer(0)), select.integer(1), std::string(select.text(2)),
        Instant(std::chrono::milliseconds(select.integer(3))) };
}

Result<void> Landing::set_digested(std::int64_t page, std::size_t documents)
{
    m_set_digested.bind(1, page);
    KETENSYNC_TRY(m_set_digested.run());
    m_cache[page] = { Tellings(documents), true };
    return {};
}

Result<void> Landing::tell(Version version, std::vector<record::RecordId> records)
{
    KETENSYNC_TRY_ASSIGN(auto * const page, cached(page_of(version)));
    page->tellings.at(index_of(version)) = std::move(records);
    page->changed = true;
    return {};
}

Result<Landing::Cached *> Landing::cached(std::int64_t page)
{
    auto found = m_cache.find(page);
    if (found == m_cache.end()) {
        m_tellings.bind(1, page);
        KETENSYNC_TRY_ASSIGN(bool const row, m_tellings.step());
        auto tellings = row ? decode_tellings(m_tellings.blob(0)) : Tellings();
        m_tellings.reset();
        if (!tellings) {
            return fail(damaged());
        }
        found = m_cache.emplace(page, Cached { std::move(*tellings), false }).first;
    }
    return &found->second;
}

Result<std::vector<record::RecordId>> Landing::supersede(Version version)
{
    KETENSYNC_TRY_ASSIGN(auto * const page, cached(page_of(version)));
    auto const index = index_of(version);
    if (index >= page->tellings.size()) {
        return std::vector<record::RecordId>();
    }
    page->changed = true;
    return std::exchange(page->tellings[index], {});
}

Result<std::vector<Landing::Teller>> Landing::tellers(
    std::vector<FeedId> const & feeds, std::vector<record::RecordId> const & records)
{
    std::vector<Teller> found;
    for (auto const feed : feeds) {
        std::vector<std::int64_t> pages;
        KETENSYNC_TRY_ASSIGN(auto select,
            m_database->prepare("SELECT id FROM page WHERE feed = ? AND (digested = 1 OR released = 1) ORDER BY id"));
        select.bind(1, std::int64_t { feed });
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                break;
            }
            pages.push_back(select.integer(0));
        }
        for (auto const id : pages) {
            bool const was_cached = m_cache.contains(id);
            KETENSYNC_TRY_ASSIGN(auto * const page, cached(id));
            for (std::size_t i = 0; i < page->tellings.size(); ++i) {
                for (auto const record : page->tellings[i]) {
                    if (std::ranges::binary_search(records, record)) {
                        found.push_back({ record, version(id, i), feed });
                    }
                }
            }
            if (!was_cached) {
                m_cache.erase(id);
            }
        }
    }
    return found;
}

Result<void> Landing::flush()
{
    std::vector<std::int64_t> pages;
    for (auto const & [page, cached_page] : m_cache) {
        if (cached_page.changed) {
            pages.push_back(page);
        }
    }
    std::ranges::sort(pages);
    for (auto const page : pages) {
        auto const bytes = encode(m_cache[page].tellings);
        m_set_tellings.bind(1, page).bind_blob(2, bytes);
        KETENSYNC_TRY(m_set_tellings.run());
    }
    m_cache.clear();
    return {};
}

void Landing::forget() { m_cache.clear(); }

}
