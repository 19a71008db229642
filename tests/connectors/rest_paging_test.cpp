#include "tests/connectors/rest_feed.hpp"

#include <algorithm>
#include <array>
#include <atomic>

// Lists in every form in which a source may give them, and how they may end badly.

namespace ketensync::connectors {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

/// A list of so many documents behind one kind of paging.
struct List {
    std::size_t documents = 11;
    std::size_t page_max = 4; ///< the source gives no more on a page, whatever it is asked for
    std::string host; ///< in links; empty: relative
    std::function<void(std::size_t from, Answer & answer)> spoil {};

    Rest rest { [this](Request const & request) { return answer(request); } };

    explicit List(By by)
    {
        auto & paging = rest.feed.paging;
        paging.by = by;
        paging.items = "items";
        paging.items_known = true;
        paging.next = "next";
        paging.size = 250;
        paging.page_parameter = by == By::offset ? "offset" : by == By::cursor ? "cursor" : "pageNumber";
        paging.size_parameter = by == By::offset ? "limit" : "";
        if (by == By::page_number) {
            paging.more.clear();
        }
    }

    static std::size_t from_of(Request const & request, std::size_t size)
    {
        auto const & parameters = request.parameters;
        if (auto const at = parameters.find("pageNumber"); at != parameters.end()) {
            return (std::stoul(at->second) - 1) * size;
        }
        for (auto const * const name : { "offset", "cursor", "from" }) {
            if (auto const at = parameters.find(name); at != parameters.end()) {
                return std::stoul(at->second.substr(at->second.find_first_of("0123456789")));
            }
        }
        return 0;
    }

    Answer answer(Request const & request)
    {
        auto const from = from_of(request, page_max);
        auto const to = std::min(documents, from + page_max);
        std::string items;
        for (auto i = from; i < to; ++i) {
            items += fmt::format("{}{{\"id\":{}}}", items.empty() ? "" : ",", i);
        }
        Answer answer;
        auto const link = fmt::format("{}/api/persons?from={}", host, to);
        auto const by = rest.feed.paging.by;
        auto const next = to >= documents ? std::string("null")
            : by == By::next_link         ? "\"" + link + "\""
                                          : fmt::format("\"c{}\"", to);
        answer.body = fmt::format(R"({{"items":[{}],"next":{},"total":{}}})", items, next, documents);
        if (by == By::link_header && to < documents) {
            answer.headers["Link"] = fmt::format("<{}>; rel=\"next\"", link);
        }
        if (spoil) {
            spoil(from, answer);
        }
        return answer;
    }

    /// How many different documents came, or nothing when the reading failed.
    std::size_t read(Rest::Read const & read) const
    {
        std::size_t found = 0;
        for (std::size_t id = 0; id < documents; ++id) {
            auto const text = fmt::format("\"id\":{}}}", id);
            found += std::any_of(read.bodies.begin(), read.bodies.end(),
                         [&](auto const & body) { return body.find(text) != std::string::npos; })
                ? 1U
                : 0U;
        }
        return read.error ? 0 : found;
    }
};

constexpr std::array every_kind { By::page_number, By::offset, By::cursor, By::next_link, By::link_header };

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    if (auto const at = text.find(from); at != std::string::npos) {
        text.replace(at, from.size(), to);
    }
    return text;
}

} // namespace

TEST(RestPaging, ReadsEveryKindToItsEndThoughTheSourceGivesLessThanAsked)
{
    for (auto const by : every_kind) {
        List list(by);
        auto const read = list.rest.read_all();
        ASSERT_FALSE(read.error) << read.error->what;
        EXPECT_EQ(list.read(read), 11U) << static_cast<int>(by);
        EXPECT_LE(list.rest.server.requests().size(), 4U) << static_cast<int>(by);
    }
}

TEST(RestPaging, EndsAtTheDeclaredTotalWithoutAnotherRequest)
{
    for (auto const by : { By::page_number, By::offset }) {
        List list(by);
        list.documents = 12;
        list.rest.feed.paging.total = "total";
        auto const read = list.rest.read_all();
        EXPECT_EQ(list.read(read), 12U);
        EXPECT_EQ(read.total, 12U);
        EXPECT_EQ(list.rest.server.requests().size(), 3U);
    }
}

