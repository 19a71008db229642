#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>

// What becomes of a source that gives all it has: criteria 7 to 10.

namespace ketensync::criteria {

namespace {

using By = Listing::By;
using health::RunState;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

void fill(Listing & listing, std::size_t records)
{
    for (std::size_t i = 0; i < records; ++i) {
        listing.put(i, fmt::format("i{}", i));
    }
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    if (auto const at = text.find(from); at != std::string::npos) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// A page that comes a second time, or a token that leads back: how many requests follow it.
void repeats(By by, std::size_t seed, std::size_t records, Row & row)
{
    auto random = chance(70, static_cast<int>(seed));
    Listing listing(by, 100);
    fill(listing, std::max<std::size_t>(1'000, records / 50));
    Rig rig(listing.address(), { listing.feed() });
    auto const page = 2 + upto(random, listing.pages() - 3);
    std::size_t faulty_at = 0;
    std::string before;
    listing.spoil = [&](std::size_t from, Request const &, Answer & answer) {
        if (from == page * 100 && faulty_at == 0) {
            faulty_at = listing.requests();
            answer.body = by == By::cursor ? replaced(answer.body, fmt::format("\"next\":\"{}\"", from + 100), fmt::format("\"next\":\"{}\"", from))
                                           : before;
        }
        before = answer.body;
    };
    auto const run = rig.sync();
    row.check(run.state == RunState::failed, "a repeated page was taken");
    row.check(run.message.find(by == By::cursor ? "same next page again" : "repeats page") != std::string::npos, "not named: " + run.message);
    auto const more = listing.requests() - faulty_at;
    row.most("requests after a repetition", static_cast<double>(more));
    row.check(more <= 2, fmt::format("{} requests after a repetition", more));
    row.check(rig.in_warehouse("SELECT count(*) FROM ding_nu") <= 0, "a list that repeats was taken for whole");
}

void offset_drift(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(7, seed);
        Listing listing(By::offset);
        auto number = wanted.records / 2;
        fill(listing, number);
        Rig rig(listing.address(), { listing.feed() });
        bool moving = true;
        listing.on_request = [&](std::size_t) {
            for (int i = 0; moving && i < 2; ++i) {
                if (upto(random, 2) == 0) {
                    listing.put_at(upto(random, listing.size()), number, fmt::format("i{}", number));
                    ++number;
                } else {
                    listing.remove_at(upto(random, listing.size()));
                }
            }
        };
        std::size_t missed = 0;
        for (int run = 0; run < 2; ++run) {
            rig.sync();
            missed += rig.compare(listing.published()).lost;
        }
        moving = false;
        row.check(rig.sync().succeeded(), "the reading in which nothing moved");
        row.add(rig.compare(listing.published()));
        row.sum("not there while it moved", static_cast<double>(missed));
        repeats(By::offset, static_cast<std::size_t>(seed), wanted.records, row);
        repeats(By::cursor, static_cast<std::size_t>(seed) + 1'000, wanted.records, row);
        row.records(number);
        row.seed();
    }
}

/// How a list ends badly, and whether all of it must be there then, or the run must fail by name.
struct Ending {
    char const * name;
    By by;
    bool whole;
    std::string named;
    std::string paging;
    std::function<void(Listing &, std::size_t from, Request const &, Answer &)> spoil;
};

std::vector<Ending> endings()
{
    auto const last = [](Listing & listing, std::size_t from) { return from + listing.page() >= listing.size(); };
    auto const short_page = [](Listing & listing, std::size_t from, Request const & request, Answer & answer) {
        // The source gives a third of what was asked for, whatever it was.
        auto const to = std::min(listing.size(), from + listing.page() / 3);
        std::string items;
        for (auto i = from; i < to; ++i) {
            items += (items.empty() ? "" : ",") + item(std::to_string(i), fmt::format("i{}", i));
        }
        auto const next = to >= listing.size() ? std::string("null") : fmt::format("\"{}\"", to);
        answer.body = fmt::format(R"({{"items":[{}],"next":{},"total":{}}})", items, next, listing.size());
        (void)request;
    };
    return {
        { "short pages, by offset", By::offset, true, {}, {}, short_page },
        { "capped page size beside a next", By::cursor, true, {}, {}, short_page },
        { "null for the last list", By::offset, false, "list", {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = R"({"items":null,"next":null})";
                }
            } },
        { "no list at all on the last page", By::cursor, false, "list", {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = R"({"next":null})";
                }
            } },
        { "a last page that leads to an empty one", By::cursor, true, {}, {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = replaced(answer.body, "\"next\":null", fmt::format("\"next\":\"{}\"", listing.size() + from));
                }
            } },
        { "a last page that leads to itself", By::cursor, false, "same next page again", {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = replaced(answer.body, "\"next\":null", fmt::format("\"next\":\"{}\"", from));
                }
            } },
        { "a last page that leads to the second", By::cursor, false, "leads back", {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = replaced(answer.body, "\"next\":null", fmt::format("\"next\":\"{}\"", listing.page()));
                }
            } },
        { "always another page", By::page_number, false, "repeats page", {},
            [](Listing &, std::size_t, Request const &, Answer & answer) {
                answer.body = replaced(answer.body, "\"hasNextPage\":false", "\"hasNextPage\":true");
            } },
        { "a last link to another host", By::next_link, false, "", {},
            [last](Listing & listing, std::size_t from, Request const &, Answer & answer) {
                if (last(listing, from)) {
                    answer.body = replaced(answer.body, "\"next\":null", "\"next\":\"http://127.0.0.2:9/dingen?from=0\"");
                }
            } },
    };
}

