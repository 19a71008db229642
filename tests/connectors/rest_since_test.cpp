#include "connectors/rest_since.hpp"

#include "tests/connectors/rest_feed.hpp"

namespace ketensync::connectors {

using namespace std::chrono;
using As = settings::Since::As;
using testing::HasSubstr;

namespace {

Moment moment(std::string_view text)
{
    return parse_moment(text, As::timestamp).value();
}

settings::Since since(nanoseconds precision = milliseconds(1))
{
    settings::Since since;
    since.parameter = "na";
    since.field = "gewijzigd";
    since.precision = precision;
    since.missing_allowed = false;
    return since;
}

/// Documents with a moment of change, of which a source shows those at or behind `na`, two on a page.
struct Changing {
    std::vector<std::pair<int, std::string>> documents;
    std::vector<std::string> asked;

    Rest rest { [this](Request const & request) { return answer(request); } };

    Changing()
    {
        rest.feed.reads = settings::Reads::changes;
        rest.feed.paging.items = "items";
        rest.feed.paging.items_known = true;
        rest.feed.since = since();
    }

    Answer answer(Request const & request)
    {
        auto const found = request.parameters.find("na");
        auto const from = found == request.parameters.end() ? std::string() : found->second;
        auto const number = std::stoul(request.parameters.at("pageNumber"));
        if (number == 1) {
            asked.push_back(from);
        }
        std::vector<std::string> shown;
        for (auto const & [id, changed] : documents) {
            if (changed.empty() || from.empty() || moment(changed) >= moment(from)) {
                shown.push_back(changed.empty() ? fmt::format(R"({{"id":{}}})", id)
                                                : fmt::format(R"({{"id":{},"gewijzigd":"{}"}})", id, changed));
            }
        }
        std::string items;
        for (auto i = (number - 1) * 2; i < std::min(shown.size(), number * 2); ++i) {
            items += (items.empty() ? "" : ",") + shown[i];
        }
        return { .body = fmt::format(R"({{"n":{},"items":[{}],"hasNextPage":{}}})", number, items, number * 2 < shown.size()) };
    }
};

} // namespace

TEST(RestSince, OrdersMomentsWhateverTheyAreWrittenAs)
{
    EXPECT_EQ(moment("2026-03-29T01:30:00Z"), moment("2026-03-29T03:30:00+02:00"));
    EXPECT_EQ(moment("2026-03-29T01:30:00Z"), moment("2026-03-28 20:30:00.000-0500"));
    EXPECT_EQ(moment("2026-03-29T01:30:00Z"), parse_moment("1774747800", As::epoch));
    EXPECT_EQ(moment("2026-03-29T01:30:00.250Z"), parse_moment("1774747800250", As::epoch_ms));
    EXPECT_LT(moment("2026-03-29T01:30:00.123456788Z"), moment("2026-03-29T01:30:00.123456789Z"));
    EXPECT_EQ(moment("2026-03-29"), moment("2026-03-29T00:00:00"));
    EXPECT_EQ(moment("2016-12-31T23:59:60Z"), moment("2016-12-31T23:59:59Z"));
    EXPECT_LT(moment("0001-01-01T00:00:00Z"), moment("1970-01-01"));
    EXPECT_GT(moment("9999-12-31T23:59:59Z"), moment("2200-01-01"));
}

TEST(RestSince, TakesNothingForAMomentThatIsNone)
{
    for (auto const * const text : { "", "gisteren", "2026-02-30", "2026-13-01", "2026-01-01T", "2026-01-01T25:00:00",
             "2026-01-01T10:00:00+2", "2026-01-01T10:00:00 Europe/Amsterdam", "01-02-2026", "+2026-01-01" }) {
        EXPECT_FALSE(parse_moment(text, As::timestamp)) << text;
    }
    EXPECT_FALSE(parse_moment("12.5", As::epoch));
    EXPECT_FALSE(parse_moment("", As::epoch_ms));
}

TEST(RestSince, NeverRoundsUpWhatItAsksWith)
{
    auto const newest = moment("2026-01-31T10:20:30.987654321Z");
    for (auto const & [precision, text] : { std::pair(nanoseconds(1), "2026-01-31T10:20:30.987654321Z"),
             std::pair(nanoseconds(microseconds(1)), "2026-01-31T10:20:30.987654Z"),
             std::pair(nanoseconds(milliseconds(1)), "2026-01-31T10:20:30.987Z"),
             std::pair(nanoseconds(seconds(1)), "2026-01-31T10:20:30Z"),
             std::pair(nanoseconds(minutes(1)), "2026-01-31T10:20:00Z") }) {
        EXPECT_EQ(asked_with(since(precision), newest), text);
    }
    auto open = since(seconds(1));
    open.closed = false;
    EXPECT_EQ(asked_with(open, newest), "2026-01-31T10:20:29Z");
    open.lookback = minutes(3);
    EXPECT_EQ(asked_with(open, newest), "2026-01-31T10:17:29Z");
    auto date = since(hours(24));
    date.as = As::date;
    date.lookback = hours(24);
    EXPECT_EQ(asked_with(date, newest), "2026-01-30");
    date.as = As::epoch;
    EXPECT_EQ(asked_with(date, moment("1969-12-31T12:00:00Z")), "-172800");
}

TEST(RestSince, AsksFromTheNewestOfTheReadingBefore)
{
    Changing changing;
    changing.documents = { { 1, "2026-01-01T10:00:00Z" }, { 2, "2026-01-03T10:00:00Z" }, { 3, "2026-01-02T10:00:00Z" } };
    auto const first = changing.rest.read_all();
    ASSERT_FALSE(first.error) << first.error->what;
    EXPECT_EQ(first.bodies.size(), 2U);
    auto const second = changing.rest.read_all(first.cursor);
    EXPECT_THAT(second.bodies, testing::ElementsAre(HasSubstr("\"id\":2")));
    EXPECT_EQ(second.cursor, first.cursor);
    EXPECT_THAT(changing.asked, testing::ElementsAre("", "2026-01-03T10:00:00.000Z"));
}

TEST(RestSince, FindsWhatIsShownLateWithinTheLookback)
{
    Changing changing;
    changing.rest.feed.since->lookback = seconds(180);
    changing.documents = { { 1, "2026-01-01T10:05:00Z" } };
    auto const first = changing.rest.read_all();
    changing.documents.push_back({ 2, "2026-01-01T10:03:00Z" });
    auto const second = changing.rest.read_all(first.cursor);
    EXPECT_THAT(second.bodies, testing::ElementsAre(HasSubstr("\"id\":2")));
}

TEST(RestSince, DoesNotLetADocumentOfTheFutureMoveItOn)
{
    Changing changing;
    changing.rest.around.clock.set(Instant(sys_days(year(2026) / 1 / 2)));
    changing.documents = { { 1, "2099-01-01T00:00:00Z" }, { 2, "2026-01-01T00:00:00Z" } };
    auto const first = changing.rest.read_all();
    EXPECT_THAT(first.bodies, testing::ElementsAre(HasSubstr("2099")));
    changing.documents.push_back({ 3, "2026-01-02T00:00:00Z" });
    auto const second = changing.rest.read_all(first.cursor);
    EXPECT_EQ(changing.asked.back(), "2026-01-02T00:00:00.000Z");
    EXPECT_THAT(second.bodies, testing::ElementsAre(HasSubstr("\"id\":3")));
}

TEST(RestSince, StopsAtADocumentThatDoesNotSayWhenUnlessAllowed)
{
    Changing changing;
    changing.documents = { { 1, "" }, { 2, "2026-01-01T00:00:00Z" } };
    expect(changing.rest.read_all(), Failure::bad_page, "1 documents have no 'gewijzigd'");
    changing.rest.feed.since->missing_allowed = true;
    EXPECT_EQ(changing.rest.read_all().bodies.size(), 1U);
    changing.documents[0].second = "gisteren";
    Rest other([](Request const &) { return Answer { .body = R"({"items":[{"gewijzigd":"gisteren"}],"hasNextPage":false})" }; });
    other.feed = changing.rest.feed;
    expect(other.read_all(), Failure::bad_page, "no moment");
}

TEST(RestSince, ReadsTiesOverManyPagesOnceAcrossARestart)
{
    Changing changing;
    for (int id = 1; id <= 21; ++id) {
        changing.documents.push_back({ id, "2026-01-01T10:00:00Z" });
    }
    std::string cursor;
    std::string all;
    for (int page = 0; page < 11; ++page) {
        // Each page by a connector of its own, as after a crash.
        auto const read = open_rest(changing.rest.source, changing.rest.feed, changing.rest.around.surroundings()).value()->read(cursor, {});
        ASSERT_TRUE(read) << read.error().what;
        all += read->body.bytes();
        cursor = read->cursor_after;
        EXPECT_LT(cursor.size(), 4096U);
        EXPECT_EQ(read->last, page == 10);
    }
    for (int id = 1; id <= 21; ++id) {
        auto const text = fmt::format("\"id\":{},", id);
        EXPECT_EQ(all.find(text), all.rfind(text));
        EXPECT_NE(all.find(text), std::string::npos);
    }
}

TEST(RestSince, HandsOnATokenItDoesNotUnderstand)
{
    Rest rest([](Request const & request) {
        auto const found = request.parameters.find("delta");
        return Answer { .body = found == request.parameters.end() ? R"({"items":[1],"delta":"a+b/=="})"
                                                                  : fmt::format(R"({{"items":[],"van":"{}"}})", found->second) };
    }, By::none);
    rest.feed.since = since();
    rest.feed.since->as = As::token;
    rest.feed.since->parameter = "delta";
    rest.feed.since->token = "delta";
    rest.feed.since->field.clear();
    auto const first = rest.read_all();
    ASSERT_FALSE(first.error) << first.error->what;
    auto const second = rest.read_all(first.cursor);
    EXPECT_THAT(second.bodies, testing::ElementsAre(HasSubstr("\"van\":\"a+b/==\"")));
    EXPECT_EQ(second.cursor, first.cursor);
}

} // namespace ketensync::connectors
