#include "tests/bench/criteria/listing.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

// How we behave towards a source that wants less of us, or nothing: criteria 26 and 28.

namespace ketensync::criteria {

using namespace std::chrono;

namespace {

using health::RunState;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

/// What a source may write behind Retry-After, and how long that is; nothing where it means nothing.
struct RetryAfter {
    char const * name;
    std::function<std::string(Instant now, int seconds)> written;
    bool means; ///< it names a time that we are to wait
    bool absurd = false;
};

std::vector<RetryAfter> forms()
{
    return { { "seconds", [](Instant, int wait) { return std::to_string(wait); }, true },
        { "a date", [](Instant now, int wait) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", ceil<seconds>(now) + seconds(wait)); }, true },
        { "a billion seconds", [](Instant, int) { return std::string("1000000000"); }, true, true },
        { "a negative number", [](Instant, int wait) { return std::to_string(-wait); }, false },
        { "nothing", [](Instant, int) { return std::string(); }, false },
        { "words", [](Instant, int) { return std::string("soon"); }, false } };
}

void retry_after(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const & form : forms()) {
            for (int const status : { 429, 503 }) {
                auto random = chance(26, seed * 100 + status);
                Listing listing(Listing::By::offset, 100);
                for (std::size_t i = 0; i < std::max<std::size_t>(500, wanted.records / 60); ++i) {
                    listing.put(i, fmt::format("i{}", i));
                }
                Rig rig(listing.address(), { listing.feed(), "requests_per_second = 5\n" });
                auto const wait = 1 + static_cast<int>(upto(random, 200));
                auto const refused_at = 1 + upto(random, listing.pages() - 1);
                bool refusing = true;
                std::optional<Instant> not_before;
                std::vector<Instant> asked;
                Instant refused;
                listing.spoil = [&](std::size_t from, Request const &, Answer & answer) {
                    auto const now = rig.time.now();
                    asked.push_back(now);
                    if (not_before && !refusing) {
                        row.check(now >= *not_before, fmt::format("{}: asked {} ms early", form.name, (*not_before - now).count()));
                        row.most("asked again after its time", duration<double>(now - *not_before).count(), "s");
                        not_before.reset();
                    }
                    if (refusing && from / 100 == refused_at) {
                        refusing = form.absurd;
                        refused = now;
                        answer = { .status = status };
                        auto const text = form.written(now, wait);
                        if (!text.empty()) {
                            answer.headers["Retry-After"] = text;
                        }
                        if (form.means && !form.absurd) {
                            not_before = now + seconds(wait);
                        }
                    }
                };
                auto const first = rig.sync();
                if (form.absurd) {
                    // The run ends at once and says so; the next one, when the source gives again, has all.
                    row.check(rig.time.now() - refused < minutes(5), "waited for an absurd time");
                    row.check(first.state == RunState::failed && first.reason == "unavailable",
                        fmt::format("ended as {} {}", to_text(first.state), first.reason));
                    row.sum("runs that ended, to go on later", 1);
                    refusing = false;
                    rig.sync();
                } else {
                    row.check(first.succeeded(), fmt::format("{} {}: {}", status, form.name, first.message));
                }
                row.add(rig.compare(listing.published()));
                // However the source counts: no second holds more than the budget.
                std::size_t most = 0;
                for (std::size_t begin = 0, end = 0; begin < asked.size(); ++begin) {
                    while (end < asked.size() && asked[end] - asked[begin] < seconds(1)) {
                        ++end;
                    }
                    most = std::max(most, end - begin);
                }
                row.most("requests in one second, of 5", static_cast<double>(most));
                row.check(most <= 5, fmt::format("{} requests in one second", most));
                row.records(listing.size());
            }
        }
        row.seed();
    }
}

/// A window of quota that ends while a feed of changes is read: what was read stays, the next run goes on from there.
void window_ends(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(261, seed);
        Listing listing(Listing::By::offset, 100);
        for (std::size_t i = 0; i < 2'000; ++i) {
            listing.put(i, fmt::format("i{}", i));
        }
        auto feed = listing.feed();
        feed.replace(feed.find("complete"), 8, "changes");
        Rig rig(listing.address(), { feed });
        auto const quota = 3 + upto(random, 10);
        bool closed = false;
        std::size_t given = 0;
        listing.spoil = [&](std::size_t, Request const &, Answer & answer) {
            closed = closed || ++given > quota;
            if (closed) {
                answer = { .status = 429, .headers = { { "Retry-After", "3600" } } };
            }
        };
        auto const first = rig.sync();
        row.check(first.reason == "unavailable" && first.fetched == quota * 100,
            fmt::format("{} of {} kept: {}", first.fetched, quota * 100, first.message));
        closed = false;
        given = 0;
        listing.spoil = {};
        listing.forget_requests();
        auto const second = rig.sync();
        row.check(second.succeeded(), second.message);
        row.check(listing.requests() <= 20 - quota + 1, fmt::format("{} pages read again", listing.requests() - (20 - quota)));
        row.most("pages read again after a window", std::max(0.0, static_cast<double>(listing.requests()) - static_cast<double>(20 - quota)));
        row.add(rig.compare(listing.published()));
        row.records(2'000);
    }
}

void hammering(Wanted const & wanted, Row & row)
{
    constexpr std::size_t failures_max = 20;
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(28, seed);
        for (int const kind : { 401, 403, 404, 0, 503 }) {
            Listing listing(Listing::By::offset, 100);
            for (std::size_t i = 0; i < 300; ++i) {
                listing.put(i, fmt::format("i{}", i));
            }
            bool broken = true;
            listing.spoil = [&](std::size_t, Request const &, Answer & answer) {
                if (broken) {
                    answer = kind == 0 ? Answer { .body = R"({"things":"none"})" } : Answer { .status = kind };
                }
            };
            Rig rig(listing.address(), { listing.feed(), {}, fmt::format("failures_max = {}\nfailures_rest = \"5m\"", failures_max) });
            auto const of_run = [&] {
                listing.forget_requests();
                auto const run = rig.sync();
                row.check(broken == run.failed(), fmt::format("{}: {}", kind, run.message));
                return listing.requests();
            };
            auto const first = of_run();
            // What would be the same next time is asked once; what may pass, so often as is set.
            row.most(kind == 503 ? "calls of a run at 503" : "calls of a run at 401, 403, 404 or another layout", static_cast<double>(first));
            row.check(first <= (kind == 503 ? 5U : 1U), fmt::format("{}: {} calls", kind, first));
            std::size_t calls = first;
            auto const runs = 22 + upto(random, 8);
            for (std::size_t run = 1; run < runs; ++run) {
                calls += of_run();
            }
            bool const opens = kind == 401 || kind == 403 || kind == 503;
            if (opens) {
                // Waiting between attempts moves the clock on, so that a rest may have passed meanwhile.
                row.most("calls of 22 to 29 runs on end", static_cast<double>(calls));
                row.check(calls <= failures_max + runs / 2, fmt::format("{}: {} calls in {} runs", kind, calls, runs));
                while (of_run() != 0) {
                    row.check(calls++ < 1'000, "the breaker never opened");
                }
                rig.time.advance(minutes(6));
                auto const probe = of_run();
                row.most("calls that find out", static_cast<double>(probe));
                row.check(probe == 1, fmt::format("{}: {} calls after the rest", kind, probe));
                row.check(of_run() == 0, "asked again behind a probe that failed");
                rig.time.advance(minutes(6));
            }
            broken = false;
            row.check(of_run() >= 3, "not read again when the source was well");
            row.add(rig.compare(listing.published()));
            row.records(300);
        }
        row.seed();
    }
}

void limits_of_a_source(Wanted const & wanted, Row & row)
{
    retry_after(wanted, row);
    window_ends(wanted, row);
}

} // namespace

std::vector<Criterion> manner_criteria()
{
    return { { "26", "429 and 503 with any Retry-After; quotas", "obeyed, capped; budget kept; goes on later", limits_of_a_source },
        { "28", "endless hammering of a source that refuses", "1 call, 5 at 503; left alone, 1 call finds out", hammering } };
}

} // namespace ketensync::criteria
