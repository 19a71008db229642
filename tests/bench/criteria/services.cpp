#include "tests/bench/criteria/listing.hpp"
#include "tests/bench/criteria/test_programs.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

// The service as a process that goes on: criteria 25, 33, 35 and 37.

namespace ketensync::criteria {

using namespace std::chrono;

namespace {

using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

std::string content_of(std::filesystem::path const & file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::string feed_of(std::string const & name, std::string const & every)
{
    return fmt::format("[[feed]]\nname = \"{0}\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/{0}\"\n"
                       "[feed.schedule]\nevery = \"{1}\"\n",
        name, every);
}

/// The program as a service, ended with this object.
class Service {
public:
    explicit Service(Rig & rig)
        : m_rig(rig)
        , m_process({ { KETENSYNC_PROGRAM, "--config=" + rig.config().string() }, {}, rig.folder / "service.log" })
    {
        for (int i = 0; i < 1'000 && !std::filesystem::exists(rig.folder / "state/control"); ++i) {
            std::this_thread::sleep_for(milliseconds(10));
        }
    }
    ~Service()
    {
        m_process.signal(SIGTERM);
        m_process.wait(seconds(30));
    }
    Service(Service const &) = delete;
    Service & operator=(Service const &) = delete;

    std::filesystem::path proc() const { return fmt::format("/proc/{}", m_process.pid()); }
    bool lives() const { return !m_process.ended(); }
    std::string log() const { return content_of(m_rig.folder / "service.log"); }
    /// Of the feed, as --status tells it.
    nlohmann::json feed(std::string const & name) const
    {
        std::istringstream lines(m_rig.program({ "--status", "--json" }).out);
        for (std::string line; std::getline(lines, line);) {
            auto const json = nlohmann::json::parse(line, nullptr, false);
            if (json.is_object() && json.value("feed", "") == name) {
                return json;
            }
        }
        return nlohmann::json::object();
    }
    double rss_mib() const
    {
        std::istringstream text(content_of(proc() / "statm"));
        long all = 0;
        long resident = 0;
        text >> all >> resident;
        return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1U << 20U);
    }
    long entries(char const * folder) const
    {
        return std::distance(std::filesystem::directory_iterator(proc() / folder), std::filesystem::directory_iterator());
    }
    double cpu_seconds() const
    {
        auto const text = content_of(proc() / "stat");
        std::istringstream rest(text.substr(text.rfind(')') + 2));
        std::string word;
        for (int i = 0; i < 11; ++i) {
            rest >> word;
        }
        long user = 0;
        long system = 0;
        rest >> user >> system;
        return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

private:
    Rig & m_rig;
    support::Process m_process;
};

Laid laid(std::string feeds, std::string limits)
{
    return { .feeds = std::move(feeds), .limits = std::move(limits) };
}

/// Two hundred feeds that rest, and then ten that are read every second: what grows?
void soak(Wanted const & wanted, Row & row)
{
    auto const span = wanted.patient ? seconds(60) : seconds(4);
    std::atomic<int> version = 0;
    ScriptedServer server([&version](Request const &) {
        return Answer { .body = page_of({ item("1", fmt::format("v{}", ++version)), item("2", "vast") }) };
    });
    {
        std::string feeds;
        for (int i = 0; i < 200; ++i) {
            feeds += feed_of(fmt::format("lijst-{}", i), "1h");
        }
        Rig rig(server.address(), laid(feeds, "memory_kept = \"1s\""));
        Service const service(rig);
        for (int i = 0; i < 1'000 && version < 200; ++i) {
            std::this_thread::sleep_for(milliseconds(50));
        }
        std::this_thread::sleep_for(seconds(4)); // what it holds at work is given back
        auto const files = service.entries("fd");
        auto const threads = service.entries("task");
        auto const rss = service.rss_mib();
        auto const begin = service.cpu_seconds();
        std::this_thread::sleep_for(span);
        auto const share = (service.cpu_seconds() - begin) / duration<double>(span).count() * 100;
        row.most("RSS of 200 feeds at rest", service.rss_mib(), "MiB");
        row.most("processor at rest", share, "%");
        row.check(share < 0.1 || !wanted.patient, fmt::format("{:.2f} % of a core at rest", share));
        row.check(service.entries("fd") == files && service.entries("task") == threads, "files or threads came or went at rest");
        row.check(service.rss_mib() - rss < 1, "memory grew at rest");
    }
    std::string feeds;
    for (int i = 0; i < 10; ++i) {
        feeds += feed_of(fmt::format("lijst-{}", i), "1s");
    }
    Rig rig(server.address(), laid(feeds, ""));
    Service const service(rig);
    std::this_thread::sleep_for(span / 2); // it is warm then
    auto const half = service.rss_mib();
    auto const files = service.entries("fd");
    auto const at = version.load();
    long most_files = 0;
    for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(milliseconds(span) / 10);
        most_files = std::max(most_files, service.entries("fd"));
    }
    auto const runs = version - at;
    auto const grown = service.rss_mib() - half;
    row.sum("runs of the soak", runs);
    row.most("RSS grown in them", grown, "MiB");
    row.most("files more than before", static_cast<double>(most_files - files));
    row.check(runs > 5 * span.count(), fmt::format("only {} runs: {}", runs, service.log().substr(0, 300)));
    row.check(grown < (wanted.patient ? 1.0 : 8.0), fmt::format("{:.1f} MiB more after {} runs", grown, runs));
    row.check(most_files - files <= 24, fmt::format("{} files more", most_files - files));
    row.check(service.lives(), "it ended");
    row.seed();
    row.note(fmt::format("a short soak: {} s at rest and {} s at ten runs a second, no day", span.count(), span.count() * 3 / 2));
}

/// A secret of its own for every place in which a source can tell one back.
void secrets(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(33, seed);
        std::vector<std::string> planted;
        auto const secret = [&] {
            std::string text = "geheim";
            for (int i = 0; i < 24; ++i) {
                text += static_cast<char>('a' + upto(random, 26));
            }
            planted.push_back(text);
            return text;
        };
        auto const credential = secret();
        std::vector<std::function<Answer()>> const ways {
            [&] { return Answer { .status = 400, .body = fmt::format(R"({{"code":"{}","message":"{}","details":"{}","trace":"{}"}})", secret(), secret(), secret(), secret()) }; },
            [&] { return Answer { .status = 302, .headers = { { "Location", "http://127.0.0.1:9/?token=" + secret() } } }; },
            [&] { return Answer { .status = 401, .body = secret(), .headers = { { "WWW-Authenticate", "Bearer realm=\"" + secret() + '"' } } }; },
            [&] { return Answer { .status = 500, .body = "<html>" + secret() + "<b>" + secret() + "</b></html>", .headers = { { "X-Request", secret() } } }; },
            [&] { return Answer { .status = 503, .headers = { { "Retry-After", secret() }, { "Set-Cookie", "s=" + secret() } } }; },
            [&] { return Answer { .body = "{\"items\":[{\"nummer\":\"" + secret() }; },
            [&] { return Answer { .body = R"({"items":")" + secret() + "\"}" }; },
            [&] { return Answer { .body = fmt::format(R"({{"items":[{{"nummer":"1","aantal":"{}","{}":1}}]}})", secret(), secret()) }; },
            [&] { return Answer { .body = R"({"items":[],"next":"http://127.0.0.1:9/dingen?token=)" + secret() + "\"}" }; },
            [&] { return Answer { .body = "{}", .headers = { { "ETag", secret() }, { "Content-Encoding", secret() } } }; },
            [&] { return Answer { .body = page_of({ item("x", secret(), ",\"dag\":\"" + secret() + '"') }), .headers = { { "Content-Type", secret() } } }; },
            [&] { return Answer { .status = 404, .body = fmt::format(R"({{"code":"{}","title":"{}"}})", secret(), secret()) }; },
            [&] { return Answer { .body = std::string("\x1f\x8b") + secret(), .headers = { { "Content-Encoding", "gzip" } } }; },
            [&] { return Answer { .status = 418, .body = secret(), .headers = { { "Link", '<' + secret() + ">; rel=\"next\"" } } }; },
            [&] { return Answer { .body = page_of({ R"({"nummer":")" + secret() + R"(","inhoud":{"diep":")" + secret() + "\"}}" }) }; },
        };
        std::vector<Answer> answers;
        std::string feeds;
        for (std::size_t i = 0; i < ways.size(); ++i) {
            answers.push_back(ways[i]());
            feeds += fmt::format("[[feed]]\nname = \"lijst-{0}\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/{0}\"\n{1}", i,
                i == 8 ? "[feed.paging]\nby = \"next_link\"\nnext = \"next\"\nitems = \"items\"\nempty_page = \"goes_on\"\n" : "");
        }
        std::atomic<std::size_t> asked_with = 0;
        ScriptedServer server([&](Request const & request) {
            auto const header = request.headers.find("authorization");
            asked_with += header != request.headers.end() && header->second.find(credential) != std::string::npos ? 1U : 0U;
            return answers.at(std::stoul(request.path.substr(1)));
        });
        Rig rig(server.address(), { .feeds = feeds, .rest = "[rest.headers]\nX-Plaats = \"geen geheim\"\n[rest.auth]\nby = \"bearer\"\nsecret = \"sleutel\"\n",
            .limits = "attempts_max = 2\nbackoff_first = \"1ms\"\nbackoff_max = \"2ms\"\nfailures_max = 1000\n[log]\nlevel = \"debug\"\n" });
        rig.folder.write("secrets/sleutel", credential);
        std::size_t found = 0;
        auto const look = [&](std::string const & where, std::string const & text) {
            for (auto const & each : planted) {
                bool const there = text.find(each) != std::string::npos;
                found += there ? 1U : 0U;
                row.check(!there, "a secret is in " + where);
            }
        };
        std::string arguments;
        auto const all = rig.program({ "--sync=all", "--json" }, [&](pid_t pid) {
            std::this_thread::sleep_for(milliseconds(30));
            arguments = content_of(fmt::format("/proc/{}/cmdline", pid));
        });
        look("the arguments", arguments);
        look("--sync", all.out);
        look("the log", all.said);
        for (auto const * const words : { "--status", "--history=50", "--quarantine=list", "--show-config", "--audit" }) {
            auto const ended = rig.program({ words });
            look(words, ended.out + ended.said);
        }
        rig.program({ "--diagnostics=" + (rig.folder / "bundel").string() });
        look("the diagnostics", content_of(rig.folder / "bundel"));
        row.check(asked_with >= ways.size(), fmt::format("the credential went along {} times", asked_with.load()));
        row.check(planted.size() >= 30, fmt::format("only {} planted", planted.size()));
        row.most("planted", static_cast<double>(planted.size()));
        row.sum("found", static_cast<double>(found));
        row.records(planted.size());
        row.seed();
    }
    if (wanted.patient) {
        prove(row, "whole/ketensync_sources_test", "PlantedWorld.*", 1);
    }
}

/// Whatever a source does, it is asked again by itself.
void never_switched_off(Wanted const & wanted, Row & row)
{
    auto const seeds = wanted.patient ? std::min(wanted.seeds, 3) : 1;
    for (int seed = 1; seed <= seeds; ++seed) {
        auto random = chance(35, seed);
        int const status = std::vector { 401, 403, 404, 500 }[upto(random, 4)];
        std::atomic<bool> broken = true;
        std::atomic<int> asked = 0;
        ScriptedServer server([&](Request const &) {
            ++asked;
            return broken ? Answer { .status = status } : Answer { .body = page_of({ item("1", "terug") }) };
        });
        Rig rig(server.address(), laid(feed_of("lijst", "1s"), "failures_max = 2\nfailures_rest = \"1s\"\nattempts_max = 1"));
        Service const service(rig);
        std::this_thread::sleep_for(seconds(wanted.patient ? 12 : 5));
        auto const early = asked.load();
        row.check(early >= 2, fmt::format("asked {} times", early));
        auto const failing = service.feed("lijst");
        row.check(failing.contains("last_run") && !failing.at("last_run").at("message").get<std::string>().empty(), "no reason is stored");
        row.most("asked while it refused", early);
        broken = false;
        bool back = false;
        for (int i = 0; i < 100 && !back; ++i) {
            std::this_thread::sleep_for(milliseconds(100));
            back = rig.in_warehouse("SELECT count(*) FROM ding_nu") == 1;
        }
        row.check(back, fmt::format("not read again by itself after {}", status));
        row.sum("came back by itself", back ? 1 : 0);
        row.seed();
    }
    prove(row, "whole/ketensync_control_test", "Beside.PausesASourceThroughARestartUntilItIsResumed", 1);
    row.note("only a person pauses, with a reason and an end");
}

void health_lies(Wanted const & wanted, Row & row)
{
    auto const seeds = wanted.patient ? std::min(wanted.seeds, 3) : 1;
    for (int seed = 1; seed <= seeds; ++seed) {
        std::atomic<bool> hangs = false;
        ScriptedServer server([&](Request const &) {
            return Answer { .body = page_of({ item("1", "a") }), .delay = hangs ? seconds(600) : seconds(0) };
        });
        constexpr auto period = seconds(2);
        Rig rig(server.address(), laid(feed_of("lijst", "2s"), "request_timeout = \"1h\"\nattempts_max = 1"));
        Service const service(rig);
        auto const status = [&] { return service.feed("lijst").value("status", ""); };
        bool well = false;
        for (int i = 0; i < 100 && !well; ++i) {
            std::this_thread::sleep_for(milliseconds(100));
            well = status() == "pass";
        }
        row.check(well, "it never passed: " + service.log());
        hangs = true;
        std::this_thread::sleep_for(period); // the turn that hangs has begun
        auto const begin = steady_clock::now();
        bool flipped = false;
        while (!flipped && steady_clock::now() - begin < seconds(15)) {
            flipped = status() == "warn" || status() == "fail";
        }
        auto const took = duration<double>(steady_clock::now() - begin).count();
        row.check(flipped && took <= 2 * period.count(), fmt::format("a source that hangs was told after {:.1f} s", took));
        row.most("told after, of a period of 2 s", took, "s");
        row.seed();
    }
    prove(row, "health/ketensync_health_test",
        "Notify.feeds_the_watchdog_only_while_every_worker_is_within_its_patience:Health.lives_as_long_as_every_worker_is_within_its_patience:"
        "Health.finds_a_feed_late_by_its_own_schedule:Health.is_not_ready_when_this_process_cannot_do_its_work",
        4);
    row.note("a late feed warns, it does not make the service not ready");
}

} // namespace

std::vector<Criterion> service_criteria()
{
    return { { "25", "growth over time", "RSS, files and threads stay; under 0.1 % of a core at rest", soak },
        { "33", "secrets in every place a source can put them", "0 found", secrets },
        { "35", "a feed that is switched off", "never by itself; by a person with a reason and a date", never_switched_off },
        { "37", "health that lies", "told within twice the feed's period", health_lies } };
}

} // namespace ketensync::criteria
