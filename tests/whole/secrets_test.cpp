#include "tests/support/free_port.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/test_authority.hpp"
#include "tests/whole/served_region.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// Secrets and numbers of people are planted wherever a source can put them, and every connector is made to fail over
// them. Then everything that anybody can see from outside is searched for them.

namespace ketensync::whole {

namespace {

namespace fs = std::filesystem;
using support::ScriptedServer;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

std::string content_of(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

/// What is planted, and where it was found.
class Planted {
public:
    std::string secret()
    {
        std::string text = "geheim";
        for (int i = 0; i < 26; ++i) {
            text += static_cast<char>('a' + std::uniform_int_distribution<int>(0, 25)(m_random));
        }
        m_secrets.push_back(text);
        return text;
    }
    std::string bsn()
    {
        for (;;) {
            auto const text = fmt::format("{:09}", std::uniform_int_distribution<int>(100'000'000, 999'999'999)(m_random));
            int sum = 0;
            for (std::size_t i = 0; i < 9; ++i) {
                sum += (text[i] - '0') * (i == 8 ? -1 : 9 - static_cast<int>(i));
            }
            if (sum % 11 == 0) {
                m_numbers.push_back(text);
                return text;
            }
        }
    }
    void also_secret(std::string text) { m_secrets.push_back(std::move(text)); }
    std::vector<std::string> const & secrets() const { return m_secrets; }
    std::vector<std::string> const & numbers() const { return m_numbers; }

    void expect_none(std::string const & where, std::string const & text, bool numbers_too = true) const
    {
        for (auto const & secret : m_secrets) {
            EXPECT_EQ(text.find(secret), std::string::npos) << "a secret is in " << where;
        }
        for (auto const & number : m_numbers) {
            EXPECT_TRUE(!numbers_too || text.find(number) == std::string::npos) << "a number of a person is in " << where;
        }
    }

private:
    std::mt19937 m_random { 20 };
    std::vector<std::string> m_secrets;
    std::vector<std::string> m_numbers;
};

/// All that a request holds, told back to who asked.
std::string echo(Request const & request)
{
    std::string text = request.method + ' ' + request.path;
    for (auto const & [name, value] : request.parameters) {
        text += ' ' + name + '=' + value;
    }
    for (auto const & [name, value] : request.headers) {
        text += ' ' + name + ": " + value;
    }
    return text + ' ' + request.body;
}

std::string quoted(std::string const & text)
{
    return nlohmann::json(text).dump();
}

constexpr int endings = 10;

/// The ways in which a source that was told a secret can go wrong with it.
Answer misbehave(int ending, Request const & request, std::string const & bsn)
{
    auto const all = echo(request);
    auto const secret = request.headers.contains("authorization") ? request.headers.at("authorization")
        : request.headers.contains("x-sleutel")                   ? request.headers.at("x-sleutel")
                                                                  : all;
    switch (ending) {
    case 0: return { .status = 401, .body = all, .headers = { { "WWW-Authenticate", secret } } };
    case 1: return { .status = 403, .body = "{\"code\":" + quoted(secret.substr(secret.rfind(' ') + 1)) + ",\"message\":" + quoted(all) + "}" };
    case 2: return { .status = 400, .body = "{\"title\":" + quoted(all) + ",\"detail\":" + quoted(all) + "}" };
    case 3: return { .status = 500, .body = all };
    case 4: return { .status = 302, .headers = { { "Location", "/elders?sleutel=" + secret } } };
    case 5: return { .body = "<html><body>" + all + "</body></html>" };
    case 6: return { .body = "{\"werkzoekenden\":[" + quoted(all) + ",{\"idWerkzoekende\":" + quoted(all) + "}" };
    case 7: return { .body = "{\"werkzoekenden\":[{" + quoted(bsn) + ":1}],\"volgende\":false}" };
    case 8: return { .status = 429, .body = all, .headers = { { "Retry-After", secret } } };
    default: return { .status = 503, .headers = { { "ETag", secret }, { "Link", "<http://elders/" + secret + ">; rel=\"next\"" } } };
    }
}

std::string rest_source(std::string const & address, std::string const & auth, std::string const & feed = {})
{
    return "title = \"Bron\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" + address + "\"\n[rest.auth]\n" + auth
        + (feed.empty() ? "\n[[feed]]\nname = \"lijst\"\nmapping = \"uwv-werkzoekenden\"\nreads = \"complete\"\npath = \"/lijst\"\nschedule = { every = \"1s\" }\n"
                        : feed);
}

/// A person as UWV tells one, sound or not.
std::string person(int i, std::string const & bsn)
{
    auto const field = [i](int wrong, std::string_view sound, std::string_view broken) { return i % 8 == wrong ? broken : sound; };
    return fmt::format(R"({{"idWerkzoekende":{},"bsn":{},"naam":{{"voornamen":"Anna","voorletters":"A.","voorvoegsel":null,)"
                       R"("geslachtsnaam":"Bakker{}","naamgebruik":"E","partner":null}},"geboortedatum":{},"geslacht":"V",)"
                       R"("adres":{{"postcode":"1211AA","huisnummer":"12","straatnaam":"Dorpsstraat","woonplaats":"Hilversum"}},)"
                       R"("gemeente":{},"contact":{{"email":null,"telefoon":null}},"datumInschrijving":"2024-01-01",)"
                       R"("datumUitschrijving":null,"urenPerWeek":32,"gewijzigd":{}{}}})",
        i % 8 == 1 ? quoted(bsn) : fmt::format("\"WZ{}\"", i), field(2, quoted(bsn), "{\"nummer\":" + quoted(bsn) + "}"),
        static_cast<char>('a' + i % 26), field(3, "\"1980-05-06\"", quoted(bsn)), field(4, "\"0402\"", quoted(bsn)),
        field(5, "\"2024-05-01T10:00:00Z\"", quoted(bsn)), field(6, "", ",\"" + bsn + "\":1"));
}

std::string srg_line(int i, std::string const & bsn)
{
    auto line = fmt::format("20260110gws{:<12}04020402{:>9}198005062000000000{}{:<15}3020240101{}{}000", "1.0", bsn, "0",
        i % 3 == 0 ? bsn : std::to_string(i), "00000000", "0");
    if (i % 3 == 1) {
        line.replace(40, 8, "19801399");
    }
    return i % 5 == 4 ? line.substr(0, 60) : line;
}

std::string bus_file(std::vector<std::string> const & numbers, bool whole)
{
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><BusLevering><Levering><Statistiekjaar>2026</Statistiekjaar>"
                       "<Statistiekmaand>1</Statistiekmaand><Gemeentecode>0402</Gemeentecode></Levering>";
    for (auto const & bsn : numbers) {
        text += "<Uitkering><Registratienummer>" + bsn + "</Registratienummer><Statistiekcode>77</Statistiekcode><Persoon>"
            "<Burgerservicenummer>" + bsn + "</Burgerservicenummer><Geboortedatum>" + bsn + "</Geboortedatum></Persoon></Uitkering>";
    }
    return text + (whole ? "</BusLevering>" : "<Uitkering><Registratienummer>" + numbers.front());
}

/// An answer of the service over plain HTTP, as text.
std::string get(int port, std::string const & path)
{
    auto const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string text;
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0) {
        auto const request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
        std::array<char, 4096> buffer {};
        for (ssize_t count = 0; (count = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }
    ::close(socket);
    return text;
}

class PlantedWorld : public testing::Test {
protected:
    PlantedWorld()
        : server([this](Request const & request) { return answer(request); })
    {
        for (int i = 0; i < 100; ++i) {
            planted.bsn();
        }
    }

    std::vector<std::string> numbers(std::size_t first, std::size_t count) const
    {
        auto const begin = planted.numbers().begin() + static_cast<std::ptrdiff_t>(first);
        return { begin, begin + static_cast<std::ptrdiff_t>(count) };
    }

    Answer answer(Request const & request) const
    {
        auto const & path = request.path;
        if (path.starts_with("/e")) {
            return misbehave(path.at(2) - '0', request, planted.numbers().back());
        }
        if (path == "/token") {
            return { .body = "{\"access_token\":\"" + token + "\",\"token_type\":\"bearer\",\"expires_in\":3600}" };
        }
        if (path == "/token-stuk") {
            return { .status = 400, .body = "{\"error\":" + quoted(echo(request)) + ",\"error_description\":" + quoted(echo(request)) + "}" };
        }
        if (path.starts_with("/vraag")) {
            return { .status = 400, .body = "{\"code\":" + quoted(request.body.substr(request.body.find('[') + 1, 11)) + ",\"detail\":" + quoted(request.body) + "}" };
        }
        if (path.starts_with("/stuf")) {
            auto const text = echo(request);
            auto const at = text.find("inp.bsn>");
            auto const bsn = at == std::string::npos ? std::string("x") : text.substr(at + 8, 9);
            return { .status = 500,
                .body = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault><faultcode>e:Client."
                    + bsn + "</faultcode><faultstring>" + bsn + "</faultstring><detail>" + bsn + "</detail></e:Fault></e:Body></e:Envelope>",
                .headers = { { "Content-Type", "text/xml" } } };
        }
        std::string items;
        for (int i = 0; i < 40; ++i) {
            items += (i == 0 ? "" : ",") + person(i, planted.numbers()[static_cast<std::size_t>(i)]);
        }
        return { .body = "{\"werkzoekenden\":[" + items + "],\"volgende\":false}" };
    }

    void write_sources(ServedRegion const & region, ServedRegion::Set const & set)
    {
        auto const keep = [&](std::string const & name) {
            auto const value = planted.secret();
            region.secret(name, value);
            return value;
        };
        for (int i = 0; i < 3 * endings; ++i) {
            auto const name = fmt::format("echo-{}", i);
            keep(name);
            auto const auth = i % 3 == 0 ? "by = \"bearer\"" : i % 3 == 1 ? "by = \"basic\"\nclient_id = \"regio\"" : "by = \"api_key\"\nheader = \"X-Sleutel\"";
            set.source(name, rest_source(fmt::format("{}/e{}", server.address(), i / 3), fmt::format("{}\nsecret = \"{}\"", auth, name)));
        }
        for (auto const * const client : { "basic", "form", "private_key_jwt" }) {
            auto const name = fmt::format("oauth-{}", client == std::string("private_key_jwt") ? "jwt" : client);
            if (client == std::string("private_key_jwt")) {
                auto const key = authority.rsa_key();
                region.secret(name, key);
                planted.also_secret(key.substr(key.find('\n') + 1, 60));
            } else {
                keep(name);
            }
            for (auto const * const where : { "token", "token-stuk" }) {
                auto const source = fmt::format("{}-{}", name, where);
                set.source(source, rest_source(server.address() + "/e3",
                    fmt::format("by = \"oauth2_client_credentials\"\nclient = \"{}\"\nclient_id = \"regio\"\ntoken_address = \"{}/{}\"\nsecret = \"{}\"",
                        client, server.address(), where, name)));
            }
        }
        set.source("personen", rest_source(server.address() + "/p", "by = \"none\""));
        set.source("vraagbaak", rest_source(server.address() + "/vraag", "by = \"none\"",
            "\n[[feed]]\nname = \"personen\"\nmapping = \"brp-personen\"\nreads = \"changes\"\npath = \"/personen\"\n"
            "post.body = '{\"burgerservicenummer\":[{asked}]}'\n"
            "ask = { kind = \"persoon\", field = \"bsn\", per_day = 100, ground = \"Wabb art. 10\" }\nschedule = { every = \"1s\" }\n"));
        write_files(set);
        auto const questions = set.root / "vragen.txt";
        std::ofstream(questions) << fmt::format("{}\n", fmt::join(numbers(80, 20), "\n"));
        fs::permissions(questions, fs::perms::owner_read);
        set.source("stuf", "title = \"Stuf\"\nconnector = \"soap\"\npowers = [\"gebruiker\"]\n[soap]\naddress = \"" + server.address()
                + "\"\n[soap.values]\nzender_organisatie = \"0402\"\nzender_applicatie = \"K\"\nontvanger_organisatie = \"0402\"\n"
                  "ontvanger_applicatie = \"M\"\n[[feed]]\nname = \"personen\"\nmapping = \"stuf-bg-npslv01\"\npath = \"/stuf\"\n"
                  "request = \"bsn\"\nreads = \"changes\"\nquestions = \"" + questions.string() + "\"\nschedule = { every = \"1s\" }\n");
    }

    void write_files(ServedRegion::Set const & set)
    {
        auto const drop = set.root / "drop";
        fs::create_directory(drop);
        std::ofstream srg(drop / "SRG_202601.txt", std::ios::binary);
        int i = 0;
        for (auto const & bsn : numbers(40, 20)) {
            srg << srg_line(i++, bsn) << "\r\n";
        }
        std::ofstream(drop / "BUS_202601.xml") << bus_file(numbers(60, 10), true);
        std::ofstream(drop / "BUS_202602.xml") << bus_file(numbers(70, 10), false);
        std::ofstream(drop / "deelnemers.csv") << "nummer;bsn\r\n" << numbers(60, 1)[0] << ";\"" << numbers(61, 1)[0] << "\r\n";
        set.source("gemeente", "title = \"Gemeente\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nsettle = \"0s\"\nfolder = \"" + drop.string()
                + "\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"periods\"\nfiles = \"SRG_*\"\nperiod = \"SRG_{period}.txt\"\nschedule = { every = \"1s\" }\n"
                  "[[feed]]\nname = \"bus\"\nmapping = \"bus\"\nreads = \"periods\"\nfiles = \"BUS_*\"\nperiod = \"BUS_{period}.xml\"\n"
                  "[[feed]]\nname = \"deelnemers\"\nmapping = \"projectdeelnemers\"\nreads = \"complete\"\nfiles = \"deelnemers.csv\"\n");
    }

    Planted planted {};
    support::TestAuthority authority {};
    std::string token = planted.secret();
    ScriptedServer server;
};

std::string limits()
{
    return "[log]\nlevel = \"debug\"\n[limits]\nattempts_max = 2\nbackoff_first = \"1ms\"\nbackoff_max = \"2ms\"\nrequest_timeout = \"5s\"\n";
}

} // namespace

TEST_F(PlantedWorld, ShowsNoSecretAndNoNumberOfAPersonToAnybody)
{
    ServedRegion const region(1, 20);
    auto const port = support::free_port();
    auto const set = region.set("planted", false, limits() + fmt::format("[web]\naddress = \"127.0.0.1:{}\"\n", port));
    write_sources(region, set);
    ASSERT_GE(planted.secrets().size(), 30U);
    ASSERT_GE(planted.numbers().size(), 100U);
    auto const temporary = set.root / "tijdelijk";
    fs::create_directory(temporary);
    ::setenv("TMPDIR", temporary.c_str(), 1);

    auto const first = ServedRegion::run(set, { "--sync=all" });
    ASSERT_GT(first.runs.size(), 35U) << content_of(set.root / "log");
    EXPECT_EQ(first.runs.at("personen/lijst").at("fetched"), 40);
    EXPECT_GT(first.runs.at("personen/lijst").at("mapped"), 10);
    EXPECT_GT(first.runs.at("gemeente/srg").at("rejected"), 3);
    for (auto const & [feed, run] : first.runs) {
        EXPECT_TRUE(!feed.starts_with("echo-") || run.at("state") == "failed" || run.at("rejected") > 0) << feed << run;
    }
    planted.expect_none("--sync", first.out);
    // A second time the look-up has people to ask about.
    auto const second = ServedRegion::run(set, { "--sync=all" });
    auto const asked = server.requests();
    EXPECT_TRUE(std::any_of(asked.begin(), asked.end(), [](Request const & each) { return each.path.starts_with("/vraag"); }));
    planted.expect_none("--sync", second.out);
    for (auto const * const words : { "--sync=all --dry-run", "--status", "--history=200", "--quarantine=list", "--quarantine=retry", "--check", "--shape=personen/lijst" }) {
        std::vector<std::string> split;
        std::istringstream stream(words);
        std::copy(std::istream_iterator<std::string>(stream), {}, std::back_inserter(split));
        planted.expect_none(words, ServedRegion::run(set, split).out);
    }

    support::Process service({ { KETENSYNC_PROGRAM, "--config=" + set.config().string() }, {}, set.root / "log" });
    std::string metrics;
    for (int i = 0; i < 200 && metrics.find("ketensync_") == std::string::npos; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        metrics = get(port, "/metrics");
    }
    ASSERT_NE(metrics.find("ketensync_sync_runs_total"), std::string::npos);
    // At work it logs all it does, at its most talkative level.
    for (int i = 0; i < 400 && content_of(set.root / "log").size() < 10'000; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (auto const * const path : { "/metrics", "/health", "/readyz", "/livez", "/startupz", "/", "/status" }) {
        planted.expect_none(path, get(port, path));
    }
    auto const process = fmt::format("/proc/{}/", service.pid());
    planted.expect_none("the arguments", content_of(process + "cmdline"));
    planted.expect_none("the environment", content_of(process + "environ"));
    service.signal(SIGTERM);
    EXPECT_EQ(service.wait(std::chrono::seconds(30)), 0);

    auto const bundle = set.root / "bundel.json";
    auto const bundled = ServedRegion::run(set, { "--diagnostics=" + bundle.string() });
    EXPECT_EQ(bundled.code, 0);
    planted.expect_none("--diagnostics", bundled.out);
    EXPECT_GT(nlohmann::json::parse(content_of(bundle)).at("runs").size(), 35U) << "there must be something to search";

    auto const log = content_of(set.root / "log");
    EXPECT_GT(log.size(), 5'000U) << "there must be something to search";
    planted.expect_none("the log", log);
    for (auto const & request : server.requests()) {
        std::string target = request.path;
        for (auto const & [name, value] : request.parameters) {
            target += name + value;
        }
        planted.expect_none("an address", target);
    }
    for (auto const & entry : fs::recursive_directory_iterator(set.root)) {
        auto const name = entry.path().lexically_relative(set.root).string();
        if (!entry.is_regular_file() || name.starts_with("drop/") || name == "vragen.txt") {
            continue;
        }
        // The state keeps what sources told of people, and nothing that opens a source.
        planted.expect_none(name, content_of(entry.path()), !name.starts_with("state/"));
    }
    ::unsetenv("TMPDIR");
}

} // namespace ketensync::whole
