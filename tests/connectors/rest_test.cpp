#include "connectors/rest.hpp"

#include "tests/connectors/rest_feed.hpp"

namespace ketensync::connectors {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::string page(Request const & request, int pages)
{
    auto const number = std::stoi(request.parameters.at("pageNumber"));
    return fmt::format(R"({{"n":{},"items":[1],"hasNextPage":{},"totaal":{}}})", number, number < pages, pages);
}

} // namespace

TEST(Rest, ReadsPageAfterPage)
{
    Rest rest([](Request const & request) { return Answer { .body = page(request, 5) }; });
    rest.feed.paging.total = "totaal";
    auto const read = rest.read_all();
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_EQ(read.bodies.size(), 5U);
    EXPECT_THAT(read.bodies.back(), HasSubstr("\"n\":5"));
    EXPECT_EQ(read.origins.front(), "page 1");
    EXPECT_EQ(read.total, 5U);
    auto const request = rest.server.requests().front();
    EXPECT_EQ(request.path, "/api/persons");
    EXPECT_EQ(request.parameters.at("pageSize"), "250");
    EXPECT_EQ(request.headers.at("accept"), "application/json");
    EXPECT_EQ(rest.server.connections(), 1);
}

TEST(Rest, ReadsOneAnswerWithoutPaging)
{
    Rest rest(
        [](Request const & request) { return Answer { .body = request.parameters.empty() ? "[]" : "?" }; }, By::none);
    auto const read = rest.read_all();
    EXPECT_THAT(read.bodies, ElementsAre("[]"));
    EXPECT_EQ(rest.server.requests().size(), 1U);
}

TEST(Rest, CountsPagesWhereTheSourceOnlyTellsATotal)
{
    Rest rest([](Request const & request) {
        return Answer { .body
            = fmt::format(R"({{"items":[{0}1,{0}2],"totaal":6}})", request.parameters.at("pageNumber")) };
    });
    rest.feed.paging.more.clear();
    rest.feed.paging.total = "totaal";
    rest.feed.paging.items = "items";
    rest.feed.paging.items_known = true;
    EXPECT_EQ(rest.read_all().bodies.size(), 3U);
}

TEST(Rest, AddsItsParametersToAQuery)
{
    Rest rest([](Request const & request) {
        return Answer { .body = page(request, request.parameters.at("soort") == "a b" ? 1 : 9) };
    });
    rest.feed.path = "/persons?soort=a%20b";
    EXPECT_EQ(rest.read_all().bodies.size(), 1U);
}

TEST(Rest, SendsTheHeadersOfTheSource)
{
    Rest rest(
        [](Request const & request) {
            return Answer { .body = request.headers.at("x-oin") + request.headers.at("accept") };
        },
        By::none);
    rest.source.headers = { { "X-OIN", "1" }, { "Accept", "text/csv" } };
    EXPECT_THAT(rest.read_all().bodies, ElementsAre("1text/csv"));
    rest.source.headers = { { "X-OIN", "1\r\nX-Meer: 2" } };
    expect(rest.read_all(), Failure::configuration, "control character");
}

TEST(Rest, RefusesASourceThatRepeatsAPage)
{
    Rest rest([](Request const &) { return Answer { .body = R"({"items":[1],"hasNextPage":true})" }; });
    auto const read = rest.read_all();
    expect(read, Failure::bad_page, "the source repeats page 1");
    EXPECT_LE(rest.server.requests().size(), 3U);
}

TEST(Rest, BoundsASourceThatNeverEnds)
{
    Rest rest([](Request const & request) { return Answer { .body = page(request, 1'000'000) }; });
    rest.around.limits.pages_max = 7;
    auto const read = rest.read_all();
    expect(read, Failure::bad_page, "more than 7 pages");
    EXPECT_EQ(read.bodies.size(), 7U);
}

TEST(Rest, RefusesAPageThatDoesNotSayWhetherThereIsAnother)
{
    for (auto const * const body :
        { R"({"items":[]})", R"({"hasNextPage":null})", R"({"hasNextPage":"ja"})", R"({"hasNextPage":1})", "[]" }) {
        Rest rest([body](Request const &) { return Answer { .body = body }; });
        expect(rest.read_all(), Failure::bad_page, "page 1: 'hasNextPage' does not say");
    }
}

TEST(Rest, RefusesAPageThatIsNotJson)
{
    for (auto const * const body : { "<html><body>Inloggen</body></html>", "", "{\"items\":[1,2", "fout" }) {
        Rest rest([body](Request const &) { return Answer { .body = body }; });
        expect(rest.read_all(), Failure::bad_page, "page 1: the page is");
    }
}

TEST(Rest, RefusesATotalThatIsNoNumber)
{
    for (auto const * const total : { "-1", "1.5", "\"veel\"", "true", "99999999999999999999999" }) {
        Rest rest([total](Request const &) {
            return Answer { .body = fmt::format(R"({{"hasNextPage":false,"totaal":{}}})", total) };
        });
        rest.feed.paging.total = "totaal";
        expect(rest.read_all(), Failure::bad_page, "'totaal' is not a number of documents");
    }
}

