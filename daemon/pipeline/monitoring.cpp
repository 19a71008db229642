#include "daemon/pipeline/monitoring.hpp"

#include "daemon/monitor/calendar.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/warehouse/postgres.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <thread>

namespace ketensync::pipeline {

namespace {

/// Part of an answer about ten years of a region takes longer than a batch does.
constexpr int patience_of_a_batch = 15;

constexpr unsigned readers_max = 4;

std::int64_t number_of(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<std::unique_ptr<warehouse::Reader>> open_reader(Plan const & plan)
{
    auto const & config = plan.config;
    if (config.warehouse_type != "postgresql") {
        return warehouse::read_sqlite(config.warehouse_file, config.limits.cache_bytes);
    }
    settings::Secrets const secrets(config.secrets_folder);
    auto const & server = config.warehouse_server;
    warehouse::PostgresAccess access { server, {}, config.limits.connect_timeout,
        config.limits.warehouse_timeout * patience_of_a_batch, {} };
    if (!server.password.empty()) {
        KETENSYNC_TRY_ASSIGN(access.password, secrets.read(server.password));
    }
    return warehouse::read_postgres(access);
}

}

Result<Readers> Readers::open(Plan const & plan)
{
    Readers opened;
    auto const wanted = std::clamp(std::thread::hardware_concurrency(), 1U, readers_max);
    for (unsigned i = 0; i < wanted; ++i) {
        KETENSYNC_TRY_ASSIGN(auto reader, open_reader(plan));
        opened.m_asks.push_back(monitor::ask_of(*reader));
        opened.m_readers.push_back(std::move(reader));
    }
    return opened;
}

Result<std::vector<std::string>> stale_feeds(
    Plan const & plan, store::Database & state, std::string const & peildatum, std::string const & known)
{
    auto const day_after = std::chrono::sys_days(std::chrono::days(monitor::day_number(peildatum).value_or(0) + 1));
    // A run of the day that is known to counts, whatever its hour.
    auto const until = std::chrono::sys_days(std::chrono::days(monitor::day_number(known).value_or(0) + 1));
    auto const in_ms = [](std::chrono::sys_days day) { return Instant(day).time_since_epoch().count(); };
    KETENSYNC_TRY_ASSIGN(auto const feeds, feed_numbers(state));
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare("SELECT count(*) FROM run WHERE feed = ? AND state IN ('succeeded', 'rejects') AND ended >= ? AND ended < ?"));
    std::vector<std::string> stale;
    for (auto const & feed : plan.feeds) {
        if (!feed.feed->schedule.every && feed.feed->schedule.at.empty()) {
            continue;
        }
        auto const number = feeds.find(feed.name);
        std::int64_t runs = 0;
        if (number != feeds.end()) {
            select.bind(1, std::int64_t { number->second }).bind(2, std::int64_t { in_ms(day_after) });
            select.bind(3, std::int64_t { in_ms(until) });
            KETENSYNC_TRY(select.step());
            runs = select.integer(0);
            select.reset();
        }
        if (runs == 0) {
            stale.push_back(feed.name);
        }
    }
    return stale;
}

Result<std::int64_t> undelivered(store::Database & state) { return state.number("SELECT count(*) FROM outbox"); }

std::filesystem::path notes_file(std::filesystem::path const & config_file, std::string const & edition)
{
    return config_file.parent_path() / "monitor" / (edition + ".toml");
}

Result<std::map<std::string, std::int64_t>> doubtful(store::Database & state, monitor::Definitions const & definitions,
    monitor::Edition const & edition, monitor::Ask const & ask)
{
    std::map<std::string, std::int64_t> found;
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
    std::map<std::int64_t, std::int64_t> who; ///< by record in doubt
    {
        KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT a, b FROM doubt"));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                break;
            }
            pairs.emplace_back(select.integer(0), select.integer(1));
            who[select.integer(0)] = 0;
            who[select.integer(1)] = 0;
        }
    }
    if (pairs.empty() || definitions.frame.records_sql.empty()) {
        return found;
    }
    std::map<std::int64_t, std::set<std::string>> parts; ///< by person
    KETENSYNC_TRY(ask(monitor::question(definitions.frame, edition, definitions.frame.records_sql, { "record", "wie", "deel" }),
        [&](std::vector<std::string_view> const & row) -> Result<void> {
            if (auto const in_doubt = who.find(number_of(row[0])); in_doubt != who.end()) {
                in_doubt->second = number_of(row[1]);
                parts[in_doubt->second].insert(std::string(row[2]));
            }
            return {};
        }));
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    for (auto const & [a, b] : pairs) {
        auto const persons = std::minmax(who[a], who[b]);
        if (persons.first == 0 || persons.first == persons.second || !seen.insert(persons).second) {
            continue;
        }
        ++found[""];
        for (auto const & part : parts[persons.first]) {
            if (parts[persons.second].contains(part)) {
                ++found[part];
            }
        }
    }
    return found;
}

}
