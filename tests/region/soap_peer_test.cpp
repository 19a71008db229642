#include "tests/region/soap_peer.hpp"

#include "connectors/access.hpp"
#include "connectors/connector.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/settings/service.hpp"
#include "tests/region/bsn.hpp"
#include "tests/region/horizon.hpp"
#include "tests/region/places.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>

// The SOAP connector with the service files and mappings as they are shipped, against the services of the region.

namespace ketensync::region {

using support::TestAuthority;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

TestAuthority const & authority()
{
    static TestAuthority const one;
    return one;
}

World const & world()
{
    static World const made = make_world(5, 300);
    return made;
}

class SoapRegion : public testing::Test {
protected:
    SoapRegion()
    {
        secret("tls", authority().client_certificate() + authority().client_key());
        secret("signing", authority().client_certificate());
        secret("signing-key", authority().client_key());
        limits.attempts_max = 2;
        limits.backoff_first = std::chrono::milliseconds(1);
        limits.request_timeout = std::chrono::milliseconds(1500);
        for (auto const & household : world().households) {
            for (auto const & person : household.persons) {
                persons.emplace(bsn_text(person.bsn), &person);
            }
        }
    }

    void secret(std::string const & name, std::string const & content)
    {
        fs::remove(folder.path() / name);
        folder.write(name, content);
        fs::permissions(folder.path() / name, fs::perms::owner_read);
    }

    settings::Source source()
    {
        settings::Source made;
        made.name = "suwi";
        made.connector = "soap";
        made.address = peer.address();
        made.ca_file = authority().ca_file().string();
        made.certificate = "tls";
        made.messaging = { "signing", "signing-key", "", authority().ca_file().string(), "{address}?oin=1",
            "https://ketensync.example?oin=2",
            { { "zender_organisatie", "0402" }, { "zender_applicatie", "KETENSYNC" },
                { "ontvanger_organisatie", "0402" }, { "ontvanger_applicatie", "MAKELAAR" } } };
        return made;
    }

    settings::Feed feed(std::string const & mapping, std::string const & path, std::vector<std::string> const & keys,
        std::string const & request = "bsn")
    {
        secret("vragen.txt", fmt::format("{}\n", fmt::join(keys, "\n")));
        settings::Feed made;
        made.name = "suwi." + mapping;
        made.mapping = mapping;
        made.path = path;
        made.reads = settings::Reads::changes;
        made.asking = settings::Asking { settings::read_service(mappings / mapping / "service.toml").value(), request,
            folder.path() / "vragen.txt", 20, false };
        return made;
    }

    /// All pages, or the failure in `failed`.
    std::vector<connectors::Page> read(settings::Source const & from, settings::Feed const & what)
    {
        failed.reset();
        std::vector<connectors::Page> pages;
        auto const connector = connectors::open(from, what, { clock, log, secrets, limits, nullptr });
        EXPECT_TRUE(connector) << connector.error().what;
        std::string cursor;
        while (pages.empty() || !pages.back().last) {
            auto page = (*connector)->read(cursor, {});
            if (!page) {
                failed = page.error();
                break;
            }
            cursor = page->cursor_after;
            pages.push_back(std::move(*page));
        }
        return pages;
    }

    /// The records that the shipped mapping makes of pages: "kind key" and their values. Rejects are counted.
    std::multimap<std::string, std::string> mapped(
        std::string const & name, std::vector<connectors::Page> const & pages)
    {
        auto const schema = std::make_shared<record::Schema const>(*settings::read_schema(mappings / "schema.toml"));
        auto const mapper
            = mapping::read_mapping(mappings, name, schema, *mapping::read_code_lists(mappings / "codes")).value();
        formats::Parser parser(mapper->layout(), {});
        formats::Tree tree;
        std::multimap<std::string, std::string> records;
        rejects = 0;
        for (auto const & page : pages) {
            if (page.bare) {
                continue;
            }
            formats::Sink const sink { {}, [&](std::string_view document) -> Result<void> {
                                          KETENSYNC_TRY(parser.parse({}, document, tree));
                                          record::MappedDocument made;
                                          mapper->map(tree, { "suwi", "" }, made);
                                          rejects += static_cast<int>(made.rejects.size());
                                          for (auto const & record : made.records) {
                                              std::string values;
                                              for (std::size_t i = 0; i < schema->kinds[record.kind].fields.size();
                                                   ++i) {
                                                  auto const value = record.values[static_cast<record::FieldId>(i)];
                                                  values += value.empty() ? "" : std::string(value) + "|";
                                              }
                                              records.emplace(schema->kinds[record.kind].name, values);
                                          }
                                          return {};
                                      } };
            auto const cut = formats::split(page.body.bytes(), mapper->layout(), {}, sink);
            EXPECT_TRUE(cut) << cut.error().what;
        }
        return records;
    }