void hostile_endings(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(8, seed);
        for (auto const & ending : endings()) {
            auto const records = wanted.records / 9 / 2 + upto(random, wanted.records / 9 / 2) + 10;
            Listing listing(ending.by, 10 + upto(random, std::min<std::size_t>(490, records / 5)));
            fill(listing, records);
            listing.spoil = [&](std::size_t from, Request const & request, Answer & answer) {
                ending.spoil(listing, from, request, answer);
            };
            Rig rig(listing.address(), { listing.feed(ending.paging) });
            auto const run = rig.sync();
            bool const shortened = ending.whole && std::string_view(ending.name).find("page size") != std::string_view::npos;
            bool const thirds = shortened || std::string_view(ending.name).starts_with("short");
            auto const pages = thirds ? (records + listing.page() / 3 - 1) / (listing.page() / 3) : listing.pages();
            auto const over = static_cast<double>(listing.requests()) - static_cast<double>(pages);
            row.most("requests over pages", over);
            row.check(over <= 2, fmt::format("{}: {} requests for {} pages", ending.name, listing.requests(), pages));
            if (ending.whole) {
                row.check(run.succeeded(), fmt::format("{}: {}", ending.name, run.message));
                row.add(rig.compare(listing.published()));
            } else {
                row.check(run.state == RunState::failed && run.message.find(ending.named) != std::string::npos && !run.message.empty(),
                    fmt::format("{}: {} ({})", ending.name, run.message, to_text(run.state)));
                row.check(rig.in_warehouse("SELECT count(*) FROM ding_nu") <= 0, fmt::format("{}: part was taken for whole", ending.name));
            }
            row.records(records);
        }
        row.seed();
    }
    row.note("9 endings");
}

void declared_totals(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const by : { By::offset, By::page_number, By::cursor }) {
            auto random = chance(9, seed * 3 + static_cast<int>(by));
            auto const records = wanted.records / 6;
            Listing listing(by);
            fill(listing, records);
            Rig rig(listing.address(), { listing.feed("total = \"total\"") });
            row.check(rig.sync().succeeded(), "the first reading, in which all agrees");
            auto const published = listing.published();
            auto const cursor = rig.cursor();
            auto const off = 1 + upto(random, records / 20);
            bool const more = by == By::offset || upto(random, 2) == 0;
            listing.put(0, "anders");
            listing.total = [&](std::size_t real) { return more ? real + off : real - off; };
            auto const run = rig.sync();
            row.check(run.state == RunState::failed, fmt::format("declared {} too {}: {}", off, more ? "many" : "few", run.message));
            row.check(rig.cursor() == cursor, "the cursor moved");
            row.add(rig.compare(published));
            row.sum("runs that had to fail", 1);
            row.sum("failed", run.state == RunState::failed ? 1 : 0);
            row.records(records);
        }
        row.seed();
    }
}

