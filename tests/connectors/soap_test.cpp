#include "connectors/soap.hpp"

#include "tests/connectors/around.hpp"
#include "tests/connectors/soap_service.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <utility>

namespace ketensync::connectors {

using support::ScriptedServer;
using support::TestAuthority;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Answer = ScriptedServer::Answer;

namespace {

std::string thing(std::string const & number)
{
    return "<Ding><Nummer>" + number + "</Nummer></Ding>";
}

/// A source of things behind a server that answers as the test says, by the number that is asked for.
class Soap : public testing::Test {
protected:
    Soap()
    {
        source.name = "bron";
        source.connector = "soap";
        feed.name = "bron.dingen";
        feed.path = "/dingen";
        feed.reads = settings::Reads::changes;
        feed.asking.emplace();
        feed.asking->service = things_service();
        feed.asking->request = "nummer";
        feed.asking->questions = around.secrets_folder.path() / "vragen.txt";
        ask_about({ "1", "2", "3" });
        around.limits.attempts_max = 3;
    }

    void ask_about(std::vector<std::string> const & keys)
    {
        around.secrets_folder.write("vragen.txt", fmt::format("{}\n", fmt::join(keys, "\n")));
        std::filesystem::permissions(
            feed.asking->questions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

    Result<std::unique_ptr<Connector>> open()
    {
        source.address = server.address();
        return connectors::open(source, feed, around.surroundings());
    }

    /// Pages until the last one or the first failure, which goes to `failed`.
    std::vector<Page> read_all()
    {
        std::vector<Page> pages;
        auto const connector = open().value();
        std::string cursor;
        do {
            auto page = connector->read(cursor, {});
            if (!page) {
                failed = page.error();
                break;
            }
            cursor = page->cursor_after;
            pages.push_back(*page);
        } while (!pages.back().last && pages.size() < 100);
        return pages;
    }

    Answer answer(ScriptedServer::Request const & request)
    {
        ++asked[number_in(request.body)];
        auto answer = script(number_in(request.body), request);
        answer.headers.emplace("Content-Type", "text/xml; charset=utf-8");
        return answer;
    }

    static std::string number_in(std::string const & body)
    {
        auto const begin = body.find("<Nummer>") + 8;
        return body.substr(begin, body.find('<', begin) - begin);
    }

    Around around {};
    settings::Source source {};
    settings::Feed feed {};
    std::optional<Error> failed;
    std::map<std::string, int> asked;
    std::function<Answer(std::string const & number, ScriptedServer::Request const &)> script
        = [](auto const & number, auto const &) { return Answer { .body = things_answer(thing(number)) }; };
    ScriptedServer server { [this](auto const & request) { return answer(request); } };
};

} // namespace

TEST_F(Soap, AsksAboutOneKeyAfterTheOther)
{
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 3U);
    EXPECT_EQ(pages[1].body.bytes(), things_answer(thing("2")));
    EXPECT_EQ(pages[1].origin, "part 1 of question 2 of 3");
    EXPECT_THAT(pages[1].cursor_after, Not(HasSubstr("3 "))) << "a key stands in the cursor";
    auto const request = server.requests().front();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/dingen");
    EXPECT_EQ(request.headers.at("content-type"), "text/xml; charset=utf-8");
    EXPECT_EQ(request.headers.at("soapaction"), "\"\"");
    EXPECT_THAT(request.body, HasSubstr("<Nummer>1</Nummer><Vervolg>false</Vervolg>"));
}

TEST_F(Soap, SaysWhatIsNoMore)
{
    script = [](auto const & number, auto const &) {
        return Answer { .body = things_answer(number == "2" ? thing(number) : "<x:Niets/>") };
    };
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 2U);
    EXPECT_THAT(pages[0].gone, ElementsAre("1"));
    EXPECT_FALSE(pages[0].bare);
    EXPECT_THAT(pages[1].gone, ElementsAre("3"));
    EXPECT_TRUE(pages[1].bare);
    EXPECT_TRUE(pages[1].last);
}

TEST_F(Soap, LetsTheCursorMoveOnThoughNothingIsFound)
{
    std::vector<std::string> keys;
    for (int i = 0; i < 450; ++i) {
        keys.push_back(fmt::format("k{}", i));
    }
    ask_about(keys);
    script = [](auto const &, auto const &) { return Answer { .body = things_answer("<x:Niets/>") }; };
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 3U);
    EXPECT_EQ(pages[0].gone.size(), 200U);
    EXPECT_TRUE(pages[0].bare);
    EXPECT_EQ(pages[2].gone.size(), 50U);
    EXPECT_FALSE(failed);
}

