#include "tests/bench/criteria/listing.hpp"
#include "tests/bench/criteria/test_programs.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/postgres_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

// What is gone, what did not change, and an answer that is lost: criteria 34, 36 and 38.

namespace ketensync::criteria {

namespace {

using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

/// Documents below parents of which one source says, one by one, that they are there no more.
void deletes_by_id(Wanted const & wanted, Row & row)
{
    constexpr std::size_t parents = 50;
    auto const each = std::max<std::size_t>(10, wanted.records / 6 / parents);
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(340, seed);
        std::unordered_map<std::size_t, int> gone;
        auto const published = [&] {
            Oracle oracle;
            for (std::size_t i = 0; i < parents * each; ++i) {
                if (!gone.contains(i / each)) {
                    oracle[std::to_string(i)] = fmt::format("i{}", i);
                }
            }
            return oracle;
        };
        ScriptedServer server([&](Request const & request) {
            std::vector<std::string> items;
            if (request.path == "/ouders") {
                for (std::size_t i = 0; i < parents; ++i) {
                    items.push_back(fmt::format(R"({{"id":"{}"}})", i));
                }
                return Answer { .body = page_of(items) };
            }
            auto const parent = std::stoul(request.path.substr(8));
            if (auto const found = gone.find(parent); found != gone.end()) {
                return Answer { .status = found->second };
            }
            for (std::size_t i = parent * each; i < (parent + 1) * each; ++i) {
                items.push_back(item(std::to_string(i), fmt::format("i{}", i)));
            }
            return Answer { .body = page_of(items) };
        });
        Rig rig(server.address(),
            { "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/ouders/{parent}/dingen\"\n"
              "[feed.parent]\npath = \"/ouders\"\nitems = \"items\"\nkey = \"id\"\nparallel = 3\n" });
        rig.sync();
        gone = { { upto(random, 25), 404 }, { 25 + upto(random, 25), 410 } };
        auto const run = rig.sync();
        row.check(run.succeeded() && run.vanished == 2 * each, fmt::format("404 and 410: {} vanished of {} {}", run.vanished, 2 * each, run.message));
        row.add(rig.compare(published()));
        gone.clear();
        rig.sync();
        row.add(rig.compare(published()));
        row.sum("deletes", static_cast<double>(2 * each));
        row.records(parents * each);
    }
}

void deletes(Wanted const & wanted, Row & row)
{
    deletes_by_id(wanted, row);
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const * const gone : { "remove", "close", "keep" }) {
            auto random = chance(34, seed);
            auto const records = std::max<std::size_t>(500, wanted.records / 6);
            Listing listing(Listing::By::offset);
            for (std::size_t i = 0; i < records; ++i) {
                listing.put(i, fmt::format("i{}", i));
            }
            bool const keeps = std::string_view(gone) == "keep";
            Rig rig(listing.address(), { listing.feed({}, fmt::format("gone = \"{}\"\n", gone)) });
            rig.sync();
            auto const all = listing.published();
            auto const count = 1 + upto(random, records / 20);
            std::vector<std::size_t> removed;
            for (std::size_t i = 0; i < count; ++i) {
                auto const number = upto(random, records);
                if (std::ranges::find(removed, number) == removed.end()) {
                    removed.push_back(number);
                    listing.remove(number);
                }
            }
            rig.time.advance(std::chrono::hours(24));
            auto const run = rig.sync();
            row.check(run.vanished == (keeps ? 0 : removed.size()), fmt::format("{}: {} vanished of {}", gone, run.vanished, removed.size()));
            row.add(rig.compare(keeps ? all : listing.published()));
            // What became of one that is gone: withdrawn, or true until then.
            auto const one = fmt::format("FROM ding WHERE nummer = '{}'", removed.front());
            row.check(rig.in_warehouse("SELECT count(*) " + one) >= 1, "its history is gone with it");
            for (auto const number : removed) {
                listing.put(number, fmt::format("i{}", number));
            }
            rig.time.advance(std::chrono::hours(24));
            rig.sync();
            row.add(rig.compare(all));
            row.sum("deletes", static_cast<double>(removed.size()));
            row.records(records);
        }
        row.seed();
    }
    prove(row, "pipeline/ketensync_pipeline_test",
        "Pipeline.EndsWhatASourceSaysIsNoMoreInAFeedOfChanges:Pipeline.ReplacesAPeriodThatIsDeliveredAgain:Sweep.*", 7);
    row.note("whole lists and 404/410 by id measured; tombstones, periods and lists of keys by tests");
}

/// One that came back: does the golden record that it was go on?
void revival(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const * const gone : { "remove", "close" }) {
            auto random = chance(341, seed);
            Listing listing(Listing::By::offset);
            for (std::size_t i = 0; i < 500; ++i) {
                listing.put(i, fmt::format("i{}", i));
            }
            Rig rig(listing.address(), { listing.feed({}, fmt::format("gone = \"{}\"\n", gone)) });
            rig.sync();
            auto const number = upto(random, 500);
            auto const id = fmt::format("SELECT max(id) FROM ding WHERE nummer = '{}'", number);
            auto const was = rig.in_warehouse(id);
            listing.remove(number);
            rig.time.advance(std::chrono::hours(24));
            rig.sync();
            listing.put(number, fmt::format("i{}", number));
            rig.time.advance(std::chrono::hours(24));
            rig.sync();
            row.add(rig.compare(listing.published()));
            bool const same = rig.in_warehouse(id) == was;
            row.sum("came back", 1);
            row.sum("as what it was", same ? 1 : 0);
            row.check(same, fmt::format("{}: what came back is another golden record", gone));
            row.records(500);
        }
        row.seed();
    }
}

