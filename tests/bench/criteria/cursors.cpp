#include "connectors/rest_cursor.hpp"
#include "tests/bench/criteria/journal.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>

// What becomes of a source that tells since when it changed: criteria 1 to 6.

namespace ketensync::criteria {

using namespace std::chrono;

namespace {

std::string quoted(std::string const & text) { return '"' + text + '"'; }

/// The moment that a stored cursor asks from next time.
Moment stored(Rig const & rig)
{
    auto const cursor = connectors::rest_cursor(rig.cursor());
    return cursor ? connectors::moment_of(cursor->newest).value_or(Moment {}) : Moment {};
}

/// Rows committed up to 120 seconds after the moment they say, one in a hundred, while the source is read and between
/// readings; one in ten is a row that was there before.
class LateSource {
public:
    LateSource(int seed, std::size_t records, std::string const & since)
        : m_random(chance(1, seed))
        , m_records(records)
        , m_rig(m_journal.address(), { Journal::feed(since), {}, "memory_kept = \"1h\"" })
    {
        m_journal.on_request = [this](std::size_t) {
            m_rig.time.advance(seconds(2));
            write(m_writing ? m_records / 1'000 + 1 : 0);
        };
    }

    /// Runs, and one more when all can be seen.
    Difference after_runs(Row & row)
    {
        constexpr int runs = 10;
        for (int run = 0; run <= runs; ++run) {
            m_writing = run < runs;
            write(m_writing ? m_records / (runs + 2) : 0);
            m_rig.time.advance(m_writing ? seconds(30) : seconds(130));
            commit();
            auto const ended = m_rig.sync();
            row.check(ended.succeeded() && ended.adds_up(), "a run: " + ended.message);
        }
        return m_rig.compare(m_journal.published());
    }
    std::size_t written_rows() const { return m_number; }

private:
    struct Pending {
        std::string number;
        std::string content;
        Instant changed;
    };
    void write(std::size_t count)
    {
        auto const now = m_rig.time.now();
        for (std::size_t i = 0; i < count && m_number < m_records; ++i) {
            bool const again = m_number > 100 && upto(m_random, 10) == 0;
            auto const number = again ? upto(m_random, m_number) : m_number++;
            auto const late = upto(m_random, 100) == 0 ? milliseconds(upto(m_random, 120'000)) : milliseconds(0);
            m_pending.emplace(now + late, Pending { std::to_string(number), fmt::format("v{}", ++m_version), now });
        }
        commit();
    }
    void commit()
    {
        auto const now = m_rig.time.now();
        while (!m_pending.empty() && m_pending.begin()->first <= now) {
            auto const & row = m_pending.begin()->second;
            m_journal.put(row.number, row.content, row.changed, quoted(written(row.changed, 3)));
            m_pending.erase(m_pending.begin());
        }
    }

    std::mt19937_64 m_random;
    std::size_t m_records;
    Journal m_journal { 500 };
    Rig m_rig;
    std::multimap<Instant, Pending> m_pending;
    std::size_t m_number = 0;
    std::size_t m_version = 0;
    bool m_writing = true;
};

void late_commits(Wanted const & wanted, Row & row)
{
    std::size_t without = 0;
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        LateSource source(seed, wanted.records, "lookback = \"180s\"");
        row.add(source.after_runs(row));
        row.records(source.written_rows());
        without += LateSource(seed, std::min<std::size_t>(wanted.records, 5'000), "").after_runs(row).lost;
        row.seed();
    }
    row.sum("lost where no lookback is set", static_cast<double>(without));
    row.check(without > 0, "nothing was late enough to be lost, so that this proves nothing");
    Journal journal;
    journal.put("1", "a", Moment(sys_days(2026y / 1 / 1)), quoted("2026-01-01T00:00:00Z"));
    Rig rig(journal.address(), { Journal::feed("") });
    auto const warned = rig.service_says("has no 'lookback'");
    row.check(warned, "no warning though no lookback is set");
    row.note(warned ? "warned of then" : "not warned of");
}

void ties_and_crash(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(2, seed);
        auto const ties = std::min<std::size_t>(5'000, wanted.records / 2);
        auto const page = ties / 10;
        Journal journal(page);
        Moment const begin(sys_days(2026y / 1 / 1));
        auto const before = upto(random, wanted.records - ties);
        for (std::size_t i = 0; i < wanted.records; ++i) {
            bool const tie = i >= before && i < before + ties;
            auto const at = begin + (tie ? milliseconds(before) : milliseconds(i));
            journal.put(std::to_string(i), fmt::format("i{}", i), at, quoted(written(at, 3)));
        }
        // Somewhere within the pages that all say one moment.
        auto const kill_at = before / page + 1 + upto(random, 9);
        std::atomic<pid_t> victim = 0;
        journal.on_request = [&](std::size_t request) {
            if (request == kill_at && victim != 0) {
                ::kill(victim, SIGKILL);
            }
        };
        Rig rig(journal.address(), { Journal::feed("") });
        auto const killed = rig.program_sync([&](pid_t pid) { victim = pid; });
        victim = 0;
        row.check(killed.code == 128 + SIGKILL, fmt::format("seed {}: not killed but ended with {}", seed, killed.code));
        row.sum("killed", killed.code == 128 + SIGKILL ? 1 : 0, "times");
        row.most("state of the feed", static_cast<double>(rig.cursor().size()), "bytes");
        auto const first = rig.program_sync();
        row.check(first.code == 0, "after the crash: " + first.said);
        auto const second = rig.program_sync();
        row.check(second.code == 0, "the run after: " + second.said);
        row.add(rig.compare(journal.published()));
        row.most("state of the feed", static_cast<double>(rig.cursor().size()), "bytes");
        row.check(rig.cursor().size() < 4'096, "the state of the feed is larger than 4 KiB");
        row.most("requests in all", static_cast<double>(journal.requests()));
        row.records(wanted.records);
        row.seed();
    }
}

struct Precision {
    char const * name;
    nanoseconds step;
    int digits;
};
constexpr std::array precisions { Precision { "ns", nanoseconds(1), 9 }, Precision { "ns", nanoseconds(100), 7 },
    Precision { "us", microseconds(1), 6 }, Precision { "ms", milliseconds(1), 3 }, Precision { "s", seconds(1), 0 } };

void cursor_precision(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const & precision : precisions) {
            auto random = chance(3, seed * 10 + precision.digits);
            auto const records = std::max<std::size_t>(500, wanted.records / precisions.size());
            Journal journal;
            Moment const begin(sys_days(2026y / 1 / 1));
            for (std::size_t i = 0; i < records; ++i) {
                auto at = begin + nanoseconds(upto(random, 3'600'000'000'000U));
                at -= (at.time_since_epoch() % precision.step);
                journal.put(std::to_string(i), fmt::format("i{}", i), at, quoted(written(at, precision.digits)));
            }
            auto const newest = journal.newest();
            auto const ties = journal.at(newest);
            Rig rig(journal.address(), { Journal::feed(fmt::format("precision = \"{}\"", precision.name)) });
            rig.sync();
            row.add(rig.compare(journal.published()));
            row.check(stored(rig) <= newest, "the stored cursor lies behind the newest row");
            row.most("stored cursor beyond the newest", static_cast<double>((stored(rig) - newest).count()), "ns");
            auto const batches = rig.batches();
            auto const again = rig.sync();
            row.check(again.fetched <= ties, fmt::format("fetched {} again, of {} ties", again.fetched, ties));
            row.most("read again beyond ties", static_cast<double>(again.fetched) - static_cast<double>(ties));
            row.sum("batches of the second run", static_cast<double>(rig.batches() - batches));
            row.check(rig.batches() == batches, "the second run wrote");
            row.records(records);
        }
        row.seed();
    }
}

void mixed_offsets(Wanted const & wanted, Row & row)
{
    using As = settings::Since::As;
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        for (auto const as : { As::timestamp, As::epoch, As::epoch_ms }) {
            auto random = chance(4, seed);
            auto const records = wanted.records / 3;
            Journal journal(500, as);
            auto const * const word = as == As::timestamp ? "timestamp" : as == As::epoch ? "epoch" : "epoch_ms";
            Rig rig(journal.address(), { Journal::feed(fmt::format("as = \"{}\"", word)) });
            Moment at(sys_days(2026y / 3 / 28));
            std::size_t number = 0;
            constexpr int runs = 4;
            for (int run = 1; run <= runs; ++run) {
                for (; number < records * static_cast<std::size_t>(run) / runs; ++number) {
                    at += seconds(1 + upto(random, 60));
                    constexpr std::array offsets { 0, 120, -300 };
                    auto const said = as == As::epoch ? std::to_string(floor<seconds>(at).time_since_epoch().count())
                        : as == As::epoch_ms          ? std::to_string(floor<milliseconds>(at).time_since_epoch().count())
                                                      : quoted(written(at, 0, offsets[upto(random, offsets.size())]));
                    journal.put(std::to_string(number), fmt::format("i{}", number), at, said);
                }
                rig.time.set(floor<milliseconds>(at) + seconds(1));
                auto const ended = rig.sync();
                row.check(ended.succeeded(), ended.message);
                row.check(stored(rig) == journal.newest(), fmt::format("{}: the cursor is not the newest instant", word));
                row.most("cursor from the newest instant",
                    static_cast<double>(duration_cast<milliseconds>(journal.newest() - stored(rig)).count()), "ms");
            }
            row.add(rig.compare(journal.published()));
            row.records(records);
        }
        row.seed();
    }
}

void null_cursor(Wanted const & wanted, Row & row)
{
    auto const with_moment = std::string(R"(layout = "dingen"
verified = "niets: het is verzonnen"
[document]
format = "json"
items = "items"
key = "{nummer}"
[[record]]
kind = "gedateerd"
key = "{nummer}"
[record.fields]
nummer = "nummer"
inhoud = "inhoud"
moment = "gewijzigd"
)");
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(5, seed);
        auto const records = wanted.records / 3;
        Journal journal;
        std::size_t without = 0;
        Oracle dated;
        for (std::size_t i = 0; i < records; ++i) {
            auto const at = Moment(sys_days(2026y / 1 / 1)) + seconds(i);
            bool const none = upto(random, 100) == 0;
            without += none ? 1U : 0U;
            journal.put(std::to_string(i), fmt::format("i{}", i), at, none ? std::string() : quoted(written(at, 3)));
            if (!none) {
                dated[std::to_string(i)] = fmt::format("i{}", i);
            }
        }
        Rig stopped(journal.address(), { Journal::feed("") });
        auto const refused = stopped.sync();
        row.check(refused.state == health::RunState::failed && refused.message.find("have no 'gewijzigd'") != std::string::npos,
            "the default was silent: " + refused.message);
        row.check(stored(stopped) == Moment {}, "the default let the cursor pass rows without a moment");
        Rig included(journal.address(), { Journal::feed("missing = \"include\"") });
        included.sync();
        row.add(included.compare(journal.published()));
        auto const told = included.service_says(" do not say when they changed");
        row.check(told, "rows without a moment were taken silently");
        // Where the mapping wants the field, what lacks it is set aside.
        Rig aside(journal.address(), { Journal::feed("missing = \"include\"", "gedateerd") });
        aside.folder.write("mappings/schema.toml",
            "[gedateerd]\nmeaning = \"Een ding met een moment\"\n[gedateerd.fields]\nnummer = { type = \"text\", meaning = "
            "\"Nummer\" }\ninhoud = { type = \"text\", meaning = \"Inhoud\" }\nmoment = { type = \"timestamp\", required = "
            "true, meaning = \"Moment\" }\n");
        aside.folder.write("mappings/reconcile.toml", "[names]\nlegal_forms = []\n[gedateerd]\nmethod = \"none\"\n");
        std::filesystem::remove_all(aside.folder / "mappings/dingen");
        aside.write_mapping("gedateerd", with_moment);
        auto const set = aside.sync();
        row.add(Rig::compare(dated, aside.rows("SELECT nummer, inhoud FROM gedateerd_nu")));
        row.check(set.rejected == without, fmt::format("{} set aside of {} without a moment", set.rejected, without));
        row.sum("without a moment", static_cast<double>(without));
        row.sum("set aside", static_cast<double>(set.rejected));
        row.records(records * 3);
        row.seed();
    }
    row.note("stop (default): named; include: told; set aside: by the mapping");
}

void future_cursor(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(6, seed);
        auto const records = wanted.records / 2;
        Journal journal;
        Moment const begin(sys_days(2026y / 1 / 1));
        auto const odd = upto(random, records);
        auto const put = [&](std::size_t i) {
            auto const at = i == odd ? Moment(sys_days(2099y / 1 / 1)) : begin + milliseconds(i);
            journal.put(std::to_string(i), fmt::format("i{}", i), at, quoted(written(at, 3)));
        };
        for (std::size_t i = 0; i < records; ++i) {
            put(i);
        }
        Rig rig(journal.address(), { Journal::feed("lookback = \"1h\"") });
        rig.program_sync();
        row.check(rig.service_says(" and 1 say a time to come"), "the row of the future was not told");
        auto const now = Moment(system_clock::now());
        row.check(stored(rig) <= now, "the cursor lies in the future");
        row.most("cursor beyond now", std::max(0.0, duration<double>(stored(rig) - now).count()), "s");
        // What is written from then on must still arrive.
        for (std::size_t i = records; i < records + 1'000; ++i) {
            journal.put(std::to_string(i), fmt::format("i{}", i), Moment(system_clock::now()), quoted(written(Moment(system_clock::now()), 3)));
        }
        rig.program_sync();
        row.add(rig.compare(journal.published()));
        row.records(records + 1'000);
        row.seed();
    }
}

} // namespace

std::vector<Criterion> cursor_criteria()
{
    return { { "1", "rows committed late, below the cursor", "0 lost with a lookback of 180 s; warned of without one", late_commits },
        { "2", "ties over ten pages, and a crash in them", "each once, state of the feed under 4 KiB", ties_and_crash },
        { "3", "clocks of ns, 100 ns, us, ms and s", "cursor never beyond the newest, only ties read again, 0 writes", cursor_precision },
        { "4", "mixed offsets, and epochs", "the cursor is the newest instant", mixed_offsets },
        { "5", "rows without a moment", "stop, include or set aside; never silent", null_cursor },
        { "6", "a row dated 2099", "cursor not beyond now, row loaded, told", future_cursor } };
}

} // namespace ketensync::criteria
