#include "tests/contract/subjects.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

// What connectors/connector.hpp promises of every connector, held against each of them.

namespace ketensync::connectors {

using std::chrono::milliseconds;
using testing::Not;

namespace {

class ConnectorContract : public testing::TestWithParam<SubjectMaker> {
protected:
    /// Every page from the cursor to the last; each by a new connector, if `restarts`.
    std::vector<Page> read_all(std::string cursor = {}, bool restarts = false)
    {
        std::vector<Page> pages;
        auto connector = subject->open().value();
        while (pages.size() < 20) {
            auto page = connector->read(cursor, {});
            EXPECT_TRUE(page) << page.error().what;
            if (!page) {
                break;
            }
            cursor = page->cursor_after;
            pages.push_back(*page);
            if (page->last) {
                break;
            }
            if (restarts) {
                connector = subject->open().value();
            }
        }
        EXPECT_TRUE(!pages.empty() && pages.back().last);
        return pages;
    }

    static std::vector<std::string> bodies(std::vector<Page> const & pages)
    {
        std::vector<std::string> result;
        for (auto const & page : pages) {
            if (!page.body.bytes().empty()) {
                result.emplace_back(page.body.bytes());
            }
        }
        return result;
    }

    std::unique_ptr<Subject> subject = GetParam().make();
};

} // namespace

TEST_P(ConnectorContract, ReadsFromTheBeginningToTheLastPage)
{
    auto const pages = read_all();
    EXPECT_EQ(bodies(pages).size(), 3U);
    for (auto const & page : pages) {
        EXPECT_THAT(page.origin, Not(testing::IsEmpty()));
        EXPECT_FALSE(page.not_modified);
    }
}

TEST_P(ConnectorContract, SaysOnEveryRequestWhichRunItIsOf)
{
    read_all();
    std::set<std::string> spans;
    auto const heard = subject->heard();
    for (auto const & request : heard) {
        auto const found = request.headers.find("traceparent");
        ASSERT_NE(found, request.headers.end()) << request.path;
        EXPECT_THAT(found->second, testing::MatchesRegex("00-" + to_text(subject->around.trace) + "-[0-9a-f]{16}-01")) << request.path;
        EXPECT_TRUE(spans.insert(found->second).second) << "two requests are one span";
    }
    EXPECT_TRUE(heard.empty() || heard.size() >= 3);
}

TEST_P(ConnectorContract, GivesThePageAgainForTheSameCursor)
{
    auto const connector = subject->open().value();
    std::string cursor;
    for (int number = 0; number < 3; ++number) {
        auto const first = connector->read(cursor, {});
        auto const second = connector->read(cursor, {});
        ASSERT_TRUE(first) << first.error().what;
        ASSERT_TRUE(second) << second.error().what;
        EXPECT_EQ(first->body.bytes(), second->body.bytes());
        EXPECT_EQ(first->cursor_after, second->cursor_after);
        EXPECT_EQ(first->last, second->last);
        EXPECT_EQ(first->period, second->period);
        cursor = first->cursor_after;
    }
}

TEST_P(ConnectorContract, GoesOnFromACursorAfterARestart)
{
    auto const whole = bodies(read_all());
    EXPECT_EQ(bodies(read_all({}, true)), whole);
    auto const first = subject->open().value()->read({}, {});
    ASSERT_TRUE(first);
    EXPECT_EQ(bodies(read_all(first->cursor_after)), std::vector(whole.begin() + 1, whole.end()));
}

TEST_P(ConnectorContract, GivesNothingNewOrEverythingBehindTheLastPage)
{
    auto const whole = read_all();
    auto const again = read_all(whole.back().cursor_after);
    if (subject->remembers()) {
        ASSERT_EQ(again.size(), 1U);
        EXPECT_TRUE(again.back().last);
        EXPECT_EQ(again.back().body.bytes(), subject->nothing_new());
        EXPECT_EQ(again.back().cursor_after, whole.back().cursor_after);
    } else {
        EXPECT_EQ(bodies(again), bodies(whole));
    }
}

TEST_P(ConnectorContract, StartsAnewFromACursorItDoesNotUnderstand)
{
    auto const whole = bodies(read_all());
    for (auto const * const cursor : { "onzin", "{\"a\":1}", "9999999999999999999999999 x", "\n\n" }) {
        EXPECT_EQ(bodies(read_all(cursor)), whole) << cursor;
    }
}

TEST_P(ConnectorContract, GivesBodiesThatOutliveIt)
{
    auto connector = subject->open().value();
    auto const page = connector->read({}, {});
    ASSERT_TRUE(page);
    std::string const copy(page->body.bytes());
    connector.reset();
    subject->vanish();
    EXPECT_EQ(page->body.bytes(), copy);
}

TEST_P(ConnectorContract, StopsBeforeItStarts)
{
    std::stop_source stop;
    stop.request_stop();
    auto const page = subject->open().value()->read({}, stop.get_token());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::interrupted);
}

TEST_P(ConnectorContract, StopsWhileTheSourceSaysNothing)
{
    auto const connector = subject->open().value();
    if (!subject->hang()) {
        GTEST_SKIP() << "nobody to wait for";
    }
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread const stopper([&] {
        std::this_thread::sleep_for(milliseconds(100));
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    auto const page = connector->read({}, stop.get_token());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, milliseconds(400));
}

TEST_P(ConnectorContract, IsUnavailableWhenTheSourceIsGone)
{
    auto const connector = subject->open().value();
    subject->vanish();
    auto const page = connector->read({}, {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::unavailable);
}

TEST_P(ConnectorContract, CallsAPageBeyondTheLimitBad)
{
    subject->outgrow();
    auto const page = subject->open().value()->read({}, {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::bad_page);
}

TEST_P(ConnectorContract, ComesBackAfterAFailure)
{
    auto const connector = subject->open().value();
    std::stop_source stop;
    stop.request_stop();
    ASSERT_FALSE(connector->read({}, stop.get_token()));
    EXPECT_TRUE(connector->read({}, {}));
}

INSTANTIATE_TEST_SUITE_P(
    Every, ConnectorContract, testing::ValuesIn(subjects()), [](auto const & subject) { return subject.param.name; });

} // namespace ketensync::connectors
