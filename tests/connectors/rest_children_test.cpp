#include "tests/connectors/rest_feed.hpp"

#include <set>
#include <tuple>

// Lists below other lists, and lists that a source makes when asked.

namespace ketensync::connectors {

using testing::HasSubstr;
using testing::SizeIs;

namespace {

/// Two pages, the first of which leads to the second.
std::string page_of(Request const & request)
{
    auto const number = request.parameters.at("pageNumber");
    return fmt::format(R"({{"n":{},"items":[],"hasNextPage":{}}})", number, number == "1");
}

} // namespace

TEST(RestChildren, ReadsChildrenInParallelAndInOrder)
{
    std::string parents;
    for (int i = 0; i < 12; ++i) {
        parents += fmt::format("{}{{\"id\":\"p{}\"}}", i == 0 ? "" : ",", i);
    }
    Rest rest([&](Request const & request) -> Answer {
        if (request.path == "/api/p") {
            return { .body = fmt::format(R"({{"items":[{}],"hasNextPage":false}})", parents) };
        }
        bool const more = request.path == "/api/p/p3" && request.parameters.at("pageNumber") == "1";
        return { .body = fmt::format(R"({{"of":"{}","n":{},"items":[],"hasNextPage":{}}})", request.path,
                     request.parameters.at("pageNumber"), more),
            .delay = std::chrono::milliseconds(200) };
    });
    rest.feed.path = "/p/{parent}";
    rest.feed.parent = settings::Parent { "/p", "items", "id", 4 };
    auto const start = std::chrono::steady_clock::now();
    auto const read = rest.read_all();
    auto const took = std::chrono::steady_clock::now() - start;
    ASSERT_FALSE(read.error) << read.error->what;
    ASSERT_EQ(read.bodies.size(), 13U);
    EXPECT_THAT(read.bodies[3], HasSubstr("/p3\",\"n\":1"));
    EXPECT_THAT(read.bodies[4], HasSubstr("/p3\",\"n\":2"));
    EXPECT_THAT(read.bodies[12], HasSubstr("/p11"));
    EXPECT_LT(took, std::chrono::milliseconds(13 * 200)) << "one after the other";
    EXPECT_LE(rest.server.connections(), 1 + 4);
}

TEST(RestChildren, EndsAllParallelRequestsWhenOneFails)
{
    Rest rest([](Request const & request) -> Answer {
        if (request.path == "/api/p") {
            return { .body = R"({"items":[{"id":1},{"id":2},{"id":3},{"id":4}],"hasNextPage":false})" };
        }
        return request.path == "/api/p/2" ? Answer { .status = 400 }
                                          : Answer { .body = fmt::format(R"({{"p":"{}","hasNextPage":false}})", request.path) };
    });
    rest.feed.path = "/p/{parent}";
    rest.feed.parent = settings::Parent { "/p", "items", "id", 3 };
    auto const read = rest.read_all();
    EXPECT_THAT(read.bodies, SizeIs(1));
    expect(read, Failure::bad_page, "page 1 of parent 2");
}

TEST(RestChildren, TakesAParentThatIsNotThereAnyMoreForOneWithoutChildren)
{
    for (std::uint64_t const parallel : { 1U, 3U }) {
        std::set<std::string> gone { "/api/p/2", "/api/p/4" };
        Rest rest([&gone](Request const & request) -> Answer {
            if (request.path == "/api/p") {
                return { .body = R"({"items":[{"id":1},{"id":2},{"id":3},{"id":4}],"hasNextPage":false})" };
            }
            return gone.contains(request.path) ? Answer { .status = request.path == "/api/p/2" ? 410 : 404 }
                                               : Answer { .body = fmt::format(R"({{"p":"{}","hasNextPage":false}})", request.path) };
        });
        rest.feed.path = "/p/{parent}";
        rest.feed.parent = settings::Parent { "/p", "items", "id", parallel };
        auto const read = rest.read_all();
        ASSERT_FALSE(read.error) << read.error->what;
        ASSERT_THAT(read.bodies, SizeIs(4));
        EXPECT_THAT(read.bodies[0], HasSubstr("/p/1"));
        EXPECT_EQ(read.bodies[1], "");
        EXPECT_THAT(read.bodies[2], HasSubstr("/p/3"));
        EXPECT_EQ(read.bodies[3], "");
        gone = { "/api/p/1", "/api/p/2", "/api/p/3", "/api/p/4" };
        expect(rest.read_all(), Failure::bad_page, "none of the parents is there");
    }
}

TEST(RestReport, HasAReportMadeAndWaitsForIt)
{
    int states = 0;
    Rest rest([&states](Request const & request) -> Answer {
        if (request.path == "/api/reports" && request.method == "POST") {
            EXPECT_EQ(request.body, R"({"soort":"alles"})");
            return { .status = 202, .body = R"({"id":"r/7"})" };
        }
        if (request.path == "/api/reports/r/7") {
            return { .body = ++states < 3 ? R"({"state":"bezig"})" : R"({"state":"klaar"})" };
        }
        return { .body = page_of(request) };
    });
    rest.feed.path = "/reports/{job}/data";
    rest.feed.post = settings::Post { R"({"soort":"alles"})" };
    rest.feed.job = settings::Job { "/reports", "id", "/reports/{job}", "state", { "klaar" }, { "mislukt" } };
    auto const read = rest.read_all();
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_THAT(read.bodies, SizeIs(2));
    EXPECT_EQ(states, 3);
}

TEST(RestReport, TellsWhyThereIsNoReport)
{
    for (auto const & [state, failure, what] :
        { std::tuple("mislukt", Failure::unavailable, "could not make"), std::tuple("bezig", Failure::unavailable, "not there after 60"),
            std::tuple("", Failure::bad_page, "no usable 'state'") }) {
        Rest rest([state = state](Request const & request) -> Answer {
            return { .body = request.method == "POST" ? R"({"id":"1"})" : fmt::format(R"({{"state":"{}"}})", state) };
        });
        rest.feed.path = "/reports/{job}/data";
        rest.feed.job = settings::Job { "/reports", "id", "/reports/{job}", "state", { "klaar" }, { "mislukt" } };
        rest.feed.job->timeout = std::chrono::seconds(60);
        expect(rest.read_all(), failure, what);
    }
}

} // namespace ketensync::connectors