TEST(RestPaging, RefusesAListThatEndsBeforeItsDeclaredTotal)
{
    for (auto const by : every_kind) {
        List list(by);
        list.rest.feed.paging.total = "total";
        list.spoil = [](std::size_t, Answer & answer) { answer.body = replaced(answer.body, "\"total\":11", "\"total\":14"); };
        expect(list.rest.read_all(), Failure::bad_page, "says 14 documents and stops after 11");
        EXPECT_LE(list.rest.server.requests().size(), 5U);
    }
}

TEST(RestPaging, EndsAtAnEmptyPageThatStillLeadsOn)
{
    for (auto const by : { By::cursor, By::next_link, By::link_header }) {
        List list(by);
        list.spoil = [by](std::size_t from, Answer & answer) {
            if (from >= 8) {
                answer.body = replaced(answer.body, "\"next\":null", by == By::cursor ? "\"next\":\"c11\"" : "\"next\":\"?from=11\"");
                answer.headers["Link"] = "<?from=11>; rel=\"next\"";
            }
        };
        auto const read = list.rest.read_all();
        ASSERT_FALSE(read.error) << read.error->what;
        EXPECT_EQ(list.read(read), 11U);
        EXPECT_EQ(list.rest.server.requests().size(), 4U);
    }
}

TEST(RestPaging, RefusesATokenThatLeadsBack)
{
    for (auto const by : { By::cursor, By::next_link, By::link_header }) {
        List list(by);
        list.spoil = [by](std::size_t from, Answer & answer) {
            if (from >= 8) {
                answer.body = replaced(answer.body, "\"next\":null", by == By::cursor ? "\"next\":\"c4\"" : "\"next\":\"/api/persons?from=4\"");
                answer.headers["Link"] = "</api/persons?from=4>; rel=\"next\"";
            }
        };
        auto const read = list.rest.read_all();
        ASSERT_TRUE(read.error);
        EXPECT_EQ(read.error->failure, Failure::bad_page);
        EXPECT_LE(list.rest.server.requests().size(), 3U + 2U);
    }
}

TEST(RestPaging, RefusesATokenThatIsGivenTwice)
{
    List list(By::cursor);
    list.spoil = [](std::size_t from, Answer & answer) {
        if (from == 4) {
            answer.body = replaced(answer.body, "\"c8\"", "\"c4\"");
        }
    };
    expect(list.rest.read_all(), Failure::bad_page, "the same next page again");
    EXPECT_LE(list.rest.server.requests().size(), 4U);
}

TEST(RestPaging, RefusesAListThatIsNull)
{
    for (auto const by : every_kind) {
        List list(by);
        list.spoil = [](std::size_t from, Answer & answer) {
            if (from >= 8) {
                answer.body = R"({"items":null,"next":null,"total":11})";
            }
        };
        expect(list.rest.read_all(), Failure::bad_page, "null where a list is expected");
    }
}

TEST(RestPaging, DoesNotFollowALinkToAnotherHost)
{
    std::atomic<int> asked = 0;
    ScriptedServer const elsewhere([&asked](Request const &) {
        ++asked;
        return Answer { .body = R"({"items":[]})" };
    });
    for (auto const by : { By::next_link, By::link_header }) {
        for (auto const & host : { elsewhere.address(), std::string("https://elders.example"), std::string("//elders.example") }) {
            List list(by);
            list.host = host;
            auto const read = list.rest.read_all();
            expect(read, Failure::bad_page, "another host");
            EXPECT_THAT(read.error->what, testing::Not(HasSubstr("elders")));
        }
    }
    EXPECT_EQ(asked, 0);
}

TEST(RestPaging, TakesWholeLinksOfItsOwnOrigin)
{
    List list(By::next_link);
    list.host = list.rest.server.address();
    EXPECT_EQ(list.read(list.rest.read_all()), 11U);
}

TEST(RestPaging, FindsNamesThatHoldADot)
{
    Rest rest([](Request const & request) {
        auto const skip = request.parameters.contains("$skip");
        return Answer { .body = skip
                ? R"({"@odata.context":"c","value":[{"Id":3}]})"
                : R"({"@odata.context":"c","value":[{"Id":1},{"Id":2}],"@odata.nextLink":"/api/persons?$skip=2"})" };
    }, By::next_link);
    rest.feed.paging.next = "`@odata.nextLink`";
    rest.feed.paging.items = "value";
    rest.feed.paging.items_known = true;
    rest.feed.paging.size_parameter.clear();
    auto const read = rest.read_all();
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_THAT(read.bodies, SizeIs(2));
}

