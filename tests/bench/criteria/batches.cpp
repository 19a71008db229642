#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>

// What becomes of bad records among good ones, and whether all are accounted for: criteria 20 to 22.

namespace ketensync::criteria {

namespace {

using health::RunState;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

constexpr auto changes_feed = "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"changes\"\npath = \"/dingen\"\n"
                              "[feed.paging]\nby = \"page_number\"\nsize = 500\nitems = \"items\"\n";
constexpr auto complete_feed = "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n"
                               "[feed.paging]\nby = \"page_number\"\nsize = 500\nitems = \"items\"\n";

/// A source that gives these items in this order, 500 on a page.
class Items {
public:
    std::vector<std::string> items {};
    std::string address() const { return m_server.address(); }

private:
    Answer answer(Request const & request) const
    {
        constexpr std::size_t page = 500;
        auto const from = std::min(items.size(), (std::stoul(request.parameters.at("pageNumber")) - 1) * page);
        auto const to = std::min(items.size(), from + page);
        return { .body = fmt::format(R"({{"items":[{}],"hasNextPage":{}}})",
                     fmt::join(items.begin() + static_cast<std::ptrdiff_t>(from), items.begin() + static_cast<std::ptrdiff_t>(to), ","),
                     to < items.size()) };
    }
    ScriptedServer m_server { [this](auto const & request) { return answer(request); } };
};

/// In each batch of 5,000 one record that cannot be taken, and one in twenty of a number that came before in it.
void one_bad_record(Wanted const & wanted, Row & row)
{
    constexpr std::size_t batch = 5'000;
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(20, seed);
        auto const records = wanted.records;
        Items source;
        Oracle published;
        std::vector<std::string> bad;
        std::size_t numbers = 0;
        std::size_t bad_at = upto(random, std::min(batch, records));
        for (std::size_t i = 0; i < records; ++i) {
            if (i % batch == bad_at % batch && i / batch == bad.size()) {
                bad.push_back(fmt::format(R"({{"nummer":"slecht{}","inhoud":"x","aantal":"geen getal"}})", i));
                source.items.push_back(bad.back());
                bad_at = upto(random, batch);
                continue;
            }
            bool const again = numbers > 10 && upto(random, 20) == 0;
            auto const number = std::to_string(again ? numbers - 1 - upto(random, 10) : numbers++);
            source.items.push_back(item(number, fmt::format("v{}", i)));
            published[number] = fmt::format("v{}", i);
        }
        Rig rig(source.address(), { changes_feed, {}, fmt::format("batch_documents = {}", batch) });
        auto const run = rig.sync();
        row.check(run.state == RunState::rejects && run.adds_up(), fmt::format("the run: {} {}", to_text(run.state), run.message));
        row.add(rig.compare(published));
        row.check(run.rejected == bad.size(), fmt::format("{} set aside of {}", run.rejected, bad.size()));
        row.sum("bad", static_cast<double>(bad.size()));
        row.sum("in quarantine", static_cast<double>(rig.in_state("SELECT count(*) FROM quarantine")));
        std::size_t as_it_came = 0;
        for (auto const & each : bad) {
            as_it_came += rig.in_state(fmt::format(
                              "SELECT count(*) FROM quarantine WHERE CAST(raw AS TEXT) = '{}' AND length(reason) > 0 AND length(detail) > 0", each)) == 1
                ? 1U
                : 0U;
        }
        row.check(as_it_came == bad.size(), fmt::format("{} of {} lie there as they came, with a reason", as_it_came, bad.size()));
        row.records(records);
        row.seed();
    }
}

/// A mixture of what is new, known, bad and filtered, with pages that fail: is every document counted, and does the
/// program's exit code tell when one is not in the warehouse?
void control_totals(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(21, seed);
        auto const records = wanted.records / 2;
        Items source;
        auto const make = [&](std::size_t bad_of_hundred) {
            source.items.clear();
            std::size_t bad = 0;
            for (std::size_t i = 0; i < records; ++i) {
                bool const is_bad = upto(random, 100) < bad_of_hundred;
                bad += is_bad ? 1U : 0U;
                source.items.push_back(is_bad
                        ? fmt::format(R"({{"nummer":"{}","aantal":"geen getal {}"}})", i, upto(random, 1'000'000))
                        : item(std::to_string(i), fmt::format("v{}", upto(random, 10) == 0 ? upto(random, 3) : 0)));
            }
            return bad;
        };
        Rig rig(source.address(), { complete_feed });
        auto const look = [&](std::size_t bad) {
            auto const ended = rig.program_sync();
            auto const line = ended.out.find("{\"type\":\"run\"");
            row.check(line != std::string::npos, "no line of the run: " + ended.said);
            if (line == std::string::npos) {
                return;
            }
            auto const run = nlohmann::json::parse(ended.out.substr(line, ended.out.find('\n', line) - line));
            auto const of = [&run](char const * name) { return run.at(name).get<std::size_t>(); };
            auto const told = of("unchanged") + of("mapped") + of("filtered") + of("rejected");
            row.check(of("fetched") == records && told == records,
                fmt::format("{} published, {} fetched, {} accounted for", records, of("fetched"), told));
            row.sum("not accounted for", static_cast<double>(records) - static_cast<double>(told));
            row.check(ended.code == (bad == 0 ? 0 : 3), fmt::format("{} bad, exit code {}", bad, ended.code));
        };
        look(make(0));
        look(make(1 + upto(random, 8)));
        look(make(0));
        // A reading that lost its end.
        auto const whole = source.items;
        source.items[records / 2] = R"({"nummer":")";
        auto const cut = rig.program_sync();
        row.check(cut.code != 0, "a page that was cut, and exit code 0");
        row.most("exit code of a cut page", cut.code);
        source.items = whole;
        row.records(records * 4);
        row.seed();
    }
}

