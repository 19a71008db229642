#include "daemon/web/routes.hpp"
#include "daemon/web/status_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync;
using namespace ketensync::web;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

auto const noon = Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21).time_since_epoch()) + 12h;

health::Snapshot sound()
{
    health::Snapshot snapshot;
    snapshot.taken = noon;
    snapshot.started = noon - 24h;
    snapshot.started_up = true;
    snapshot.version = "1.2.3";
    snapshot.configuration_read = noon - 24h;
    snapshot.store.disk_free = 10ULL << 30;
    health::FeedState feed;
    feed.source = "uwv-werkzoekenden";
    feed.title = "UWV <werkzoekenden> & \"meer\"";
    feed.feed = "werkzoekenden";
    feed.interval = 24h;
    feed.last_success = noon - 3h;
    feed.next_run = noon + 18h;
    auto & run = feed.last_run.emplace();
    run.started = noon - 4h;
    run.ended = noon - 3h;
    run.state = health::RunState::succeeded;
    snapshot.feeds.push_back(feed);
    return snapshot;
}

class Pages : public testing::Test {
protected:
    std::string ask(std::string const & path)
    {
        auto const last = [this] { return std::make_shared<health::Snapshot const>(m_snapshot); };
        return answer(
            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n", routes(last, m_heartbeats, m_clock), m_clock.now());
    }

    ManualClock m_clock { noon };
    health::Heartbeats m_heartbeats { m_clock };
    health::Snapshot m_snapshot = sound();
};

} // namespace

TEST_F(Pages, answer_the_three_probes_with_a_word)
{
    for (auto const * path : { "/livez", "/readyz", "/startupz" }) {
        EXPECT_THAT(ask(path), StartsWith("HTTP/1.1 200 ")) << path;
        EXPECT_THAT(ask(path), HasSubstr("\r\n\r\nok\n")) << path;
    }
}

TEST_F(Pages, tell_every_check_when_asked)
{
    EXPECT_THAT(ask("/readyz?verbose"), HasSubstr("[+]disk 10240 MiB free"));
    EXPECT_THAT(ask("/readyz/disk"), HasSubstr("[+]disk 10240 MiB free"));
    EXPECT_THAT(ask("/readyz/feed:uwv-werkzoekenden/werkzoekenden"), HasSubstr("last succeeded 3 h ago"));
    EXPECT_THAT(ask("/readyz/nothing"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(Pages, fail_readiness_for_a_full_disk_unless_that_is_excluded)
{
    m_snapshot.store.disk_free = 0;
    EXPECT_THAT(ask("/readyz"), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(ask("/readyz?exclude=disk"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Pages, see_a_stuck_worker_though_nobody_makes_snapshots_any_more)
{
    auto beat = m_heartbeats.add("pipeline");
    beat.busy(10s);
    m_clock.advance(11s);
    EXPECT_THAT(ask("/livez"), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(ask("/livez"), HasSubstr("worker:pipeline"));
    beat.idle();
    m_clock.advance(24h);
    EXPECT_THAT(ask("/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Pages, show_metrics_and_health_in_their_own_types)
{
    EXPECT_THAT(ask("/metrics"), HasSubstr("Content-Type: text/plain; version=0.0.4"));
    EXPECT_THAT(ask("/health"), HasSubstr("Content-Type: application/health+json"));
}

TEST_F(Pages, show_people_one_table_in_dutch_without_script)
{
    auto const page = ask("/");
    EXPECT_THAT(page, HasSubstr("<html lang=\"nl\">"));
    EXPECT_THAT(page, HasSubstr("<caption>"));
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">UWV &lt;werkzoekenden&gt; &amp; &quot;meer&quot;</th>"));
    EXPECT_THAT(page, HasSubstr("3 uur geleden"));
    EXPECT_THAT(page, HasSubstr("over 18 uur"));
    EXPECT_THAT(page, HasSubstr("in orde"));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
}

TEST_F(Pages, tell_people_what_a_feed_needs)
{
    m_snapshot.feeds[0].last_run->state = health::RunState::held;
    EXPECT_THAT(ask("/"), HasSubstr("vastgehouden: iemand moet ernaar kijken"));
    m_snapshot.feeds[0].last_run->state = health::RunState::succeeded;
    m_snapshot.feeds[0].last_success = noon - 60h;
    EXPECT_THAT(ask("/"), HasSubstr("te laat"));
    m_snapshot.feeds[0].last_run.reset();
    m_snapshot.feeds[0].last_success.reset();
    EXPECT_THAT(ask("/"), HasSubstr("nog niet gelezen"));
}
