#include "tests/bench/criteria/rig.hpp"
#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>

#include <array>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// What a source may cost in memory and in time: criteria 23 and 24.

namespace ketensync::criteria {

using namespace std::chrono;
using support::ScriptedServer;

namespace {

using Answer = ScriptedServer::Answer;

constexpr auto one_answer = "[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n";

std::string filled(std::size_t items, std::size_t bytes)
{
    auto const filling = ",\"vulling\":\"" + std::string(bytes, 'x') + '"';
    std::string body = R"({"items":[)";
    for (std::size_t i = 0; i < items; ++i) {
        body += (i == 0 ? "" : ",") + item(std::to_string(i), "i", filling);
    }
    return body + "]}";
}

struct Heavy {
    char const * name;
    std::size_t bound_mib; ///< page_bytes_max
    bool taken;
    bool gzip;
    std::function<std::string(std::mt19937_64 &)> body;
};

std::vector<Heavy> heavy()
{
    auto const large = [](std::mt19937_64 & random) { return filled(1'500 + upto(random, 500), 100'000); };
    return { { "a page of 200 MB where 256 MiB may be held", 256, true, false, large },
        { "the same where 64 MiB may", 64, false, false, large },
        { "a record of 50 MB", 64, true, false,
            [](std::mt19937_64 & random) {
                auto body = filled(1, 45'000'000 + upto(random, 10'000'000));
                body.insert(body.size() - 2, ',' + item("klein", "i"));
                return body;
            } },
        { "JSON of 10,000 levels", 64, true, false,
            [](std::mt19937_64 & random) {
                auto const depth = 10'000 + upto(random, 1'000);
                return R"({"items":[{"nummer":"1","vulling":)" + std::string(depth, '[') + std::string(depth, ']') + "}]}";
            } },
        { "an array of a million elements", 64, true, false,
            [](std::mt19937_64 & random) {
                std::string body = R"({"items":[{"nummer":"1","inhoud":"i","vulling":[0)";
                for (std::size_t i = 0; i < 1'000'000 + upto(random, 1'000); ++i) {
                    body += ",1";
                }
                return body + "]}," + item("klein", "i") + "]}";
            } },
        { "a bomb of 1:1000", 64, false, true,
            [](std::mt19937_64 & random) { return R"({"items":[")" + std::string(180'000'000 + upto(random, 20'000'000), '0') + "\"]}"; } } };
}

void memory(Wanted const & wanted, Row & row)
{
    constexpr double caches_mib = 32; // of the state and of the warehouse
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(23, seed);
        for (auto const & each : heavy()) {
            Answer now { .body = each.body(random), .gzip = each.gzip };
            ScriptedServer server([&now](auto const &) { return now; });
            Rig rig(server.address(), { one_answer, {}, fmt::format("page_bytes_max = \"{}MiB\"\nattempts_max = 1", each.bound_mib) });
            auto const ended = rig.program_sync();
            bool const typed = each.taken ? ended.code == 0 || ended.code == 3 : ended.code == 65 || ended.code == 76;
            row.check(typed, fmt::format("{}: exit code {}", each.name, ended.code));
            auto const bound = static_cast<double>(each.bound_mib) + caches_mib;
            auto const share = ended.peak_mib / bound * 100;
            row.check(share <= 110, fmt::format("{}: {:.0f} MiB where {:.0f} may be", each.name, ended.peak_mib, bound));
            row.most(each.bound_mib == 64 ? "peak of 64 MiB + caches" : "peak of 256 MiB + caches", ended.peak_mib, "MiB");
            row.most("highest share of a bound", share, "%");
            // It lives on: the same state reads a sound list.
            now = { .body = R"({"items":[)" + item("1", "a") + ',' + item("klein", "i") + "]}" };
            auto const after = rig.program_sync();
            row.check(after.code == 0 || after.code == 3 || after.code == 65, fmt::format("behind {}: {} {}", each.name, after.code, after.said));
        }
        row.seed();
    }
    row.note("bound: page_bytes_max and both caches");
}