struct Extract {
    char const * name;
    std::function<Answer(std::string const & whole, std::string const & half)> made;
};

std::vector<Extract> extracts()
{
    return { { "[]", [](auto const &, auto const &) { return Answer { .body = R"({"items":[]})" }; } },
        { "200 with HTML", [](auto const &, auto const &) { return Answer { .body = "<!DOCTYPE html><html><body>Onderhoud</body></html>" }; } },
        { "cut JSON", [](std::string const & whole, auto const &) { return Answer { .body = whole.substr(0, whole.size() / 2) }; } },
        { "half of the rows", [](auto const &, std::string const & half) { return Answer { .body = half }; } },
        { "a cut body", [](std::string const & whole, auto const &) { return Answer { .body = whole, .cut = true }; } },
        { "nothing", [](auto const &, auto const &) { return Answer { .body = "" }; } } };
}

void empty_extracts(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(10, seed);
        auto const records = wanted.records / 2;
        std::vector<std::string> items;
        Oracle published;
        for (std::size_t i = 0; i < records; ++i) {
            items.push_back(item(std::to_string(i), fmt::format("i{}", i)));
            published[std::to_string(i)] = fmt::format("i{}", i);
        }
        auto const whole = page_of(items);
        std::shuffle(items.begin(), items.end(), random);
        items.resize(records / 2);
        auto const half = page_of(items);
        Answer now { .body = whole };
        std::mutex mutex;
        ScriptedServer server([&](auto const &) {
            std::scoped_lock const lock(mutex);
            return now;
        });
        Rig rig(server.address(), { "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n", {},
            "attempts_max = 1" });
        row.check(rig.sync().succeeded(), "the first reading");
        row.add(rig.compare(published));
        auto const batches = rig.batches();
        // What an analyst sees meanwhile.
        std::atomic<std::int64_t> fewest = static_cast<std::int64_t>(records);
        std::atomic<std::size_t> looks = 0;
        {
            std::jthread const analyst([&](std::stop_token stop) {
                while (!stop.stop_requested()) {
                    fewest = std::min<std::int64_t>(fewest, rig.in_warehouse("SELECT count(*) FROM ding_nu"));
                    ++looks;
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
                }
            });
            for (auto const & extract : extracts()) {
                {
                    std::scoped_lock const lock(mutex);
                    now = extract.made(whole, half);
                }
                auto const run = rig.sync();
                row.check(run.failed(), fmt::format("{}: {}", extract.name, to_text(run.state)));
                row.sum("extracts", 1);
                row.sum("refused", run.failed() ? 1 : 0);
            }
        }
        row.add(rig.compare(published));
        row.check(rig.batches() == batches, "something was delivered");
        row.check(fewest == static_cast<std::int64_t>(records), fmt::format("an analyst saw {} of {}", fewest.load(), records));
        row.sum("looks meanwhile", static_cast<double>(looks));
        row.sum("batches delivered", static_cast<double>(rig.batches() - batches));
        row.records(records);
        row.seed();
    }
}

} // namespace

std::vector<Criterion> list_criteria()
{
    return { { "7", "a list that moves, repeats or leads back", "as it is after a still reading; 2 requests, named", offset_drift },
        { "8", "short, null, capped and endless lists", "no request over pages + 2, no row missing", hostile_endings },
        { "9", "a list that stops before its total", "the run fails, the cursor stays", declared_totals },
        { "10", "empty, half and foreign extracts", "nothing changed, always there to be asked", empty_extracts } };
}

} // namespace ketensync::criteria
