#include "tests/bench/criteria/rig.hpp"

#include "tests/support/must.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unordered_set>

#include <unistd.h>

namespace ketensync::criteria {

using support::must;

namespace {

constexpr auto schema = R"([ding]
meaning = "Een ding"
[ding.fields]
nummer = { type = "text", required = true, meaning = "Nummer" }
inhoud = { type = "text", meaning = "Inhoud" }
aantal = { type = "integer", meaning = "Aantal" }
bedrag = { type = "decimal", meaning = "Bedrag" }
dag    = { type = "date", meaning = "Dag" }
moment = { type = "timestamp", meaning = "Moment" }
)";

constexpr auto mapping = R"(layout = "dingen"
verified = "niets: het is verzonnen"
[document]
format = "json"
items = "items"
key = "{nummer}"
unread = ["gewijzigd", "vulling"]
[[record]]
kind = "ding"
key = "{nummer}"
[record.fields]
nummer = "nummer"
inhoud = "inhoud"
aantal = "aantal"
bedrag = "bedrag"
dag = "dag"
moment = "moment"
)";

std::string text_of(std::filesystem::path const & file)
{
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Looks every two milliseconds how much of a program is in memory: what the system remembers of a child begins with the
/// memory of who started it.
class Peak {
public:
    Peak(pid_t process, std::string program);
    double mib() const;

private:
    std::atomic<long> m_pages = 0;
    std::jthread m_looking;
};

Peak::Peak(pid_t process, std::string program)
    : m_looking([this, process, program = std::move(program)](std::stop_token stop) {
        auto const proc = std::filesystem::path("/proc") / std::to_string(process);
        bool runs = false; // until then it is a copy of this process
        while (!stop.stop_requested()) {
            runs = runs || text_of(proc / "cmdline").starts_with(program);
            std::istringstream text(text_of(proc / "statm"));
            long all = 0;
            long resident = 0;
            text >> all >> resident;
            m_pages = std::max(m_pages.load(), runs ? resident : 0);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    })
{
}

double Peak::mib() const { return static_cast<double>(m_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1U << 20U); }

} // namespace

std::string item(std::string const & number, std::string const & content, std::string const & more)
{
    return fmt::format(R"({{"nummer":"{}","inhoud":"{}"{}}})", number, content, more);
}

Rig::Rig(std::string address, Laid laid)
    : heartbeats(time)
    , m_address(std::move(address))
    , m_laid(std::move(laid))
{
    for (auto const * const name : { "sources.d", "mappings/codes", "secrets" }) {
        std::filesystem::create_directories(folder / name);
    }
    folder.write("mappings/schema.toml", schema);
    folder.write("mappings/reconcile.toml", "[names]\nlegal_forms = []\n[ding]\nmethod = \"none\"\n");
    write_mapping("dingen", mapping);
    write();
}

Rig::~Rig() { close(); }

void Rig::write_mapping(std::string const & name, std::string const & text)
{
    close();
    std::filesystem::create_directories(folder / ("mappings/" + name));
    folder.write("mappings/" + name + "/mapping.toml", text.empty() ? mapping : text);
}

void Rig::lay(std::string const & feeds)
{
    close();
    m_laid.feeds = feeds;
    write();
}

void Rig::write()
{
    folder.write("ketensync.toml",
        fmt::format("[state]\nfolder = \"state\"\n[seal]\nunsealed = true\n[mappings]\nfolder = \"mappings\"\n[sources]\n"
                    "folder = \"sources.d\"\n[secrets]\nfolder = \"secrets\"\n[warehouse]\n{}\n{}[limits]\n{}\n",
            m_laid.warehouse.empty() ? "file = \"warehouse.sqlite\"" : m_laid.warehouse, m_laid.web, m_laid.limits));
    folder.write("sources.d/bron.toml",
        fmt::format("title = \"Bron\"\nconnector = \"rest\"\n[rest]\naddress = \"{}\"\n{}\n{}", m_address, m_laid.rest,
            m_laid.feeds));
}

pipeline::Pipeline & Rig::pipeline()
{
    if (!m_pipeline) {
        auto plan = pipeline::read_plan(config());
        if (!plan) {
            throw std::runtime_error(plan.error().front());
        }
        Clock const & clock = m_laid.real_time ? static_cast<Clock const &>(m_real_clock) : time;
        m_pipeline = must(pipeline::Pipeline::open(*plan, { clock, m_log, heartbeats }));
    }
    return *m_pipeline;
}

void Rig::close()
{
    if (m_pipeline) {
        m_pipeline->stop();
        m_pipeline.reset();
    }
}

health::Run Rig::sync(std::string const & feed, pipeline::RunOptions options)
{
    auto & running = pipeline();
    auto const & feeds = running.plan().feeds;
    auto const at = std::ranges::find(feeds, "bron/" + feed, &pipeline::PlannedFeed::name);
    health::Run ended;
    running.submit(static_cast<std::size_t>(at - feeds.begin()), std::move(options), [&ended](auto const & run) { ended = run; });
    running.wait_done({});
    must(running.wait_delivered({}));
    return ended;
}

std::vector<health::Run> Rig::sync_all()
{
    auto & running = pipeline();
    std::vector<health::Run> ended(running.plan().feeds.size());
    for (std::size_t feed = 0; feed < ended.size(); ++feed) {
        running.submit(feed, {}, [&ended, feed](auto const & run) { ended[feed] = run; });
    }
    running.wait_done({});
    must(running.wait_delivered({}));
    return ended;
}

std::size_t Rig::retry()
{
    auto & running = pipeline();
    auto const count = must(running.retry({}, [](auto const &) {}));
    running.wait_done({});
    must(running.wait_delivered({}));
    return count;
}

Rig::Ended Rig::program(std::vector<std::string> words, std::function<void(pid_t)> const & started)
{
    close();
    Ended ended;
    std::vector<std::string> command { KETENSYNC_PROGRAM, "--config=" + config().string() };
    command.insert(command.end(), words.begin(), words.end());
    std::filesystem::remove(folder / "said");
    auto const begin = std::chrono::steady_clock::now();
    support::Process process({ std::move(command), {}, folder / "said" });
    Peak const peak(process.pid(), KETENSYNC_PROGRAM);
    if (started) {
        started(process.pid());
    }
    ended.out = process.rest();
    ended.code = process.wait();
    ended.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ended.peak_mib = peak.mib();
    ended.said = text_of(folder / "said");
    return ended;
}

bool Rig::service_says(std::string const & text)
{
    lay(m_laid.feeds + "[feed.schedule]\nevery = \"1s\"\n");
    support::Process service({ { KETENSYNC_PROGRAM, "--config=" + config().string() }, {}, folder / "said" });
    bool said = false;
    for (int i = 0; i < 300 && !said; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        said = text_of(folder / "said").find(text) != std::string::npos;
    }
    service.signal(SIGTERM);
    service.wait(std::chrono::seconds(30));
    return said;
}

Rig::Ended Rig::program_sync(std::function<void(pid_t)> const & started)
{
    return program({ "--sync=bron/lijst", "--json" }, started);
}

std::vector<std::pair<std::string, std::string>> Rig::rows(std::string const & sql) const
{
    std::vector<std::pair<std::string, std::string>> rows;
    auto const database = store::Database::open(warehouse(), { .read_only = true });
    if (!database) {
        return rows;
    }
    auto select = database->prepare(sql);
    while (select && must(select->step())) {
        rows.emplace_back(select->text(0), select->text(1));
    }
    return rows;
}

Difference Rig::compare(Oracle const & published, std::vector<std::pair<std::string, std::string>> const & rows)
{
    Difference found;
    std::unordered_set<std::string> seen;
    for (auto const & [number, content] : rows) {
        auto const is = published.find(number);
        if (is == published.end() || seen.contains(number)) {
            ++found.doubled;
        } else if (is->second == content) {
            seen.insert(number);
        }
    }
    found.lost = published.size() - seen.size();
    return found;
}

Difference Rig::compare(Oracle const & published) const { return compare(published, rows()); }

std::int64_t Rig::in_warehouse(std::string const & sql) const
{
    auto const database = store::Database::open(warehouse(), { .read_only = true });
    return database ? database->number(sql).value_or(-1) : -1;
}

std::int64_t Rig::in_state(std::string const & sql) const
{
    return must(must(store::Database::open(folder / "state/state.sqlite", { .read_only = true })).number(sql));
}

std::string Rig::text_in_state(std::string const & sql) const
{
    auto const database = must(store::Database::open(folder / "state/state.sqlite", { .read_only = true }));
    auto select = must(database.prepare(sql));
    return must(select.step()) ? std::string(select.text(0)) : std::string();
}

std::string Rig::cursor(std::string const & feed) const
{
    return text_in_state("SELECT cursor FROM feed WHERE name = '" + feed + "'");
}

std::int64_t Rig::batches() const { return in_warehouse("SELECT count(*) FROM geleverd"); }

} // namespace ketensync::criteria