TEST_F(Soap, GoesOnInPartsFromTheLastOfEach)
{
    ask_about({ "1" });
    script = [](auto const &, ScriptedServer::Request const & request) {
        auto const from = request.body.find("<Vanaf>");
        auto const begin = from == std::string::npos ? 0 : std::stoi(request.body.substr(from + 7));
        EXPECT_EQ(request.body.find("<Vervolg>true") != std::string::npos, begin != 0);
        return Answer { .body = things_answer(thing(std::to_string(begin + 1)) + thing(std::to_string(begin + 2))
                            + (begin < 4 ? "<Meer>true</Meer>" : "")) };
    };
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 3U);
    EXPECT_EQ(pages[2].body.bytes(), things_answer(thing("5") + thing("6")));
    EXPECT_EQ(pages[2].origin, "part 3 of question 1 of 1");
    // A cursor within an answer is enough for another connector to go on.
    auto const again = open().value()->read(pages[1].cursor_after, {});
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again->body.bytes(), pages[2].body.bytes());
}

TEST_F(Soap, DoesNotGoRoundInCircles)
{
    script
        = [](auto const &, auto const &) { return Answer { .body = things_answer(thing("7") + "<Meer>true</Meer>") }; };
    EXPECT_EQ(read_all().size(), 1U);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->failure, Failure::bad_page);
    EXPECT_THAT(failed->what, HasSubstr("there is more, and not where it begins"));
}

TEST_F(Soap, SetsAQuestionAsideAndGoesOn)
{
    script = [](auto const & number, auto const &) {
        return Answer { .status = number == "2" ? 500 : 200,
            .body = number == "2" ? things_answer("<Fout><Soort>vraag</Soort><Tekst>x &lt; y</Tekst></Fout>", "vr")
                                  : things_answer(thing(number)) };
    };
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 3U);
    EXPECT_EQ(pages[1].body.bytes(),
        R"(<Question key="2"><vr:Antwoord xmlns:vr="http://dingen.example/v1"><Fout><Soort>vraag</Soort>)"
        R"(<Tekst>x &lt; y</Tekst></Fout></vr:Antwoord></Question>)");
    EXPECT_EQ(asked["2"], 1);
}

TEST_F(Soap, NeverTakesSomebodyForGoneWhoWasNotAnswered)
{
    feed.reads = settings::Reads::complete;
    script = [](auto const & number, auto const &) {
        return Answer { .body = things_answer(number == "2" ? "<Fout><Soort>vraag</Soort></Fout>" : thing(number)) };
    };
    EXPECT_EQ(read_all().size(), 1U);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->failure, Failure::bad_page);
    EXPECT_THAT(failed->what, HasSubstr("question 2 of 3"));
}

TEST_F(Soap, SetsAnAnswerAsideThatLacksSomethingUnlessItIsWanted)
{
    script
        = [](auto const & number, auto const &) { return Answer { .body = things_answer("<Let/>" + thing(number)) }; };
    EXPECT_THAT(read_all().front().body.bytes(), testing::StartsWith("<Question key=\"1\">"));
    feed.asking->take_partial = true;
    EXPECT_EQ(read_all().front().body.bytes(), things_answer("<Let/>" + thing("1")));
}

TEST_F(Soap, StopsWhenNobodyIsAnsweredAnyMore)
{
    std::vector<std::string> keys;
    for (int i = 0; i < 60; ++i) {
        keys.push_back(fmt::format("k{}", i));
    }
    ask_about(keys);
    script = [](auto const &, auto const &) {
        return Answer { .body = things_answer("<Fout><Soort>vraag</Soort><Code>F9</Code></Fout>") };
    };
    EXPECT_EQ(read_all().size(), 25U);
    ASSERT_TRUE(failed);
    EXPECT_THAT(failed->what, HasSubstr("26 questions on end, code F9"));
}