/// A socket on loopback whose queue is full: who comes is not let in, and not turned away.
class FullQueue {
public:
    FullQueue()
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::bind(m_listening, reinterpret_cast<sockaddr *>(&address), sizeof address);
        ::listen(m_listening, 0);
        socklen_t size = sizeof address;
        ::getsockname(m_listening, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        for (auto & each : m_waiting) {
            each = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            ::connect(each, reinterpret_cast<sockaddr *>(&address), sizeof address);
        }
    }
    ~FullQueue()
    {
        for (auto const each : m_waiting) {
            ::close(each);
        }
        ::close(m_listening);
    }
    FullQueue(FullQueue const &) = delete;
    FullQueue & operator=(FullQueue const &) = delete;
    std::string address() const { return fmt::format("http://127.0.0.1:{}", m_port); }

private:
    int m_listening = -1;
    int m_port = 0;
    std::array<int, 64> m_waiting {};
};

struct Slow {
    char const * name;
    std::string limits; ///< with {} for the milliseconds of the limit that is measured
    ScriptedServer::Script script;
    std::string feed = one_answer;
};

std::vector<Slow> slow()
{
    auto const paged = std::string(one_answer) + "[feed.paging]\nby = \"page_number\"\nsize = 1\n";
    return { { "one byte a second", "request_timeout = \"{}ms\"\nattempts_max = 1",
                 [](auto const &) { return Answer { .body = std::string(1'000, ' '), .drip = seconds(1) }; } },
        { "no answer", "request_timeout = \"{}ms\"\nattempts_max = 1",
            [](auto const &) { return Answer { .body = "{}", .delay = seconds(60) }; } },
        { "a page that is always refused for now", "page_timeout = \"{}ms\"\nattempts_max = 100\nfailures_max = 1000\nbackoff_first = \"100ms\"\nbackoff_max = \"200ms\"",
            [](auto const &) { return Answer { .status = 503 }; } },
        { "a list without end", "run_timeout = \"{}ms\"\nattempts_max = 1",
            [](ScriptedServer::Request const & request) {
                return Answer { .body = fmt::format(R"({{"items":[{}],"hasNextPage":true}})", item(request.parameters.at("pageNumber"), "i")),
                    .delay = milliseconds(100) };
            },
            paged } };
}

void slow_source(Wanted const & wanted, Row & row)
{
    std::mutex mutex;
    auto const told = [&](char const * name, milliseconds limit, double took, health::Run const & run) {
        std::scoped_lock const lock(mutex);
        auto const over = (took / duration<double>(limit).count() - 1) * 100;
        row.most("over the limit at most", over, "%");
        row.check(over <= 10 && over > -20, fmt::format("{}: {:.2f} s where {} ms may pass", name, took, limit.count()));
        row.check(run.state == health::RunState::failed && run.reason == "unavailable", fmt::format("{}: {}", name, run.message));
    };
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(24, seed);
        std::vector<std::jthread> threads;
        for (auto const & each : slow()) {
            milliseconds const limit(3'000 + upto(random, 2'000));
            threads.emplace_back([&told, each, limit] {
                steady_clock::time_point begin {};
                ScriptedServer server([&](ScriptedServer::Request const & request) {
                    begin = begin == steady_clock::time_point() ? steady_clock::now() : begin;
                    return each.script(request);
                });
                Rig rig(server.address(), { .feeds = each.feed, .limits = fmt::format(fmt::runtime(each.limits), limit.count()), .real_time = true });
                auto const run = rig.sync();
                told(each.name, limit, duration<double>(steady_clock::now() - begin).count(), run);
            });
        }
        milliseconds const limit(3'000 + upto(random, 2'000));
        threads.emplace_back([&told, limit] {
            FullQueue queue;
            Rig rig(queue.address(),
                { .feeds = one_answer, .limits = fmt::format("connect_timeout = \"{0}ms\"\nrequest_timeout = \"{0}ms\"\nattempts_max = 1", limit.count()),
                    .real_time = true });
            auto const begin = steady_clock::now();
            auto const run = rig.sync();
            told("nobody who lets us in", limit, duration<double>(steady_clock::now() - begin).count(), run);
        });
        threads.clear();
        row.seed();
    }
    row.note("per request, per page, per run, and to be let in");
}

} // namespace

std::vector<Criterion> bound_criteria()
{
    return { { "23", "200 MB pages, 50 MB records, bombs, depth", "bound + 10 %, told by its kind, lives on", memory },
        { "24", "one byte a second, silence, endless pages", "each limit within 10 %", slow_source } };
}

} // namespace ketensync::criteria