TEST(Rest, GoesOnFromACursorAfterARestart)
{
    Rest rest([](Request const & request) { return Answer { .body = page(request, 5) }; });
    auto const first = open_rest(rest.source, rest.feed, rest.around.surroundings()).value()->read("", {});
    auto const read = rest.read_all(first->cursor_after);
    EXPECT_EQ(read.bodies.size(), 4U);
    EXPECT_EQ(read.origins.front(), "page 2");
}

TEST(Rest, ReadsTheChildrenOfEveryParent)
{
    Rest rest([](Request const & request) -> Answer {
        auto const number = request.parameters.at("pageNumber");
        if (request.path == "/api/offerings") {
            return { .body = number == "1"
                    ? R"({"items":[{"offeringId":"a/b"},{"offeringId":"c"}],"hasNextPage":true})"
                    : R"({"items":[{"offeringId":"c"},{"offeringId":"d"}],"hasNextPage":false})" };
        }
        bool const more = request.path == "/api/offerings/c/associations" && number == "1";
        return { .body
            = fmt::format(R"({{"of":"{}","items":[],"hasNextPage":{}}})", request.path.substr(15) + number, more) };
    });
    rest.feed.path = "/offerings/{parent}/associations";
    rest.feed.parent = settings::Parent { "/offerings", "items", "offeringId" };
    auto const read = rest.read_all();
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_THAT(read.origins,
        ElementsAre("page 1 of parent 1", "page 1 of parent 2", "page 2 of parent 2", "page 1 of parent 3"));
    EXPECT_THAT(read.bodies[0], HasSubstr("a/b/associations1"));
    EXPECT_THAT(read.bodies[2], HasSubstr("c/associations2"));
    // From the middle, in a new connector; and from a parent that is gone.
    EXPECT_EQ(rest.read_all("page=2&parent=c").bodies.size(), 2U);
    EXPECT_EQ(rest.read_all("page=2&parent=weg").bodies.size(), 4U);
    EXPECT_EQ(rest.read_all("onzin").bodies.size(), 4U);
}

TEST(Rest, TakesEqualPagesOfDifferentParents)
{
    Rest rest([](Request const & request) -> Answer {
        return { .body = request.path == "/api/p" ? R"({"items":[{"id":1},{"id":2}],"hasNextPage":false})"
                                                  : R"({"items":[],"hasNextPage":false})" };
    });
    rest.feed.path = "/p/{parent}";
    rest.feed.parent = settings::Parent { "/p", "items", "id" };
    EXPECT_EQ(rest.read_all().bodies.size(), 2U);
}

TEST(Rest, HasNothingToReadWithoutParents)
{
    Rest rest([](Request const &) { return Answer { .body = R"({"items":[],"hasNextPage":false})" }; });
    rest.feed.parent = settings::Parent { "/p", "items", "id" };
    EXPECT_THAT(rest.read_all().bodies, ElementsAre(""));
}

TEST(Rest, RefusesAListOfParentsThatIsNotSound)
{
    for (auto const & [body, what] : { std::pair(R"({"items":[{"id":".."}],"hasNextPage":false})", "no usable 'id'"),
             std::pair(R"({"items":[{"id":null}],"hasNextPage":false})", "no usable 'id'"),
             std::pair(R"({"items":[{}],"hasNextPage":false})", "no usable 'id'"),
             std::pair(R"({"items":[3],"hasNextPage":false})", "no usable 'id'"),
             std::pair(R"({"items":[{"id" 1}],"hasNextPage":false})", "not sound JSON"),
             std::pair(R"({"hasNextPage":false})", "no list 'items'"),
             std::pair(R"({"items":[],"hasNextPage":true})", "repeats page 1") }) {
        Rest rest([body = body](Request const &) { return Answer { .body = body }; });
        rest.feed.parent = settings::Parent { "/p", "items", "id" };
        expect(rest.read_all(), Failure::bad_page, what);
    }
}

TEST(Rest, RefusesAPathWithoutItsSlash)
{
    Rest rest([](Request const &) { return Answer {}; });
    rest.feed.path = "persons";
    expect(rest.read_all(), Failure::configuration, "does not start with a slash");
}

TEST(Rest, FetchesOneTokenForAllFeedsOfASource)
{
    int tokens = 0;
    Rest rest([&tokens](Request const & request) -> Answer {
        if (request.path == "/token") {
            ++tokens;
            return { .body = R"({"access_token":"t1","expires_in":3600})" };
        }
        return request.headers.count("authorization") != 0 && request.headers.at("authorization") == "Bearer t1"
            ? Answer { .body = page(request, 2) }
            : Answer { .status = 401 };
    });
    rest.around.secrets_folder.write("geheim", "s");
    rest.source.auth.by = settings::Auth::By::oauth2_client_credentials;
    rest.source.auth.token_address = rest.server.address() + "/token";
    rest.source.auth.client_id = "ons";
    rest.source.auth.secret = "geheim";
    for (int feed = 0; feed < 3; ++feed) {
        EXPECT_EQ(rest.read_all().bodies.size(), 2U);
    }
    EXPECT_EQ(tokens, 1);
}

} // namespace ketensync::connectors