void quarantine_replay(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(22, seed);
        auto const records = wanted.records / 5;
        Items source;
        Oracle published;
        std::size_t bad = 0;
        for (std::size_t i = 0; i < records; ++i) {
            bool const old_form = upto(random, 50) == 0;
            bad += old_form ? 1U : 0U;
            source.items.push_back(item(std::to_string(i), fmt::format("i{}", i), old_form ? ",\"aantal\":\"12 stuks\"" : ",\"aantal\":12"));
            published[std::to_string(i)] = fmt::format("i{}", i);
        }
        Rig rig(source.address(), { complete_feed });
        auto const run = rig.sync();
        row.check(run.rejected == bad, fmt::format("{} set aside of {}", run.rejected, bad));
        auto const received = rig.in_state("SELECT max(received) FROM page");
        rig.time.advance(std::chrono::hours(24));
        // The rule is mended: the number is what the text begins with.
        rig.write_mapping("dingen",
            "layout = \"dingen\"\nverified = \"niets: het is verzonnen\"\n[document]\nformat = \"json\"\nitems = \"items\"\nkey = \"{nummer}\"\n"
            "[[record]]\nkind = \"ding\"\nkey = \"{nummer}\"\n[record.fields]\nnummer = \"nummer\"\ninhoud = \"inhoud\"\naantal = \"aantal | number\"\n");
        auto const put = rig.retry();
        row.check(put == bad, fmt::format("{} tried again of {}", put, bad));
        row.add(rig.compare(published));
        row.check(rig.in_state("SELECT count(*) FROM quarantine") == 0, "some stayed in quarantine");
        row.check(rig.in_state("SELECT max(received) FROM page") == received, "what was tried again counts as received only then");
        auto const again = rig.program({ "--quarantine=retry" });
        row.check(again.code == 0, "once more: " + again.said);
        row.add(rig.compare(published));
        row.sum("set aside", static_cast<double>(bad));
        row.sum("landed by the replay", static_cast<double>(put));
        row.records(records);
        row.seed();
    }
}

/// Far more is set aside than a person would believe: nothing of such a delivery may be published.
void reject_budget(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(220, seed);
        Items source;
        std::size_t bad = 0;
        for (std::size_t i = 0; i < 1'000; ++i) {
            bool const is_bad = upto(random, 2) == 0;
            bad += is_bad ? 1U : 0U;
            source.items.push_back(item(std::to_string(i), "x", is_bad ? ",\"aantal\":\"geen\"" : ""));
        }
        Rig rig(source.address(), { complete_feed });
        auto const run = rig.sync();
        auto const published = std::max<std::int64_t>(0, rig.in_warehouse("SELECT count(*) FROM ding_nu"));
        row.sum("set aside", static_cast<double>(bad));
        row.sum("published beside them", static_cast<double>(published));
        row.check(run.state == RunState::held && published == 0, "a whole delivery of which half is set aside is published");
        row.records(1'000);
        row.seed();
    }
}

} // namespace

std::vector<Criterion> batch_criteria()
{
    return { { "20", "one bad record in 5,000", "4,999 once, 1 set aside with its bytes and a reason", one_bad_record },
        { "21", "success that is none", "every document accounted for, or exit code not 0", control_totals },
        { "22", "quarantine tried again", "lands once, when it was received is kept", quarantine_replay },
        { "22b", "far too many records set aside", "nothing of such a delivery is published", reject_budget } };
}

} // namespace ketensync::criteria