TEST_F(Soap, TriesAgainWhatMayPass)
{
    script = [this](auto const & number, auto const &) {
        if (number == "2" && asked["2"] < 3) {
            return asked["2"] == 1
                ? Answer { .status = 503 }
                : Answer { .status = 500, .body = envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>") };
        }
        return Answer { .body = things_answer(thing(number)) };
    };
    EXPECT_EQ(read_all().size(), 3U);
    EXPECT_EQ(asked["2"], 3);
    EXPECT_FALSE(failed);
}

TEST_F(Soap, DoesNotTryAgainWhatWillNotPass)
{
    for (auto const & [body, status, failure] :
        { std::tuple { envelope("<s:Fault><faultcode>s:Client</faultcode></s:Fault>"), 500, Failure::bad_page },
            std::tuple { things_answer("<Fout><Soort>recht</Soort></Fout>"), 200, Failure::refused },
            std::tuple { std::string("<html/>"), 200, Failure::bad_page },
            std::tuple { std::string(), 403, Failure::refused }, std::tuple { std::string(), 200, Failure::bad_page },
            std::tuple { std::string(), 302, Failure::bad_page } }) {
        asked.clear();
        failed.reset();
        script = [&, text = body, code = status](
                     auto const &, auto const &) { return Answer { .status = code, .body = text }; };
        EXPECT_THAT(read_all(), IsEmpty());
        ASSERT_TRUE(failed) << body;
        EXPECT_EQ(failed->failure, failure) << body << status;
        EXPECT_EQ(asked["1"], 1) << body;
        EXPECT_THAT(failed->what, testing::StartsWith("part 1 of question 1 of 3: "));
    }
}

TEST_F(Soap, ShowsItsCertificateAndSignsWhatItAsks)
{
    TestAuthority const authority;
    feed.asking->service
        = things_service("action = \"http://dingen.example/vraag\"\naddressing = true\nsignature = true\n");
    source.messaging
        = { "tekenaar", "tekensleutel", "", authority.ca_file().string(), "{address}?oin=1", "ons?oin=2", {} };
    source.ca_file = authority.ca_file().string();
    source.certificate = "samen";
    for (auto const & [name, content] :
        { std::pair { "samen", authority.client_certificate() + authority.client_key() },
            std::pair { "tekenaar", authority.client_certificate() },
            std::pair { "tekensleutel", authority.client_key() } }) {
        around.secrets_folder.write(name, content);
        std::filesystem::permissions(around.secrets_folder.path() / name, std::filesystem::perms::owner_read);
    }
    ScriptedServer const strict(
        [this](auto const & request) { return answer(request); }, &authority, ScriptedServer::Clients::must);
    source.address = strict.address();
    auto const connector = connectors::open(source, feed, around.surroundings());
    ASSERT_TRUE(connector) << connector.error().what;
    auto const page = (*connector)->read({}, {});
    ASSERT_FALSE(page);
    // The answer is not signed, so nothing of it is taken.
    EXPECT_EQ(page.error().failure, Failure::refused);
    EXPECT_THAT(page.error().what, HasSubstr("signature is not to be trusted: there is none"));
    auto const request = strict.requests().front();
    EXPECT_EQ(request.client, "ketensync");
    EXPECT_EQ(request.headers.at("soapaction"), "\"http://dingen.example/vraag\"");
    EXPECT_THAT(request.body, HasSubstr(strict.address() + "/dingen?oin=1</wsa:To>"));
    EXPECT_THAT(request.body, HasSubstr("<ds:SignatureValue>"));
    source.certificate.clear();
    auto const bare = connectors::open(source, feed, around.surroundings()).value()->read({}, {});
    ASSERT_FALSE(bare);
    EXPECT_EQ(bare.error().failure, Failure::refused);
}

TEST_F(Soap, SpeaksVersionTwelveToo)
{
    feed.asking->service = things_service("soap = \"1.2\"\naction = \"http://dingen.example/vraag\"\n");
    EXPECT_EQ(read_all().size(), 3U);
    auto const request = server.requests().front();
    EXPECT_EQ(request.headers.at("content-type"),
        "application/soap+xml; charset=utf-8; action=\"http://dingen.example/vraag\"");
    EXPECT_THAT(request.body, HasSubstr("http://www.w3.org/2003/05/soap-envelope"));
}

TEST_F(Soap, AsksAboutWhomGoldenRecordsName)
{
    class Named final : public Questions {
    public:
        Result<std::vector<std::string>> next(std::size_t) override
        {
            return std::exchange(m_values, {});
        }

    private:
        std::vector<std::string> m_values { "7", "8" };
    };
    Named named;
    feed.ask = settings::Ask {};
    source.address = server.address();
    auto surroundings = around.surroundings();
    surroundings.questions = &named;
    auto const connector = connectors::open(source, feed, surroundings).value();
    auto const first = connector->read({}, {}).value();
    auto const second = connector->read(first.cursor_after, {}).value();
    EXPECT_TRUE(second.last);
    ASSERT_EQ(server.requests().size(), 2U) << "and not about those in the file";
    EXPECT_THAT(server.requests()[0].body, HasSubstr("<Nummer>7</Nummer>"));
    EXPECT_THAT(server.requests()[1].body, HasSubstr("<Nummer>8</Nummer>"));
}

TEST_F(Soap, ReadsNothingWhenThereAreNoQuestions)
{
    ask_about({});
    auto const pages = read_all();
    ASSERT_EQ(pages.size(), 1U);
    EXPECT_TRUE(pages.front().last);
    EXPECT_THAT(server.requests(), IsEmpty());
}

} // namespace ketensync::connectors
