#include "daemon/alerts/rounds.hpp"
#include "tests/health/snapshots.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::alerts {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What a channel was asked to send, and how it answers.
struct Post {
    std::vector<Message> tries;
    std::vector<Message> taken;
    std::optional<Failure> failure;
};

class Recorded final : public Channel {
public:
    explicit Recorded(Post & post)
        : m_post(post)
    {
    }
    std::string name() const override { return "mail"; }
    Result<void> send(Message const & message, std::stop_token) override
    {
        m_post.tries.push_back(message);
        if (m_post.failure) {
            return fail(*m_post.failure, "it does not take it");
        }
        m_post.taken.push_back(message);
        return {};
    }

private:
    Post & m_post;
};

class AlertRounds : public testing::Test {
protected:
    AlertRounds()
    {
        m_settings.after = 10min;
        m_settings.look = 30s;
        m_settings.digest.clear();
        m_limits.attempts_max = 3;
        m_limits.backoff_first = 1s;
        m_limits.backoff_max = 4s;
        m_limits.failures_rest = 5min;
    }

    void start()
    {
        std::vector<std::unique_ptr<Channel>> channels;
        channels.push_back(std::make_unique<Recorded>(m_post));
        auto opened = Rounds::open(m_settings, m_limits, std::move(channels),
            { m_clock, m_log, m_folder / "alerts.json",
                [this](health::Snapshot const &, Instant from, Instant until) -> Result<std::string> {
                    m_weeks.emplace_back(from, until);
                    return m_digest;
                } });
        ASSERT_TRUE(opened);
        m_rounds.emplace(std::move(*opened));
    }
    /// Lets time pass as the thread would.
    void live(std::chrono::milliseconds span)
    {
        for (auto const end = m_clock.now() + span; m_clock.now() < end;) {
            m_snapshot.taken = m_clock.now();
            m_clock.advance(std::max<std::chrono::milliseconds>(1ms, m_rounds->turn(m_snapshot, {}, [this] { ++m_alive; })));
        }
    }

    support::TemporaryFolder m_folder;
    ManualClock m_clock { noon() };
    Log m_log { Log::Level::off };
    settings::Alerts m_settings;
    settings::Limits m_limits;
    health::Snapshot m_snapshot = [] {
        auto snapshot = sound_snapshot();
        snapshot.feeds.clear();
        return snapshot;
    }();
    Post m_post;
    Result<std::string> m_digest = std::string("week");
    std::vector<std::pair<Instant, Instant>> m_weeks;
    std::optional<Rounds> m_rounds;
    int m_alive = 0;
};

} // namespace

TEST_F(AlertRounds, TellOnceThoughTheyLookOftenAndTheServiceIsRestarted)
{
    start();
    m_snapshot.warehouse.reachable = false;
    live(1h);
    EXPECT_THAT(m_post.taken, SizeIs(1));
    m_rounds.reset();
    start();
    live(5h);
    EXPECT_THAT(m_post.taken, SizeIs(1));
    m_snapshot.warehouse.reachable = true;
    live(1h);
    ASSERT_THAT(m_post.taken, SizeIs(2));
    EXPECT_THAT(m_post.taken[1].over, SizeIs(1));
}

TEST_F(AlertRounds, TryAgainLaterEachTimeWithTheSameMessageAndThenRest)
{
    start();
    m_post.failure = Failure::unavailable;
    m_snapshot.warehouse.reachable = false;
    live(10min + 30s);
    ASSERT_THAT(m_post.tries, SizeIs(3)) << "attempts_max";
    EXPECT_EQ(id_of(m_post.tries[0]), id_of(m_post.tries[2]));
    live(4min);
    EXPECT_THAT(m_post.tries, SizeIs(3));
    live(2min);
    EXPECT_THAT(m_post.tries, SizeIs(6));
    m_post.failure.reset();
    live(10min);
    EXPECT_THAT(m_post.taken, SizeIs(1)) << "nothing piled up";
    EXPECT_GE(m_alive, 7) << "whoever watches the thread hears of each try";
}

TEST_F(AlertRounds, DoNotTryAgainSoonWhatAPersonMustPutRight)
{
    start();
    m_post.failure = Failure::refused;
    m_snapshot.warehouse.reachable = false;
    live(14min);
    EXPECT_THAT(m_post.tries, SizeIs(1));
    live(5min);
    EXPECT_THAT(m_post.tries, SizeIs(2));
}

TEST_F(AlertRounds, TellWhatHoldsByTheTimeTheChannelIsBack)
{
    start();
    m_post.failure = Failure::unavailable;
    m_snapshot.warehouse.reachable = false;
    live(20min);
    m_snapshot.warehouse.reachable = true;
    m_snapshot.reload_succeeded = false;
    live(20min);
    m_post.failure.reset();
    live(20min);
    ASSERT_THAT(m_post.taken, SizeIs(1));
    ASSERT_THAT(m_post.taken[0].begun, SizeIs(1));
    EXPECT_EQ(m_post.taken[0].begun[0].concern.alert, "KetensyncConfigReloadFailed");
}

TEST_F(AlertRounds, KeepWhatIsNotCriticalUntilTheQuietHoursAreOver)
{
    // Noon in UTC is one o'clock in Amsterdam.
    m_settings.quiet = { { std::bitset<7>().set(), 12h, 15h } };
    start();
    m_snapshot.warehouse.reachable = false;
    live(119min);
    EXPECT_THAT(m_post.taken, IsEmpty());
    m_snapshot.store.disk_free = 1;
    live(30s);
    m_clock.set(noon() + 30min);
    live(15min);
    ASSERT_THAT(m_post.taken, SizeIs(1));
    EXPECT_EQ(m_post.taken[0].begun[0].concern.alert, "KetensyncDiskLow");
    EXPECT_THAT(m_post.taken[0].begun, SizeIs(1));
    m_clock.set(noon() + 2h + 1min);
    live(15min);
    ASSERT_THAT(m_post.taken, SizeIs(2));
    EXPECT_EQ(m_post.taken[1].begun[0].concern.alert, "KetensyncWarehouseDown");
}

TEST_F(AlertRounds, GiveTheWeeklyOverviewOnceAWeekAtItsHourAlsoAfterARestart)
{
    m_settings.digest = "0 8 * * 1";
    start();
    live(40h); // noon() is a Saturday
    EXPECT_THAT(m_post.taken, IsEmpty());
    live(24h);
    ASSERT_THAT(m_post.taken, SizeIs(1));
    EXPECT_EQ(m_post.taken[0].kind, Message::Kind::digest);
    EXPECT_EQ(m_post.taken[0].digest, "week");
    auto const monday = Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23).time_since_epoch()) + 7h;
    EXPECT_THAT(m_weeks, ElementsAre(std::pair(monday - 24h * 7, monday)));
    m_rounds.reset();
    // It was down on the next Monday, and makes up for it.
    m_clock.advance(24h * 7);
    start();
    live(24h);
    EXPECT_THAT(m_post.taken, SizeIs(2));
    // One that cannot be made is tried again later, and keeps no alert waiting.
    m_digest = fail(Failure::unavailable, "no state");
    live(24h * 7);
    EXPECT_THAT(m_post.taken, SizeIs(2));
    m_digest = std::string("later");
    m_snapshot.reload_succeeded = false;
    live(1h);
    EXPECT_THAT(m_post.taken, SizeIs(4));
}

} // namespace ketensync::alerts