    std::vector<std::string> some_keys(std::size_t count) const
    {
        std::vector<std::string> keys;
        for (auto const & [bsn, person] : persons) {
            if (keys.size() < count) {
                keys.push_back(bsn);
            }
        }
        return keys;
    }

    support::TemporaryFolder folder {};
    fs::path mappings = fs::path(KETENSYNC_SOURCE_DIR) / "mappings";
    SystemClock clock {};
    Log log { Log::Level::off };
    settings::Secrets secrets { folder.path() };
    settings::Limits limits {};
    SoapPeer peer { world(), usual_date(), authority() };
    std::map<std::string, Person const *> persons;
    std::optional<Error> failed;
    int rejects = 0;
};

constexpr auto reintegratie = "/GSDDossierReintegratie-v0200";

} // namespace

TEST_F(SoapRegion, TellsEveryVoorzieningThatThereIs)
{
    auto keys = some_keys(40);
    keys.insert(keys.begin() + 7, "999999990");
    auto const pages = read(source(), feed("suwi-reintegratie", reintegratie, keys));
    ASSERT_FALSE(failed) << failed->what;
    EXPECT_EQ(peer.verified(), 41);
    auto const records = mapped("suwi-reintegratie", pages);
    EXPECT_EQ(rejects, 0);
    std::size_t expected = 0;
    std::set<std::string> names;
    for (auto const & key : some_keys(40)) {
        for (auto const & given : persons.at(key)->voorzieningen) {
            expected += given.spell.begin <= usual_date() ? 1U : 0U;
        }
        names.insert(persons.at(key)->own.name);
    }
    EXPECT_GT(expected, 10U);
    EXPECT_EQ(records.count("voorziening"), expected);
    EXPECT_EQ(records.count("persoon"), 40U);
    for (auto [at, end] = records.equal_range("persoon"); at != end; ++at) {
        EXPECT_TRUE(names.contains(at->second.substr(10, at->second.find('|', 10) - 10))) << at->second;
    }
    std::vector<std::string> gone;
    for (auto const & page : pages) {
        gone.insert(gone.end(), page.gone.begin(), page.gone.end());
    }
    EXPECT_THAT(gone, testing::ElementsAre("999999990"));
}

TEST_F(SoapRegion, TellsUitkeringenAndInschrijvingen)
{
    auto const keys = some_keys(25);
    auto const uitkeringen = mapped("suwi-bijstandsregelingen",
        read(source(), feed("suwi-bijstandsregelingen", "/Bijstandsregelingen-v0500", keys)));
    ASSERT_FALSE(failed) << failed->what;
    EXPECT_GT(uitkeringen.count("uitkering"), 5U);
    EXPECT_EQ(rejects, 0);
    auto const inschrijvingen = mapped(
        "suwi-uwvwb-persoon", read(source(), feed("suwi-uwvwb-persoon", "/UWVWbDossierPersoonGSD-v0200", keys)));
    ASSERT_FALSE(failed) << failed->what;
    std::size_t expected = 0;
    for (auto const & key : keys) {
        for (auto const & spell : persons.at(key)->registrations) {
            expected += spell.begin <= usual_date() ? 1U : 0U;
        }
    }
    EXPECT_EQ(inschrijvingen.count("inschrijving"), expected);
    EXPECT_EQ(inschrijvingen.count("persoon"), keys.size());
    EXPECT_EQ(rejects, 0);
}