/// How much of the warehouse's files was written to since.
std::vector<std::string> touched(Rig const & rig)
{
    std::vector<std::string> found;
    for (auto const * const suffix : { "", "-wal" }) {
        auto const file = rig.warehouse().string() + suffix;
        if (std::filesystem::exists(file)) {
            found.push_back(fmt::format("{} {} {}", suffix, std::filesystem::file_size(file),
                std::filesystem::last_write_time(file).time_since_epoch().count()));
        }
    }
    return found;
}

void no_change(Wanted const & wanted, Row & row)
{
    enum class How { etag, last_modified, same_body, other_order };
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const how : { How::etag, How::last_modified, How::same_body, How::other_order }) {
            auto random = chance(36, seed * 4 + static_cast<int>(how));
            auto const records = wanted.records / 4;
            std::vector<std::string> items;
            Oracle published;
            for (std::size_t i = 0; i < records; ++i) {
                items.push_back(item(std::to_string(i), fmt::format("i{}", i)));
                published[std::to_string(i)] = fmt::format("i{}", i);
            }
            auto body = page_of(items);
            ScriptedServer server([&](Request const & request) {
                Answer answer { .body = body };
                if (how == How::etag) {
                    answer.headers["ETag"] = "\"e1\"";
                } else if (how == How::last_modified) {
                    answer.headers["Last-Modified"] = "Mon, 01 Jun 2026 10:00:00 GMT";
                }
                bool const known = (how == How::etag && request.headers.contains("if-none-match"))
                    || (how == How::last_modified && request.headers.contains("if-modified-since"));
                return known ? Answer { .status = 304 } : answer;
            });
            Rig rig(server.address(), { "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n" });
            row.check(rig.sync().succeeded(), "the first reading");
            row.add(rig.compare(published));
            auto const batches = rig.batches();
            auto const before = touched(rig);
            for (int poll = 0; poll < 3; ++poll) {
                if (how == How::other_order) {
                    std::shuffle(items.begin(), items.end(), random);
                    body = page_of(items);
                }
                rig.time.advance(std::chrono::hours(1));
                auto const run = rig.sync();
                row.check(run.unchanged == records && run.fetched == records, fmt::format("{} of {} unchanged", run.unchanged, records));
            }
            row.sum("polls", 3);
            row.sum("batches delivered", static_cast<double>(rig.batches() - batches));
            row.check(rig.batches() == batches && touched(rig) == before, "the warehouse was written to");
            row.records(records);
        }
        row.seed();
    }
    row.note("ETag, Last-Modified, same body, same rows in another order");
}

void lost_answer(Wanted const & wanted, Row & row)
{
    prove(row, "warehouse/ketensync_warehouse_test", "Each/WarehouseContract.TakesABatchOnceHoweverOftenItComes/sqlite", 1);
    if (!support::PostgresServer::installed()) {
        row.note("PostgreSQL is not installed: only SQLite");
        return;
    }
    support::PostgresServer server;
    server.execute("postgres", "CREATE ROLE ketensync LOGIN PASSWORD 'w'");
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(38, seed);
        auto const database = fmt::format("seed{}", seed);
        server.make_database(database);
        server.execute(database, fmt::format("GRANT CREATE ON DATABASE {} TO ketensync", database));
        support::CuttingProxy proxy(server.port());
        auto const records = wanted.records / 10;
        Listing listing(Listing::By::offset);
        for (std::size_t i = 0; i < records; ++i) {
            listing.put(i, fmt::format("i{}", i));
        }
        Rig rig(listing.address(),
            { listing.feed(), {}, "batch_documents = 500\nwarehouse_timeout = \"2s\"",
                fmt::format("type = \"postgresql\"\nhost = \"127.0.0.1\"\nport = {}\ndatabase = \"{}\"\nuser = \"ketensync\"\n"
                            "password = \"wachtwoord\"\nsslmode = \"disable\"\nschema = \"analytisch\"",
                    proxy.port(), database) });
        rig.folder.write("secrets/wachtwoord", "w");
        for (std::size_t version = 0; version < 4; ++version) {
            for (std::size_t i = 0; version > 0 && i < records / 10; ++i) {
                listing.put(upto(random, records), fmt::format("v{}", version));
            }
            // Anywhere, the answer to a commit among it.
            proxy.cut_after(200 + upto(random, 6'000));
            bool cut = false;
            for (int tries = 0; tries < 60; ++tries) {
                try {
                    rig.sync();
                    break;
                } catch (std::exception const &) {
                    cut = true;
                    std::this_thread::sleep_for(std::chrono::milliseconds(200));
                }
            }
            row.sum("answers lost", cut ? 1 : 0);
            std::vector<std::pair<std::string, std::string>> rows;
            for (auto const & each : server.values(database, "SELECT nummer, inhoud FROM analytisch.ding_nu")) {
                rows.emplace_back(each[0], each[1]);
            }
            row.add(Rig::compare(listing.published(), rows));
        }
        auto const twice = server.number(database, "SELECT count(*) - count(DISTINCT (id, levering)) FROM analytisch.ding");
        row.sum("rows written twice", static_cast<double>(twice));
        row.check(twice == 0, "rows were written twice");
        row.records(records);
        row.seed();
    }
    row.note("PostgreSQL behind a proxy that cuts, SQLite by a test");
}

} // namespace

std::vector<Criterion> end_criteria()
{
    return { { "34", "deletes, of all kinds", "by the feed's policy, history kept, there again when back", deletes },
        { "34b", "records that come back", "the golden record that they were goes on", revival },
        { "36", "a poll that brings nothing new", "0 writes to the warehouse", no_change },
        { "38", "the warehouse commits and its answer is lost", "nothing is written twice", lost_answer } };
}

} // namespace ketensync::criteria
