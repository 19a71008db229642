#include "tests/settings/installation.hpp"

#include "daemon/settings/service.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::settings {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

namespace {

constexpr auto sound = R"(service = "Proef"
verified = "niets"
action = "http://proef.example/vraag"
addressing = true
signature = true
[namespaces]
p = "http://proef.example/"
[request.een]
one_document = true
body = '<p:Vraag xmlns:p="http://proef.example/"><Sleutel>{key}</Sleutel><Van>{wie}</Van></p:Vraag>'
[paging]
more = "p:Antwoord/Meer"
item = "p:Antwoord/Ding"
start = "<Start>{p:Nummer}</Start>"
[[answer]]
element = "p:Antwoord/Ding"
texts = ["ja", "misschien"]
means = "found"
)";

constexpr auto source = R"(title = "Proef"
connector = "soap"
[soap]
address = "https://proef.example"
certificate = "uwv-token"
signing = "um_token"
signing_ca_file = "wie.pem"
to = "{address}?oin=1"
from = "wij"
[soap.values]
wie = "0402"
[[feed]]
name = "dingen"
mapping = "dienst"
path = "/dienst"
reads = "changes"
questions = "vragen.txt"
)";

class SoapSource : public testing::Test {
protected:
    SoapSource()
    {
        write(installation.root() / "mappings/dienst/mapping.toml", "");
        write(installation.root() / "mappings/dienst/service.toml", sound);
    }

    /// The faults of a source, without its folder.
    std::vector<std::string> faults_of(std::string const & text)
    {
        write(installation.source_file(), text);
        auto const config = installation.read();
        std::vector<std::string> faults = config ? std::vector<std::string>() : config.error();
        for (auto & fault : faults) {
            fault.erase(0, fault.rfind('/', fault.find(": ")) + 1);
        }
        return faults;
    }

    static std::string replaced(std::string text, std::string const & part, std::string const & by)
    {
        auto const at = text.find(part);
        EXPECT_NE(at, std::string::npos) << part;
        return text.replace(at, part.size(), by);
    }

    std::vector<std::string> with_service(std::string const & part, std::string const & by)
    {
        write(installation.root() / "mappings/dienst/service.toml", replaced(sound, part, by));
        return faults_of(source);
    }

    Installation const installation;
};

} // namespace

TEST_F(SoapSource, SaysWhatIsAskedAndOfWhom)
{
    write(installation.source_file(), source);
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));
    auto const & read = config->sources.front();
    EXPECT_EQ(read.certificate, "uwv-token");
    EXPECT_EQ(read.messaging.signing, "um_token");
    EXPECT_EQ(read.messaging.signing_ca_file, (installation.root() / "sources.d/wie.pem").string());
    auto const & asking = read.feeds.front().asking;
    ASSERT_TRUE(asking);
    EXPECT_EQ(asking->request, "een");
    EXPECT_EQ(asking->questions, installation.root() / "sources.d/vragen.txt");
    EXPECT_FALSE(asking->take_partial);
    auto const & service = *asking->service;
    EXPECT_TRUE(service.requests.at("een").one_document);
    ASSERT_EQ(service.answers.size(), 1U);
    EXPECT_EQ(service.answers.front().element.front().space, "http://proef.example/");
    EXPECT_EQ(service.answers.front().element.back().space, "");
    EXPECT_EQ(service.answers.front().element.back().name, "Ding");
    EXPECT_EQ(service.paging.values.at("p:Nummer").front().name, "Nummer");
}

TEST_F(SoapSource, TellsWhatItsServiceNeedsAndLacks)
{
    EXPECT_THAT(faults_of(replaced(source, "wie = ", "wei = ")),
        ElementsAre(
            "probe.toml:14:11: its service needs a value 'wie'; add it under [soap.values], did you mean 'wei'?"));
    EXPECT_THAT(faults_of(replaced(source, "from = \"wij\"\n", "")),
        ElementsAre(HasSubstr("its service wants WS-Addressing; add 'to' and 'from' under [soap]")));
    EXPECT_THAT(faults_of(replaced(source, "signing_ca_file = \"wie.pem\"\n", "")),
        ElementsAre(HasSubstr("its service wants signatures")));
    EXPECT_THAT(faults_of(replaced(source, "mapping = \"dienst\"", "mapping = \"srg\"")),
        ElementsAre(HasSubstr("the mapping 'srg' has no service.toml")));
    EXPECT_THAT(
        faults_of(replaced(source, "path = ", "request = \"twee\"\npath = ")), ElementsAre(HasSubstr("'twee'")));
}

