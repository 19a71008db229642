#include "tests/region/certificate.hpp"
#include "tests/region/configuration.hpp"
#include "tests/region/options.hpp"
#include "tests/region/plain_server.hpp"
#include "tests/region/region.hpp"
#include "tests/region/site.hpp"
#include "tests/region/tls_server.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <thread>

namespace {

using namespace ketensync::region;
namespace fs = std::filesystem;

constexpr auto patience_for_server = std::chrono::seconds(120);

/// TERM, INT and HUP are waited for, not suffered; before the first thread, so that all threads have it so.
sigset_t block_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (auto const number : { SIGTERM, SIGINT, SIGHUP }) {
        sigaddset(&set, number);
    }
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return set;
}

void say(std::string const & line)
{
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

/// Waits until a server of the folder, if there is one, shows what was written.
void await_server(fs::path const & folder, std::uint64_t generation)
{
    auto const until = std::chrono::steady_clock::now() + patience_for_server;
    while (std::chrono::steady_clock::now() < until) {
        auto const text = read_file(folder / "server.json");
        if (!text) {
            return;
        }
        auto const server = nlohmann::json::parse(*text, nullptr, false);
        if (server.is_object()) {
            auto const pid = server.value("pid", 0);
            if (pid <= 0 || ::kill(pid, 0) != 0 || server.value("generation", std::uint64_t { 0 }) >= generation) {
                return;
            }
            ::kill(pid, SIGHUP);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

/// The servers of a region, and what they tell the world of themselves.
class ServedRegion {
public:
    ServedRegion(Options const & options, Region & region)
        : m_options(options)
        , m_region(region)
        , m_site(std::chrono::seconds(options.token_seconds))
    {
        m_serving.folder = options.folder;
        m_serving.mappings = options.mappings;
        m_serving.bench = region.state().bench_documents > 0;
        region.show_on(m_site);
        m_site.on_advance([this](int days) {
            m_region.advance(days);
            tell();
            return fmt::format(R"({{"date":"{}"}})", iso(m_region.state().date));
        });
        for (auto const & fault : options.faults) {
            m_site.faults().add(fault);
        }
        auto const plain_wanted = options.plain_port.has_value() || m_serving.bench;
        if (plain_wanted) {
            m_plain.emplace(m_site, options.plain_port.value_or(0));
            m_serving.plain_port = m_plain->port();
        }
        if (!m_serving.bench) {
            make_certificates(options.folder / "tls");
            m_site.assertions().trust(read_file(options.folder / "tls" / "assertion.pub").value_or(""));
            m_tls.emplace(m_site, options.port.value_or(0), options.folder / "tls");
            m_serving.port = m_tls->port();
        }
    }

    ~ServedRegion() { fs::remove(m_options.folder / "server.json"); }
    ServedRegion(ServedRegion const &) = delete;
    ServedRegion & operator=(ServedRegion const &) = delete;

    /// Writes the configuration, and who we are.
    std::string tell()
    {
        write_configuration(m_serving, m_region.state().date);
        auto const line = fmt::format(
            R"({{"port":{},"plain_port":{},"folder":{},"pid":{},"generation":{},"date":"{}","documents":{}}})",
            m_serving.port, m_serving.plain_port, nlohmann::json(m_options.folder.string()).dump(), ::getpid(),
            m_region.state().generation, iso(m_region.state().date), m_region.documents_json());
        write_file(m_options.folder / "server.json", line + "\n");
        return line;
    }

    /// Until TERM or INT; a hang-up, or another state in the folder, reads the region anew.
    void run(sigset_t const & signals)
    {
        for (;;) {
            timespec const wait { 0, 200'000'000 };
            auto const signal = ::sigtimedwait(&signals, nullptr, &wait);
            if (signal == SIGTERM || signal == SIGINT) {
                return;
            }
            if (m_region.reload()) {
                tell();
            }
        }
    }

private:
    Options const & m_options;
    Region & m_region;
    Site m_site;
    Serving m_serving;
    std::optional<PlainServer> m_plain;
    std::optional<TlsServer> m_tls;
};

int run(Options const & options, sigset_t const & signals)
{
    Region region(options);
    auto const changed = region.change(options);
    if (changed) {
        await_server(options.folder, region.state().generation);
    }
    if (options.once || (changed && !options.port && !options.plain_port)) {
        say(fmt::format(R"({{"folder":{},"date":"{}","generation":{},"documents":{}}})",
            nlohmann::json(options.folder.string()).dump(), iso(region.state().date), region.state().generation,
            region.documents_json()));
        return 0;
    }
    ServedRegion serving(options, region);
    say(serving.tell());
    serving.run(signals);
    return 0;
}

} // namespace

int main(int count, char ** arguments)
{
    auto const signals = block_signals();
    try {
        auto const options = parse_options({ arguments + 1, arguments + count });
        if (options.help) {
            fmt::print("{}", usage);
            return 0;
        }
        if (options.die_with_parent) {
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        }
        return run(options, signals);
    } catch (std::invalid_argument const & wrong) {
        fmt::print(stderr, "ketensync_region: {}\n\n{}", wrong.what(), usage);
        return 64;
    } catch (std::exception const & failure) {
        fmt::print(stderr, "ketensync_region: {}\n", failure.what());
        return 1;
    }
}