TEST(RestPaging, GoesOnBehindAnEmptyPageWhereTheSourceSaysSo)
{
    List list(By::cursor);
    list.rest.feed.paging.empty_ends = false;
    bool empty = false;
    list.spoil = [&empty](std::size_t from, Answer & answer) {
        if (from == 4 && !empty) {
            empty = true;
            answer.body = R"({"items":[],"next":"d4"})";
        }
    };
    auto const read = list.rest.read_all();
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_EQ(list.read(read), 11U);
}

TEST(RestPaging, TellsNothingOfPersonsInAFailure)
{
    // A cursor, a link and a body with somebody's number in it, and a source that fails behind each.
    for (auto const by : every_kind) {
        List list(by);
        list.spoil = [](std::size_t from, Answer & answer) {
            if (from == 0) {
                answer.body = replaced(answer.body, "\"c4\"", "\"c4-999993653\"");
                answer.body = replaced(answer.body, "from=4", "from=4&bsn=999993653");
                answer.headers["Link"] = "</api/persons?from=4&bsn=999993653>; rel=\"next\"";
            } else {
                answer = { .status = 400, .body = R"({"code":"999993653","detail":"999993653"})" };
            }
        };
        auto const read = list.rest.read_all();
        ASSERT_TRUE(read.error);
        EXPECT_THAT(read.error->what, testing::Not(HasSubstr("999993653")));
        EXPECT_THAT(list.rest.server.requests(), SizeIs(2));
    }
}

TEST(RestPaging, PostsABodyThatSaysWhichPage)
{
    std::vector<std::string> bodies;
    std::vector<std::string> types;
    Rest rest([&](Request const & request) {
        bodies.push_back(request.body);
        types.push_back(request.headers.at("content-type"));
        EXPECT_TRUE(request.parameters.empty());
        return Answer { .body = bodies.size() == 1 ? R"({"items":[1],"next":"a\"b"})" : R"({"items":[2]})" };
    }, By::cursor);
    rest.feed.paging.next = "next";
    rest.feed.paging.size_parameter = "limit";
    rest.feed.post = settings::Post { R"({"vraag":{"na":"{cursor}","aantal":{size}}})" };
    EXPECT_THAT(rest.read_all().bodies, SizeIs(2));
    EXPECT_THAT(bodies, ElementsAre(R"({"vraag":{"na":"","aantal":250}})", R"({"vraag":{"na":"a\"b","aantal":250}})"));
    EXPECT_THAT(types, ElementsAre("application/json", "application/json"));
}

TEST(RestPaging, AsksForOneAnswerAgainOnlyWhenItChanged)
{
    for (bool const by_tag : { true, false }) {
        Rest rest([by_tag](Request const & request) -> Answer {
            auto const * const name = by_tag ? "if-none-match" : "if-modified-since";
            auto const * const value = by_tag ? "\"v1\"" : "Sun, 22 Nov 2026 10:00:00 GMT";
            if (auto const found = request.headers.find(name); found != request.headers.end() && found->second == value) {
                return { .status = 304 };
            }
            return { .body = "[1]", .headers = { { by_tag ? "ETag" : "Last-Modified", value } } };
        }, By::none);
        auto const first = rest.read_all();
        EXPECT_THAT(first.bodies, ElementsAre("[1]"));
        EXPECT_FALSE(first.not_modified);
        auto const second = rest.read_all(first.cursor);
        ASSERT_FALSE(second.error) << second.error->what;
        EXPECT_TRUE(second.not_modified);
        EXPECT_EQ(second.cursor, first.cursor);
        EXPECT_THAT(rest.read_all().bodies, ElementsAre("[1]")); // from the beginning: everything
    }
}

TEST(RestPaging, TakesA304ThatNobodyAskedForAsBad)
{
    Rest rest([](Request const &) { return Answer { .status = 304 }; }, By::none);
    expect(rest.read_all(), Failure::bad_page, "answers 304");
}

} // namespace ketensync::connectors
