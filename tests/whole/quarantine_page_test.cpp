// What was set aside, on its pages.

#include "tests/whole/operator_pages.hpp"

namespace ketensync::whole {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr auto group = "/quarantaine/groep?bron=gemeente&gegevens=srg&reden=bsn-invalid";
Fields act_on_group(std::string const & what)
{
    return { { "bron", "gemeente" }, { "gegevens", "srg" }, { "reden", "bsn-invalid" }, { "id", "0" }, { "aantal", "1" }, { "waarom", "bron hersteld" }, { "wat", what } };
}

}

TEST_F(OperatorPages, AreClosedToWhomTheProxyDoesNotName)
{
    start_service();
    for (auto const * path : { "/quarantaine", group, "/beoordelen" }) {
        EXPECT_EQ(ask("GET", path, {}, "").status, 403) << path;
        EXPECT_EQ(ask("GET", path, { { "X-Remote-User", "anna" } }, "").status, 403) << path;
        EXPECT_EQ(ask("GET", path, { { "X-Remote-User", "anna" }, { "X-Ketensync-Proxy", "guess" } }, "").status, 403) << path;
        EXPECT_EQ(get("zomaar", path).status, 403) << path;
    }
    EXPECT_EQ(ask("GET", "/", {}, "").status, 200) << "that shows nobody";
    EXPECT_EQ(ask("POST", "/", as("anna"), "a=b").status, 405);
    end_service();
}

TEST_F(OperatorPages, ListWhatWasSetAsideWithoutItsValues)
{
    start_service();
    auto const groups = get("rita", "/quarantaine");
    EXPECT_EQ(groups.status, 200);
    EXPECT_THAT(groups.body, HasSubstr("Gemeente &lt;Oost&gt;"));
    EXPECT_THAT(groups.body, HasSubstr(">bsn-invalid</a>"));
    EXPECT_THAT(groups.body, HasSubstr("aangemeld als rita"));
    auto const records = get("rita", group);
    EXPECT_EQ(records.status, 200);
    EXPECT_THAT(records.body, HasSubstr("Nummer 1"));
    EXPECT_THAT(records.body, Not(HasSubstr("<form")));
    for (auto const & page : { groups, records, get("olga", group), get("bart", group) }) {
        EXPECT_THAT(page.body, Not(HasSubstr("111111111")));
        EXPECT_THAT(page.body, Not(HasSubstr("19800506")));
    }
    EXPECT_THAT(get("rita", "/quarantaine/groep?bron=%3Cscript%3E&gegevens=x&reden=y&gedaan=weg&hoeveel=%3Cb%3E").body, Not(HasSubstr("<script>")));
    end_service();
}

TEST_F(OperatorPages, ThatActAreInTheLanguageOfWhoReads)
{
    doubt(1, 3);
    start_service();
    auto english = as("anna");
    english.emplace_back("Accept-Language", "en");
    for (auto const & [path, text] : { std::pair(std::string("/quarantaine"), "1 record was set aside"), { std::string(group), "Try all again" },
             { std::string("/beoordelen"), "Are these the same?" } }) {
        auto const page = ask("GET", path, english, "");
        EXPECT_EQ(page.status, 200) << path;
        EXPECT_THAT(page.body, testing::AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr(text))) << path;
        EXPECT_THAT(get("anna", path + (path.find('?') == std::string::npos ? "?taal=en" : "&taal=en")).headers["set-cookie"], HasSubstr("taal=en"));
    }
    english[0].second = "rita";
    EXPECT_THAT(ask("GET", "/beoordelen", english, "").body, HasSubstr("You may not do that"));
    end_service();
}

TEST_F(OperatorPages, ShowARecordAsItCameOnlyToWhoReviewsAndSayThatTheyDid)
{
    start_service();
    Fields const one { { "id", "1" } };
    EXPECT_EQ(post("olga", group, "/quarantaine/bekijk", one).status, 403);
    EXPECT_THAT(audit(), Not(Contains(HasSubstr("quarantine-look"))));
    auto const shown = post("bart", group, "/quarantaine/bekijk", one);
    EXPECT_EQ(shown.status, 200) << shown.body;
    EXPECT_THAT(shown.body, HasSubstr("111111111"));
    EXPECT_THAT(audit(), Contains("bart quarantine-look: number 1 of gemeente/srg"));
    EXPECT_EQ(get("bart", "/quarantaine/bekijk").status, 400) << "a link leads to nobody's data";
    EXPECT_EQ(post("bart", group, "/quarantaine/bekijk", { { "id", "4711" } }).status, 404);
    end_service();
}