TEST_F(SoapSource, MayAskAboutGoldenRecords)
{
    constexpr auto ask = "[feed.ask]\nkind = \"persoon\"\nfield = \"bsn\"\nground = \"SUWI\"\n";
    auto const asking = replaced(source, "questions = \"vragen.txt\"\n", ask);
    write(installation.source_file(), asking);
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));
    auto const & feed = config->sources.front().feeds.front();
    ASSERT_TRUE(feed.ask);
    EXPECT_EQ(feed.ask->field, "bsn");
    EXPECT_TRUE(feed.asking->questions.empty());
    EXPECT_THAT(faults_of(std::string(source) + ask), ElementsAre(HasSubstr("says whom to ask about already")));
    EXPECT_THAT(faults_of(replaced(asking, "\"changes\"", "\"complete\"")),
        ElementsAre(HasSubstr("who is not asked about is not gone")));
}

TEST_F(SoapSource, RefusesWhatBelongsElsewhere)
{
    EXPECT_THAT(faults_of(replaced(source, "path = ", "files = \"x\"\npath = ")),
        ElementsAre(HasSubstr("'files' belongs to connector = \"files\"")));
    EXPECT_THAT(faults_of(replaced(source, "reads = \"changes\"", "reads = \"periods\"")),
        ElementsAre(HasSubstr("only files are read by period")));
    EXPECT_THAT(faults_of(replaced(source, "[soap.values]", "[rest]\naddress = 1\n[soap.values]")),
        ElementsAre(HasSubstr("[rest] belongs to connector = \"rest\"; this source has \"soap\"")));
    EXPECT_THAT(
        faults_of(replaced(source, "wie = ", "key = \"1\"\nwie = ")), ElementsAre(HasSubstr("a name of a value")));
    EXPECT_THAT(faults_of(replaced(source, "\"um_token\"", "\"um_tokn\"")),
        ElementsAre(HasSubstr("there is no credential 'um_tokn'")));
    EXPECT_THAT(faults_of(replaced(source, "{address}", "{adres}")), ElementsAre(HasSubstr("only {address}")));
}

TEST_F(SoapSource, TellsTheFaultOfItsServiceFile)
{
    for (auto const & [part, by, what] :
        { std::tuple { "means = \"found\"", "means = \"fuond\"", "did you mean 'found'" },
            std::tuple {
                "p:Antwoord/Ding\"\ntexts", "q:Antwoord/Ding\"\ntexts", "every prefix stands in [namespaces]" },
            std::tuple { "{key}", "{kee}", "the body of a question holds {key}" },
            std::tuple { "item = \"p:Antwoord/Ding\"\n", "", "needs 'item' and 'start'" },
            std::tuple { "{p:Nummer}", "{Nummer", "an element of the last item" },
            std::tuple { "action = \"http://proef.example/vraag\"\n", "", "needs 'action'" },
            std::tuple { "signature", "signatrue", "signatrue" } }) {
        EXPECT_THAT(with_service(part, by), testing::Contains(HasSubstr(what))) << by;
    }
}

TEST(Service, FilesOfAllMappingsAreSound)
{
    int count = 0;
    for (auto const & entry :
        std::filesystem::directory_iterator(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings")) {
        if (std::filesystem::exists(entry.path() / "service.toml")) {
            ++count;
            auto const service = read_service(entry.path() / "service.toml");
            EXPECT_TRUE(service) << fmt::format("{}", fmt::join(service.error(), "\n"));
        }
    }
    EXPECT_GE(count, 4);
}

} // namespace ketensync::settings