TEST_F(SoapRegion, GivesEverybodyOfAGemeenteOnceInParts)
{
    std::set<std::string> expected;
    for (auto const & [bsn, person] : persons) {
        auto const & place = places()[person->home(usual_date()).place];
        if (place.gemeente >= 0 && gemeenten()[static_cast<std::size_t>(place.gemeente)].code == "0402") {
            expected.insert(bsn);
        }
    }
    auto const pages = read(source(), feed("stuf-bg-npslv01", "/stuf-bg", { "0402", "0406" }, "gemeente"));
    ASSERT_FALSE(failed) << failed->what;
    auto const first = std::find_if(
        pages.begin(), pages.end(), [](auto const & page) { return page.origin.ends_with("question 2 of 2"); });
    auto const parts = static_cast<std::size_t>(first - pages.begin());
    EXPECT_EQ(parts, (expected.size() + 19) / 20);
    EXPECT_GT(parts, 2U);
    auto const records = mapped("stuf-bg-npslv01", { pages.begin(), first });
    std::multiset<std::string> found;
    for (auto const & [kind, values] : records) {
        found.insert(values.substr(0, 9));
    }
    EXPECT_EQ(found, std::multiset<std::string>(expected.begin(), expected.end()));
    EXPECT_EQ(rejects, 0);
}

TEST_F(SoapRegion, RefusesWhoDoesNotSignOrIsAStranger)
{
    TestAuthority const other;
    auto const ask = [&](settings::Source const & from) {
        EXPECT_TRUE(read(from, feed("suwi-reintegratie", reintegratie, some_keys(1))).empty());
        return failed.value_or(Error {});
    };
    secret("signing", other.client_certificate());
    secret("signing-key", other.client_key());
    auto const stranger = ask(source());
    EXPECT_EQ(stranger.failure, Failure::refused);
    EXPECT_THAT(stranger.what, HasSubstr("InvalidSecurity"));
    auto unknown = source();
    secret("tls", other.client_certificate() + other.client_key());
    EXPECT_EQ(ask(unknown).failure, Failure::refused);
    unknown.certificate.clear();
    EXPECT_EQ(ask(unknown).failure, Failure::refused);
    EXPECT_EQ(peer.verified(), 0);
    auto unsigned_question = feed("suwi-reintegratie", reintegratie, some_keys(1));
    auto service = *unsigned_question.asking->service;
    service.signature = false;
    unsigned_question.asking->service = std::make_shared<settings::Service const>(service);
    secret("tls", authority().client_certificate() + authority().client_key());
    EXPECT_TRUE(read(source(), unsigned_question).empty());
    EXPECT_EQ(failed->failure, Failure::refused);
}

TEST_F(SoapRegion, LosesNobodyToAnAnswerThatGoesWrong)
{
    auto const keys = some_keys(6);
    peer.trouble(keys[1], SoapTrouble::fout);
    peer.trouble(keys[2], SoapTrouble::waarschuwing);
    peer.trouble(keys[3], SoapTrouble::busy);
    auto const pages = read(source(), feed("suwi-reintegratie", reintegratie, keys));
    ASSERT_FALSE(failed) << failed->what;
    ASSERT_EQ(pages.size(), 6U);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        EXPECT_EQ(pages[i].body.bytes().starts_with("<Question key=\"" + keys[i] + "\">"), i == 1 || i == 2) << i;
        EXPECT_TRUE(pages[i].gone.empty());
    }
    EXPECT_EQ(mapped("suwi-reintegratie", pages).count("persoon"), 4U);
    EXPECT_GE(rejects, 2);
}

