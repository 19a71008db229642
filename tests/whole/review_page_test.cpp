// Judging pairs, on its page.

#include "tests/whole/operator_pages.hpp"

namespace ketensync::whole {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(OperatorPages, ShowAPairSideBySideAndWhatWouldBecomeOfIt)
{
    doubt(1, 3);
    start_service();
    EXPECT_EQ(get("olga", "/beoordelen").status, 403);
    EXPECT_EQ(get("rita", "/beoordelen").status, 403);
    auto const page = get("anna", "/beoordelen").body;
    EXPECT_THAT(page, HasSubstr("Jans<mark>s</mark>en"));
    EXPECT_THAT(page, HasSubstr("lijkt erop"));
    EXPECT_THAT(page, HasSubstr("Ge&lt;b&gt;heim&lt;/b&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<b>heim")));
    EXPECT_THAT(page, HasSubstr("Zo wordt het als zij dezelfde zijn"));
    EXPECT_THAT(page, Not(HasSubstr("Wat de computer ervan vond"))) << "it would lead";
    EXPECT_THAT(page, Not(HasSubstr("bits")));
    for (auto const * key : { "1", "2", "3", "u" }) {
        EXPECT_THAT(page, HasSubstr(fmt::format("accesskey=\"{0}\" data-toets=\"{0}\"", key)));
    }
    EXPECT_THAT(get("anna", "/toetsen.js").body, HasSubstr("data-toets"));
    end_service();
}

TEST_F(OperatorPages, JudgeAndTakeBackAsTheCommandLineDoes)
{
    doubt(1, 3, 9);
    doubt(5, 7, 5);
    start_service();
    Fields const same { { "a", "1" }, { "b", "3" }, { "wat", "zelfde" } };
    auto const judged = post("anna", "/beoordelen", "/beoordelen", same);
    ASSERT_EQ(judged.status, 303) << judged.body;
    auto const next = get("anna", judged.location).body;
    EXPECT_THAT(next, HasSubstr("Vastgelegd: dezelfde"));
    EXPECT_THAT(next, HasSubstr("Wat de computer ervan vond")) << "only now";
    EXPECT_THAT(next, HasSubstr("name=\"a\" value=\"5\""));
    EXPECT_THAT(get("anna", "/beoordelen").body, Not(HasSubstr("Vastgelegd"))) << "once";
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", same).status, 303);
    EXPECT_THAT(get("anna", "/beoordelen").body, HasSubstr("intussen al beslist"));
    EXPECT_THAT(audit(), Contains("anna judge: records 1 and 3: one"));

    EXPECT_EQ(post("bart", "/beoordelen", "/beoordelen", { { "wat", "terug" } }).status, 303);
    EXPECT_THAT(get("bart", "/beoordelen").body, HasSubstr("geen oordeel dat nog geldt")) << "it is not his";
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "wat", "terug" } }).status, 303);
    auto const again = get("anna", "/beoordelen").body;
    EXPECT_THAT(again, HasSubstr("teruggenomen"));
    EXPECT_THAT(again, HasSubstr("name=\"a\" value=\"1\"")) << "the pair is a question again, and the first one";
    EXPECT_THAT(audit(), Contains("anna judge: records 1 and 3: taken back"));

    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "a", "1" }, { "b", "3" }, { "wat", "later" } }).status, 303);
    EXPECT_THAT(get("anna", "/beoordelen").body, HasSubstr("name=\"a\" value=\"5\""));
    EXPECT_THAT(get("bart", "/beoordelen").body, HasSubstr("name=\"a\" value=\"1\"")) << "another may know";
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "a", "5" }, { "b", "7" }, { "wat", "anders" } }).status, 303);
    EXPECT_THAT(audit(), Contains("anna judge: records 5 and 7: two"));
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM judgement WHERE taken_back IS NULL AND who = 'anna'"), 1);
}

TEST_F(OperatorPages, JudgeNothingForWhoMayNotOrCannotHaveMeantIt)
{
    doubt(1, 3);
    start_service();
    Fields const same { { "a", "1" }, { "b", "3" }, { "wat", "zelfde" } };
    EXPECT_EQ(post("olga", "/quarantaine/groep?bron=gemeente&gegevens=srg&reden=bsn-invalid", "/beoordelen", same).status, 403);
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", same, "https://evil.example").status, 403);
    EXPECT_EQ(post("anna", "/", "/beoordelen", same).status, 403);
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "a", "1" }, { "b", "1" }, { "wat", "zelfde" } }).status, 400);
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "a", "1" }, { "b", "3" }, { "wat", "wellicht" } }).status, 400);
    EXPECT_EQ(post("anna", "/beoordelen", "/beoordelen", { { "a", "7" }, { "b", "9" }, { "wat", "zelfde" } }).status, 303) << "nobody asked that";
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM judgement"), 0);
}

TEST_F(OperatorPages, BringAJudgedPairToASecondPersonWhoIsNotTold)
{
    {
        auto state = *store::Database::open(m_folder / "state" / "state.sqlite", {});
        ASSERT_TRUE(state.execute("INSERT INTO second_look(a, b, first_same, first_who, first_at) VALUES(1, 3, 1, 'anna', 0)"));
    }
    start_service();
    EXPECT_THAT(get("anna", "/beoordelen").body, HasSubstr("Er is niets te beoordelen"));
    auto const page = get("bart", "/beoordelen").body;
    EXPECT_THAT(page, HasSubstr("name=\"a\" value=\"1\""));
    EXPECT_THAT(page, Not(HasSubstr("anna")));
    EXPECT_EQ(post("bart", "/beoordelen", "/beoordelen", { { "a", "1" }, { "b", "3" }, { "wat", "anders" } }).status, 303);
    auto const after = get("bart", "/beoordelen").body;
    EXPECT_THAT(after, HasSubstr("Van 1 paar vonden twee mensen bij 0 % hetzelfde"));
    EXPECT_THAT(audit(), Contains("bart judge-again: records 1 and 3: two"));
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM judgement"), 0) << "it changes nothing";
}

TEST_F(OperatorPages, ShowTheNextOfTenThousandPairsWithin50Milliseconds)
{
    {
        auto state = *store::Database::open(m_folder / "state" / "state.sqlite", {});
        ASSERT_TRUE(state.execute("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 149) "
                                  "INSERT OR IGNORE INTO doubt SELECT 2 * x.i + 1, 2 * y.i + 1, (x.i + y.i) % 7, 'score', 0 FROM n x, n y WHERE x.i < y.i LIMIT 10000"));
        ASSERT_GE(*state.number("SELECT count(*) FROM doubt"), 10'000);
    }
    start_service();
    auto const first = get("anna", "/beoordelen");
    EXPECT_THAT(first.body, HasSubstr("Nog 10.000 paren"));
    auto const pairs = quickest("anna", "/beoordelen");
    fmt::print("first {} us, next {} us\n", first.took.count(), pairs.count());
    EXPECT_LT(pairs, 50ms);
    end_service();
}

}
