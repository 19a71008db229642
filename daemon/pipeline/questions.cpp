#include "daemon/pipeline/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace ketensync::pipeline {

std::string_view const GoldenQuestions::tables = R"(
CREATE TABLE asked(
    feed INTEGER NOT NULL,
    golden INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(feed, golden)) STRICT, WITHOUT ROWID;
CREATE TABLE asked_on_day(feed INTEGER PRIMARY KEY, day INTEGER NOT NULL, questions INTEGER NOT NULL) STRICT;
)";

namespace {

std::int64_t day_of(Instant now) { return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count(); }

}

Result<std::unique_ptr<GoldenQuestions>> GoldenQuestions::open(store::Database & database, record::Schema const & schema,
    settings::Feed const & feed, record::FeedId number, Clock const & clock)
{
    std::unique_ptr<GoldenQuestions> questions(new GoldenQuestions(database, *feed.ask, number, clock));
    auto const kind = schema.kind(feed.ask->kind);
    auto const field = kind ? schema.kinds[*kind].field(feed.ask->field) : std::nullopt;
    if (!field) {
        return fail(Failure::configuration,
            fmt::format("feed '{}': [feed.ask] names '{}.{}', which the schema does not have", feed.name,
                feed.ask->kind, feed.ask->field));
    }
    questions->m_kind = *kind;
    questions->m_field = *field;
    KETENSYNC_TRY_ASSIGN(auto golden, golden::Golden::open(database));
    questions->m_golden = std::make_unique<golden::Golden>(std::move(golden));
    return questions;
}

// Once a run: who is there, and when each was asked about.
Result<void> GoldenQuestions::look()
{
    m_looked = true;
    std::unordered_map<record::GoldenId, std::int64_t> asked;
    KETENSYNC_TRY_ASSIGN(auto select, m_database.prepare("SELECT golden, at FROM asked WHERE feed = ?"));
    select.bind(1, std::int64_t { m_number });
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            break;
        }
        asked[static_cast<record::GoldenId>(select.integer(0))] = select.integer(1);
    }
    auto const fresh_from = (m_clock.now() - m_ask.again).time_since_epoch().count();
    std::vector<std::pair<std::int64_t, record::GoldenId>> due;
    KETENSYNC_TRY(m_golden->each([&](golden::Golden::Stored const & record) -> Result<void> {
        if (record.kind == m_kind && record.golden != 0) {
            auto const found = asked.find(record.golden);
            auto const at = found == asked.end() ? 0 : found->second;
            if (found == asked.end() || at < fresh_from) {
                due.emplace_back(at, record.golden);
            }
        }
        return {};
    }));
    std::ranges::sort(due);
    due.erase(std::ranges::unique(due).begin(), due.end());
    for (auto const & [at, golden] : due) {
        m_due.push_back(golden);
    }
    return {};
}

Result<std::uint64_t> GoldenQuestions::left_today()
{
    KETENSYNC_TRY_ASSIGN(
        auto select, m_database.prepare("SELECT questions FROM asked_on_day WHERE feed = ?1 AND day = ?2"));
    select.bind(1, std::int64_t { m_number }).bind(2, day_of(m_clock.now()));
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    auto const spent = row ? static_cast<std::uint64_t>(select.integer(0)) : 0;
    return spent >= m_ask.per_day ? 0 : m_ask.per_day - spent;
}

Result<void> GoldenQuestions::spend(std::uint64_t count)
{
    KETENSYNC_TRY_ASSIGN(auto put,
        m_database.prepare("INSERT INTO asked_on_day VALUES(?1, ?2, ?3) ON CONFLICT(feed) DO UPDATE SET "
                           "questions = iif(day = ?2, questions, 0) + ?3, day = ?2"));
    put.bind(1, std::int64_t { m_number }).bind(2, day_of(m_clock.now())).bind(3, static_cast<std::int64_t>(count));
    return put.run();
}

Result<std::vector<std::string>> GoldenQuestions::next(std::size_t most)
{
    if (!m_looked) {
        KETENSYNC_TRY(look());
    }
    m_answered = m_asked.size();
    std::vector<std::string> batch;
    KETENSYNC_TRY_ASSIGN(auto const left, left_today());
    most = std::min<std::size_t>(most, left);
    while (batch.size() < most && m_next < m_due.size()) {
        auto const golden = m_due[m_next++];
        KETENSYNC_TRY_ASSIGN(auto const delivered, m_golden->delivered(golden));
        auto value = delivered.exists ? std::string(delivered.values[m_field]) : std::string();
        if (!value.empty()) {
            m_asked.push_back(golden);
            if (m_values.insert(value).second) {
                batch.push_back(std::move(value));
            }
        }
    }
    // Counted before it is asked: a run that breaks off has asked it all the same.
    if (!batch.empty()) {
        KETENSYNC_TRY(spend(batch.size()));
    }
    return batch;
}

Result<void> GoldenQuestions::settle(bool all)
{
    KETENSYNC_TRY_ASSIGN(auto put, m_database.prepare("INSERT OR REPLACE INTO asked VALUES(?1, ?2, ?3)"));
    auto const now = m_clock.now().time_since_epoch().count();
    m_asked.resize(all ? m_asked.size() : m_answered);
    for (auto const golden : m_asked) {
        put.bind(1, std::int64_t { m_number }).bind(2, std::int64_t { golden }).bind(3, std::int64_t { now });
        KETENSYNC_TRY(put.run());
    }
    return {};
}

}
