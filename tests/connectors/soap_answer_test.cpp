#include "connectors/soap_answer.hpp"

#include "tests/connectors/soap_service.hpp"

#include <gmock/gmock.h>

namespace ketensync::connectors::soap {

using settings::Meaning;
using testing::HasSubstr;
using testing::Not;

namespace {

Result<Answer> read(std::string const & text, Expected const & expected = {}, std::string const & head = {})
{
    auto envelope = open_envelope(text, 64);
    if (!envelope) {
        return fail(std::move(envelope).error());
    }
    return read_answer(*things_service(head), *envelope, expected);
}

Failure failure_of(Result<Answer> const & answer)
{
    EXPECT_FALSE(answer);
    return answer ? Failure::bug : answer.error().failure;
}

std::string fault11(std::string const & code, std::string const & detail = {})
{
    return envelope(fmt::format(R"(<s:Fault xmlns:wsse="{}" xmlns:wsa="{}"><faultcode>{}</faultcode>)"
                                R"(<faultstring>van 123456782</faultstring><detail>{}</detail></s:Fault>)",
        space_security, space_addressing, code, detail));
}

std::string fault12(std::string const & code, std::string const & subcode)
{
    return fmt::format(R"(<e:Envelope xmlns:e="{}" xmlns:wsse="{}"><e:Body><e:Fault><e:Code><e:Value>{}</e:Value>)"
                       R"(<e:Subcode><e:Value>{}</e:Value></e:Subcode></e:Code></e:Fault></e:Body></e:Envelope>)",
        space_soap12, space_security, code, subcode);
}

} // namespace

TEST(SoapAnswer, IsTakenByNamespaceWhateverThePrefix)
{
    for (auto const * const prefix : { "x", "d", "ns2", "SOAP-BODY" }) {
        auto const answer = read(things_answer("<Ding><Nummer>1</Nummer></Ding>", prefix));
        ASSERT_TRUE(answer) << answer.error().what;
        EXPECT_EQ(answer->means, Meaning::found);
    }
    // A default namespace takes the content along; it is read all the same.
    EXPECT_TRUE(read(envelope(R"(<Antwoord xmlns="http://dingen.example/v1"><Ding/></Antwoord>)")));
    // Another version of the service is another service.
    EXPECT_EQ(failure_of(read(envelope(R"(<Antwoord xmlns="http://dingen.example/v2"><Ding/></Antwoord>)"))),
        Failure::bad_page);
}

TEST(SoapAnswer, MeansWhatTheFirstRuleThatFitsSays)
{
    EXPECT_EQ(read(things_answer("<x:Niets/>"))->means, Meaning::nothing);
    EXPECT_EQ(read(things_answer("<Let/><Ding/>"))->means, Meaning::partial);
    auto const aside = read(things_answer("<Ding/><Fout><Soort>vraag</Soort><Code>V-7</Code></Fout>"));
    ASSERT_TRUE(aside);
    EXPECT_EQ(aside->means, Meaning::set_aside);
    EXPECT_EQ(aside->code, "V-7");
    auto const later = read(things_answer("<Fout><Soort>later</Soort><Code>L1</Code></Fout>"));
    EXPECT_EQ(failure_of(later), Failure::unavailable);
    EXPECT_THAT(later.error().what, HasSubstr("(L1)"));
    EXPECT_EQ(failure_of(read(things_answer("<Fout><Soort>recht</Soort></Fout>"))), Failure::refused);
    EXPECT_EQ(failure_of(read(things_answer("<Fout><Soort>anders</Soort></Fout>"))), Failure::bad_page);
}

TEST(SoapAnswer, NeverTellsACodeThatCouldBeAPerson)
{
    auto const answer = read(things_answer("<Fout><Soort>recht</Soort><Code>123456782</Code></Fout>"));
    EXPECT_EQ(failure_of(answer), Failure::refused);
    EXPECT_THAT(answer.error().what, Not(HasSubstr("123456782")));
    EXPECT_EQ(read(things_answer("<Fout><Soort>vraag</Soort><Code>Jan de Vries</Code></Fout>"))->code, "");
}

TEST(SoapAnswer, ClassesFaultsByWhatComesNext)
{
    for (auto const & [code, failure] :
        { std::pair { "s:Server", Failure::unavailable }, std::pair { "s:Server.Busy", Failure::unavailable },
            std::pair { "Server", Failure::unavailable }, std::pair { "s:Client", Failure::bad_page },
            std::pair { "s:VersionMismatch", Failure::bad_page }, std::pair { "s:MustUnderstand", Failure::bad_page },
            std::pair { "wsse:FailedAuthentication", Failure::refused },
            std::pair { "wsse:InvalidSecurity", Failure::refused },
            std::pair { "wsa:ActionNotSupported", Failure::configuration },
            std::pair { "wsa:EndpointUnavailable", Failure::unavailable },
            std::pair { "unbound:Strange", Failure::bad_page }, std::pair { "", Failure::bad_page } }) {
        auto const answer = read(fault11(code));
        EXPECT_EQ(failure_of(answer), failure) << code;
        EXPECT_THAT(answer.error().what, Not(HasSubstr("123456782")));
    }
    EXPECT_EQ(failure_of(read(fault12("e:Receiver", "e:Iets"))), Failure::unavailable);
    EXPECT_EQ(failure_of(read(fault12("e:Sender", "wsse:FailedCheck"))), Failure::refused);
    EXPECT_EQ(failure_of(read(fault12("e:Sender", "e:Iets"))), Failure::bad_page);
}

TEST(SoapAnswer, ReadsRulesInTheDetailOfAFaultFirst)
{
    auto const answer = read(fault11("s:Server", "<Vraagfout/>"));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->means, Meaning::set_aside);
}

TEST(SoapAnswer, MustBeToTheQuestion)
{
    auto const header = [](std::string const & id) {
        return fmt::format(R"(<s:Header><a:RelatesTo xmlns:a="{}">{}</a:RelatesTo></s:Header>)", space_addressing, id);
    };
    auto const text = [&](std::string const & head) {
        return envelope(R"(<x:Antwoord xmlns:x="http://dingen.example/v1"><Ding/><Ref>r1</Ref></x:Antwoord>)", head);
    };
    std::string const addressed = "action = \"http://a\"\naddressing = true\n";
    std::string const referring = "reference = \"d:Antwoord/Ref\"\n";
    EXPECT_TRUE(read(text(header("urn:1")), { "urn:1", "" }, addressed));
    EXPECT_EQ(failure_of(read(text(header("urn:2")), { "urn:1", "" }, addressed)), Failure::bad_page);
    EXPECT_EQ(failure_of(read(text(""), { "urn:1", "" }, addressed)), Failure::bad_page);
    EXPECT_EQ(failure_of(read(fault11("s:Server"), { "urn:1", "" }, addressed)), Failure::unavailable);
    EXPECT_TRUE(read(text(""), { "", "r1" }, referring));
    EXPECT_EQ(failure_of(read(text(""), { "", "r2" }, referring)), Failure::bad_page);
}

TEST(SoapAnswer, SaysWhereTheNextPartBegins)
{
    auto const ding = [](int number) { return fmt::format("<Ding><Nummer>{}&amp;</Nummer></Ding>", number); };
    auto const answer = read(things_answer(ding(1) + ding(2) + "<Meer>true</Meer>"));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->more);
    EXPECT_EQ(answer->start, "<Vanaf>2&amp;</Vanaf>");
    EXPECT_FALSE(read(things_answer(ding(1) + "<Meer>false</Meer>"))->more);
    EXPECT_FALSE(read(things_answer(ding(1)))->more);
}

TEST(SoapAnswer, IsNoAnswerWhenItIsNoMessage)
{
    std::string deep;
    for (int i = 0; i < 70; ++i) {
        deep = "<a>" + deep + "</a>";
    }
    for (auto const & text : { std::string(), std::string("<html><body>Onderhoud</body></html>"), std::string("{}"),
             things_answer("<Ding/>").substr(0, 80), envelope("") + "x",
             std::string("<!DOCTYPE x [<!ENTITY a \"b\">]>") + things_answer("<Ding>&a;</Ding>"), envelope(deep),
             std::string(R"(<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>)"),
             std::string(
                 R"(<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/><s:Body/></s:Envelope>)"),
             envelope("") }) {
        EXPECT_EQ(failure_of(read(text)), Failure::bad_page) << text.substr(0, 100);
    }
}

TEST(SoapMessage, IsWrittenWithEverythingEscaped)
{
    Message message;
    message.body = filled_in("<V>{key}</V>{start}{niets}", { { "key", "<&\">" } }, { { "start", "<S/>" } });
    EXPECT_EQ(message.body, "<V>&lt;&amp;&quot;&gt;</V><S/>{niets}");
    message.version = settings::Service::Version::soap12;
    message.addressing = { "https://naar?oin=1&x=2", "van", "doe", "urn:uuid:1", {} };
    auto const opened = open_envelope(compose(message, {}), 64);
    ASSERT_TRUE(opened) << opened.error().what;
    EXPECT_EQ(text_of(*child(*opened->header, space_addressing, "To")), "https://naar?oin=1&x=2");
    EXPECT_EQ(text_of(*child(*opened->header, space_addressing, "MessageID")), "urn:uuid:1");
    EXPECT_EQ(space_of(*opened->body), space_soap12);
}

TEST(SoapMessage, HasTimesAndNumbersInTheirForms)
{
    auto const instant = Instant(std::chrono::milliseconds(1'795'345'206'078));
    EXPECT_EQ(utc(instant), "2026-11-22T11:00:06.078Z");
    EXPECT_EQ(local_compact(instant).size(), 17U);
    EXPECT_THAT(new_uuid(), testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"));
    EXPECT_EQ(new_uuid().size(), 36U);
    EXPECT_NE(new_uuid(), new_uuid());
}

} // namespace ketensync::connectors::soap
