#include "daemon/web/condition.hpp"
#include "daemon/web/routes.hpp"

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
    m_clock.advance(beat.idle());
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
    EXPECT_THAT(page, HasSubstr("<caption id="));
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">UWV &lt;werkzoekenden&gt; &amp; &quot;meer&quot;<br>"));
    EXPECT_THAT(page, HasSubstr("3 uur geleden"));
    EXPECT_THAT(page, HasSubstr("over 18 uur"));
    EXPECT_THAT(page, HasSubstr("in orde"));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
}

TEST_F(Pages, put_those_first_that_need_somebody)
{
    auto const at = [this](std::string const & name, health::RunState state, std::uint64_t quarantined) {
        auto feed = sound().feeds.front();
        feed.title = name;
        feed.last_run->state = state;
        feed.quarantined = quarantined;
        m_snapshot.feeds.push_back(feed);
    };
    m_snapshot.feeds.clear();
    at("Rustig", health::RunState::succeeded, 0);
    at("Apart", health::RunState::rejects, 3);
    at("Mislukt", health::RunState::failed, 0);
    at("Vast", health::RunState::held, 0);
    at("Pauze", health::RunState::failed, 0);
    m_snapshot.feeds.back().paused = health::PausedState { noon + 24h, "anna", "zij <verhuizen>" };
    m_snapshot.feeds[0].next_runs = { noon + 2h };
    auto const page = ask("/");
    std::size_t before = 0;
    for (auto const * const name : { ">Vast<", ">Mislukt<", ">Apart<", ">Pauze<", ">Rustig<" }) {
        auto const found = page.find(name);
        ASSERT_NE(found, std::string::npos) << name;
        EXPECT_GT(found, before) << name;
        before = found;
    }
    EXPECT_THAT(page, HasSubstr("3 bronnen vragen om u"));
    EXPECT_THAT(page, HasSubstr("door anna: zij &lt;verhuizen&gt;"));
    EXPECT_THAT(page, HasSubstr("<li><time datetime=\"2026-11-21T14:00:00Z\" title=\"2026-11-21T14:00:00Z\">over 2 uur</time>: Rustig"));
    EXPECT_THAT(page, HasSubstr("style-src 'self'"));
    EXPECT_THAT(ask("/opmaak.css"), HasSubstr("Content-Type: text/css"));
}

TEST_F(Pages, say_of_every_feed_one_thing_and_the_same_each_time)
{
    auto feed = sound().feeds.front();
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::in_order);
    feed.quarantined = 1;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::set_aside);
    feed.late_after = noon - 1h;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::late);
    feed.last_run->state = health::RunState::failed;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::failing);
    feed.paused = health::PausedState { noon + 1h, "anna", "x" };
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::paused);
    feed.paused->until = noon - 1h;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::failing) << "a pause that is over counts for nothing";
    feed.last_run->state = health::RunState::held;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::held);
    feed.last_run->state = health::RunState::running;
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::running);
    feed.last_run.reset();
    feed.last_success.reset();
    EXPECT_EQ(condition_of(feed, m_snapshot), Condition::never);
    for (auto const condition : { Condition::held, Condition::failing, Condition::late, Condition::set_aside, Condition::running,
             Condition::never, Condition::paused, Condition::in_order }) {
        EXPECT_FALSE(in_dutch(condition).empty());
        EXPECT_FALSE(sign_of(condition).empty());
        EXPECT_EQ(advice_for(condition).empty(), !needs_somebody(condition));
    }
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

TEST_F(Pages, tell_what_asks_for_somebody_and_is_of_no_source)
{
    EXPECT_THAT(ask("/"), HasSubstr("Niets vraagt om u."));
    m_snapshot.certificate_soon = 30 * 24h;
    m_snapshot.certificates = { { "keten-cert", { "uwv" }, noon + 10 * 24h } };
    EXPECT_THAT(ask("/"), HasSubstr("<h2>Wat verder om u vraagt</h2>\n<ul lang=\"nl\">\n<li>Het certificaat &#39;keten-cert&#39; (voor uwv) verloopt over 10 dagen"));
    EXPECT_THAT(ask("/"), Not(HasSubstr("Niets vraagt om u.")));
    m_snapshot.certificates[0].ends = noon + 31 * 24h;
    EXPECT_THAT(ask("/"), HasSubstr("Niets vraagt om u."));
}

TEST_F(Pages, tell_below_the_sources_how_the_edition_stands)
{
    auto const last = [this] { return std::make_shared<health::Snapshot const>(m_snapshot); };
    auto const edition = [] {
        health::EditionState state;
        state.name = "2026-H1";
        state.stage = "concept";
        return std::make_shared<health::EditionState const>(state);
    };
    auto const page = answer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", routes(last, m_heartbeats, m_clock, edition), m_clock.now());
    EXPECT_NE(page.find("uitgave 2026-H1"), std::string::npos);
    EXPECT_EQ(ask("/").find("uitgave"), std::string::npos);
}