TEST_F(SoapRegion, BelievesNothingThatIsNotWholeAndSignedAndOfNow)
{
    auto const keys = some_keys(2);
    for (auto const & [trouble, failure] :
        { std::pair { SoapTrouble::cut, Failure::unavailable }, std::pair { SoapTrouble::slow, Failure::unavailable },
            std::pair { SoapTrouble::unsigned_answer, Failure::refused },
            std::pair { SoapTrouble::tampered, Failure::refused }, std::pair { SoapTrouble::stale, Failure::refused },
            std::pair { SoapTrouble::other_question, Failure::bad_page } }) {
        peer.trouble(keys[1], trouble);
        EXPECT_EQ(read(source(), feed("suwi-reintegratie", reintegratie, keys)).size(), 1U)
            << static_cast<int>(trouble);
        ASSERT_TRUE(failed) << static_cast<int>(trouble);
        EXPECT_EQ(failed->failure, failure) << static_cast<int>(trouble) << failed->what;
        EXPECT_EQ(failed->what.find(keys[1]), std::string::npos) << failed->what;
    }
}

TEST_F(SoapRegion, ReachesTheWarehouseFromASourceFileAndTellsNobodyWho)
{
    auto const keys = some_keys(30);
    peer.trouble(keys[4], SoapTrouble::fout);
    secret("vragen.txt", fmt::format("{}\n", fmt::join(keys, "\n")));
    secret("state-key", std::string(64, 'a'));
    fs::create_directory(folder.path() / "sources.d");
    folder.write("ketensync.toml",
        fmt::format("[state]\nfolder = \"state\"\n[mappings]\nfolder = \"{}\"\n[sources]\nfolder = \"sources.d\"\n"
                    "[secrets]\nfolder = \".\"\n[warehouse]\ntype = \"sqlite\"\nfile = \"warehouse.sqlite\"\n"
                    "[web]\naddress = \"\"\n",
            mappings.string()));
    folder.write("sources.d/suwi.toml",
        fmt::format("title = \"Suwinet\"\nconnector = \"soap\"\npowers = [\"gebruiker\"]\n[soap]\naddress = \"{}\"\nca_file = \"{}\"\n"
                    "certificate = \"tls\"\nsigning = \"signing\"\nsigning_key = \"signing-key\"\nsigning_ca_file = \"{}\"\n"
                    "to = \"{{address}}?oin=1\"\nfrom = \"wij?oin=2\"\n[[feed]]\nname = \"reintegratie\"\n"
                    "mapping = \"suwi-reintegratie\"\npath = \"{}\"\nreads = \"changes\"\nquestions = \"../vragen.txt\"\n"
                    "[feed.believable]\nmin = 0\n",
            peer.address(), authority().ca_file().string(), authority().ca_file().string(), reintegratie));
    auto const run = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
            { KETENSYNC_PROGRAM, fmt::format("--config={}", (folder.path() / "ketensync.toml").string()) });
        support::Process process({ std::move(words), {}, folder.path() / "log" });
        auto said = process.rest();
        auto const code = process.wait();
        std::ifstream told(folder.path() / "log");
        said.append(std::istreambuf_iterator<char>(told), {});
        return std::pair(code, said);
    };
    auto const [code, said] = run({ "--sync=all", "--json" });
    EXPECT_EQ(code, 3) << said; // one question was set aside
    EXPECT_THAT(said, HasSubstr("\"fetched\":30"));
    EXPECT_THAT(said, HasSubstr("\"rejected\":1"));
    EXPECT_EQ(peer.verified(), 30);
    for (auto const & key : keys) {
        EXPECT_EQ(said.find(key), std::string::npos) << "a BSN is told";
    }
    auto const again = run({ "--sync=all", "--json" });
    EXPECT_THAT(again.second, HasSubstr("\"changed\":0"));
    EXPECT_EQ(peer.verified(), 60);
}

TEST_F(SoapRegion, SendsEachAttemptAsAMessageOfItsOwn)
{
    auto const keys = some_keys(1);
    peer.trouble(keys[0], SoapTrouble::busy);
    EXPECT_EQ(read(source(), feed("suwi-reintegratie", reintegratie, keys)).size(), 1U);
    auto const id_in = [](std::string const & body) {
        auto const at = body.find("urn:uuid:");
        return body.substr(at, 45);
    };
    auto const bodies = peer.bodies();
    ASSERT_EQ(bodies.size(), 2U);
    EXPECT_NE(id_in(bodies[0]), id_in(bodies[1]));
}

} // namespace ketensync::region