TEST_F(OperatorPages, TryAgainAndDropWithAReasonAsTheCommandLineDoes)
{
    start_service();
    auto const tried = post("olga", group, "/quarantaine/doe", act_on_group("opnieuw"));
    ASSERT_EQ(tried.status, 303) << tried.body;
    auto const after = follow("olga", tried);
    EXPECT_THAT(after.body, HasSubstr("1 gegeven is opnieuw geprobeerd"));
    EXPECT_THAT(after.body, HasSubstr("2 keer geprobeerd")) << "it is as wrong as it was";
    auto const dropped = post("anna", group, "/quarantaine/doe", act_on_group("weg"));
    ASSERT_EQ(dropped.status, 303) << dropped.body;
    EXPECT_THAT(follow("anna", dropped).body, HasSubstr("1 gegeven is weggegooid"));
    EXPECT_THAT(get("anna", "/quarantaine").body, HasSubstr("niets apart gezet"));
    EXPECT_THAT(audit(), Contains("olga quarantine-retry: 1 documents: bron hersteld"));
    EXPECT_THAT(audit(), Contains("anna quarantine-drop: 1 documents: bron hersteld"));
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM quarantine"), 0);
}

TEST_F(OperatorPages, DoNothingForWhoMayNotOrCannotHaveMeantIt)
{
    start_service();
    auto const before = audit().size();
    auto unsaid = act_on_group("weg");
    unsaid[5].second = "";
    auto unknown = act_on_group("alles");
    EXPECT_EQ(post("rita", group, "/quarantaine/doe", act_on_group("weg")).status, 403);
    EXPECT_EQ(post("bart", group, "/quarantaine/doe", act_on_group("weg")).status, 403);
    EXPECT_EQ(post("olga", group, "/quarantaine/doe", act_on_group("weg"), "https://evil.example").status, 403);
    EXPECT_EQ(post("olga", "/", "/quarantaine/doe", act_on_group("weg")).status, 403) << "without the proof of a page";
    EXPECT_EQ(post("olga", group, "/quarantaine/doe", unsaid).status, 400);
    EXPECT_EQ(post("olga", group, "/quarantaine/doe", unknown).status, 400);
    EXPECT_EQ(get("olga", "/quarantaine/doe").status, 400);
    EXPECT_EQ(audit().size(), before);
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM quarantine"), 1);
}

TEST_F(OperatorPages, ListAHundredThousandWithin50Milliseconds)
{
    {
        auto state = *store::Database::open(m_folder / "state" / "state.sqlite", {});
        ASSERT_TRUE(state.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
                                  "INSERT INTO quarantine(feed, key_high, key_low, version, reason, detail, place, raw, first_seen, tries) "
                                  "SELECT (SELECT id FROM feed LIMIT 1), i, i, 1, 'code-unknown-' || (i % 20), 'a sentence that says what is wrong', 'mapping.toml:1:1', "
                                  "zeroblob(500), i, 1 FROM n"));
    }
    start_service();
    auto const groups = quickest("rita", "/quarantaine");
    auto const source = number("SELECT count(*) FROM feed f JOIN source s ON s.id = f.source WHERE s.name = 'uwv' AND f.id = (SELECT id FROM feed LIMIT 1)") == 1
        ? "bron=uwv&gegevens=werkzoekenden"
        : "bron=gemeente&gegevens=srg";
    auto const path = fmt::format("/quarantaine/groep?{}&reden=code-unknown-7&na=50000", source);
    EXPECT_THAT(get("rita", path).body, HasSubstr("Volgende 50"));
    auto const records = quickest("rita", path);
    fmt::print("groups {} us, records {} us\n", groups.count(), records.count());
    EXPECT_LT(groups, 50ms);
    EXPECT_LT(records, 50ms);
    end_service();
}

}
