#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <thread>

namespace ketensync::whole {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using support::Process;
using support::ScriptedServer;
using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr auto origin = "https://ketensync.example";
inline constexpr auto secret = "0123456789abcdef-proxy";
/// In a value that a source delivers: what a page must neither show without the role nor take for markup.
inline constexpr auto first_name = "Ge<b>heim</b>";

inline std::string content_of(fs::path const & file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

struct Page {
    int status = 0;
    std::string body;
    std::string location;
    std::map<std::string, std::string> headers {}; ///< names in small letters
    std::chrono::microseconds took { 0 };
};

/// The service as a program of its own, and its pages asked for over HTTP as a proxy would; beside it a folder with files and a
/// server with people. anna operates and reviews, bart reviews, olga operates, rita only looks.
class OperatorPages : public testing::Test {
protected:
    OperatorPages()
        : m_server([this](ScriptedServer::Request const &) {
              std::string people;
              for (int i = 1; i <= 150; ++i) {
                  people += fmt::format(R"({}{{"idWerkzoekende":"WZ{:08}","naam":{{"geslachtsnaam":"{}","voornamen":"{}"}},)"
                                        R"("geboortedatum":"19{}-{:02}-01","datumInschrijving":"2025-02-03","gewijzigd":"2026-01-05T09:30:00Z"}})",
                      i == 1 ? "" : ",", i, i % 2 == 0 ? "Janssen" : "Jansen", first_name, 10 + i % 90, 1 + i / 90);
              }
              return ScriptedServer::Answer {
                  .body = fmt::format(R"({{"pagina":1,"volgende":false,"werkzoekenden":[{}]}})", people), .headers = { { "Content-Type", "application/json" } },
                  .delay = m_thinks.load() };
          })
    {
    }

    void SetUp() override
    {
        fs::create_directories(m_folder / "drop");
        fs::create_directories(m_folder / "sources.d");
        m_folder.write("token", "not-secret");
        m_folder.write("web-proxy", secret);
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n[seal]\nunsealed = true\n"
               "[secrets]\nfolder = \".\"\n[web]\naddress = \"127.0.0.1:0\"\norigin = \""
            << origin << "\"\nsecret = \"web-proxy\"\n[web.users]\nanna = [\"operate\", \"review\"]\nbart = [\"review\"]\nolga = [\"operate\"]\nrita = [\"read\"]\n";
        std::ofstream(m_folder / "sources.d" / "gemeente.toml")
            << "title = \"Gemeente <Oost>\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (m_folder / "drop").string()
            << "\"\nsettle = \"1ms\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"periods\"\nfiles = \"*.txt\"\nperiod = \"srg_{period}.txt\"\n";
        std::ofstream(m_folder / "sources.d" / "uwv.toml")
            << "title = \"UWV\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" << m_server.address()
            << "\"\n[rest.auth]\nby = \"bearer\"\nsecret = \"token\"\n[[feed]]\nname = \"werkzoekenden\"\nmapping = \"uwv-werkzoekenden\"\n"
               "reads = \"complete\"\npath = \"/werkzoekenden\"\n[feed.paging]\nby = \"page_number\"\npage_parameter = \"pagina\"\n"
               "size_parameter = \"omvang\"\nsize = 200\nfirst = 1\nmore = \"volgende\"\n";
        std::ofstream(m_folder / "drop" / "srg_202601.txt")
            << fmt::format("20260110gws1.0         04020402{:>9}198005062000000000{}{:<15}3020240101{}{}000\r\n", "111111111", "0", "1", "00000000", "0");
        // One after the other: each document of uwv makes a person and then something else, so that persons are 1, 3, 5 and on.
        ASSERT_THAT(run({ "--sync=uwv" }).code, testing::AnyOf(0, 3));
        ASSERT_THAT(run({ "--sync=gemeente" }).code, testing::AnyOf(0, 3));
    }

    void start_service()
    {
        m_service.emplace(Process::Start { { KETENSYNC_PROGRAM, config() }, {}, m_folder / "service.log" });
        std::smatch port;
        for (int i = 0; i < 1000 && port.empty(); ++i) {
            std::this_thread::sleep_for(10ms);
            auto const log = content_of(m_folder / "service.log");
            if (std::regex_search(log, port, std::regex("status pages on port ([0-9]+)"))) {
                m_port = static_cast<std::uint16_t>(std::stoi(port[1].str()));
            }
        }
        ASSERT_NE(m_port, 0) << content_of(m_folder / "service.log");
        for (int i = 0; i < 1000 && get("", "/readyz").status != 200; ++i) {
            std::this_thread::sleep_for(10ms);
        }
    }
    void end_service()
    {
        m_service->signal(SIGTERM);
        EXPECT_EQ(m_service->wait(), 0) << content_of(m_folder / "service.log");
        m_service.reset();
    }
    std::string config() const { return "--config=" + (m_folder / "ketensync.toml").string(); }

    struct Output {
        int code = -1;
        std::string out;
    };
    Output run(std::vector<std::string> words) const
    {
        words.insert(words.begin(), { KETENSYNC_PROGRAM, config() });
        Process process({ std::move(words), {}, m_folder / "error" });
        Output output;
        output.out = process.rest();
        output.code = process.wait();
        return output;
    }
    std::vector<std::string> audit() const
    {
        std::vector<std::string> found;
        std::istringstream text(run({ "--audit", "--json" }).out);
        for (std::string line; std::getline(text, line);) {
            auto const entry = json::parse(line);
            found.push_back(entry.at("who").get<std::string>() + " " + entry.at("action").get<std::string>() + ": " + entry.at("detail").get<std::string>());
        }
        return found;
    }

    Page ask(std::string const & method, std::string const & path, Fields const & headers, std::string const & body)
    {
        Poco::Net::HTTPClientSession session("127.0.0.1", m_port);
        session.setTimeout(Poco::Timespan(30, 0));
        Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
        for (auto const & [name, value] : headers) {
            request.set(name, value);
        }
        if (method == "POST" || !body.empty()) {
            if (!request.has("Content-Type")) {
                request.setContentType("application/x-www-form-urlencoded");
            }
            request.setContentLength(static_cast<std::streamsize>(body.size()));
        }
        auto const begin = std::chrono::steady_clock::now();
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        Page page;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), page.body);
        page.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
        page.status = response.getStatus();
        page.location = response.get("Location", "");
        for (auto [name, value] : response) {
            std::ranges::transform(name, name.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
            page.headers[name] = value;
        }
        return page;
    }
    static Fields as(std::string const & user) { return { { "X-Remote-User", user }, { "X-Ketensync-Proxy", secret } }; }
    Page get(std::string const & user, std::string const & path) { return ask("GET", path, as(user), ""); }
    /// With the proof that the page at `from` gives that user.
    Page post(std::string const & user, std::string const & from, std::string const & path, Fields const & fields, std::string const & sent_from = origin)
    {
        auto const page = get(user, from).body;
        std::smatch proof;
        std::string body = std::regex_search(page, proof, std::regex("name=\"bewijs\" value=\"([^\"]+)\"")) ? "bewijs=" + proof[1].str() : "bewijs=";
        for (auto const & [name, value] : fields) {
            std::string coded;
            Poco::URI::encode(value, "&=+;", coded);
            body += '&' + name + '=' + coded;
        }
        auto headers = as(user);
        headers.emplace_back("Origin", sent_from);
        return ask("POST", path, headers, body);
    }
    Page follow(std::string const & user, Page const & page) { return get(user, page.location); }

    /// What waits for a person, beside the service or before it.
    void doubt(int a, int b, double bits = 1)
    {
        auto state = *store::Database::open(m_folder / "state" / "state.sqlite", {});
        ASSERT_TRUE(state.execute(fmt::format("INSERT OR REPLACE INTO doubt VALUES({}, {}, {}, 'score', 0)", a, b, bits)));
    }
    std::int64_t number(std::string const & query)
    {
        auto state = *store::Database::open(m_folder / "state" / "state.sqlite", { .read_only = true });
        return *state.number(query);
    }
    std::chrono::microseconds quickest(std::string const & user, std::string const & path)
    {
        auto quickest = std::chrono::microseconds::max();
        for (int i = 0; i < 20; ++i) {
            auto const page = get(user, path);
            EXPECT_EQ(page.status, 200) << page.body;
            quickest = std::min(quickest, page.took);
        }
        return quickest;
    }

    support::TemporaryFolder m_folder;
    std::atomic<std::chrono::milliseconds> m_thinks {}; ///< the server with people, before it answers
    ScriptedServer m_server;
    std::optional<Process> m_service;
    std::uint16_t m_port = 0;
};

}
