#include "daemon/health/heartbeats.hpp"
#include "tests/health/snapshots.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

using namespace ketensync;
using namespace ketensync::health;
using namespace std::chrono_literals;

namespace {

class Beats : public testing::Test {
protected:
    ManualClock m_clock { noon() };
    Heartbeats m_heartbeats { m_clock };
};

} // namespace

TEST_F(Beats, hold_a_busy_worker_to_its_patience)
{
    auto beat = m_heartbeats.add("reader");
    beat.busy(10s);
    m_clock.advance(10s);
    EXPECT_TRUE(m_heartbeats.all_alive());
    m_clock.advance(1ms);
    EXPECT_FALSE(m_heartbeats.all_alive());
    beat.busy(10s);
    EXPECT_TRUE(m_heartbeats.all_alive());
    m_clock.advance(11s);
    beat.idle();
    EXPECT_TRUE(m_heartbeats.all_alive());
}

TEST_F(Beats, hold_one_that_waits_for_work_to_a_word_a_turn)
{
    auto beat = m_heartbeats.add("reader");
    for (int i = 0; i < 10; ++i) {
        m_clock.advance(beat.idle());
        EXPECT_TRUE(m_heartbeats.all_alive());
    }
    m_clock.advance(3 * beat.idle());
    EXPECT_TRUE(m_heartbeats.all_alive()) << "a machine can be busy";
    m_clock.advance(1ms);
    EXPECT_FALSE(m_heartbeats.all_alive()) << "it hangs between two pieces of work";
}

TEST_F(Beats, forget_a_worker_whose_beat_is_gone)
{
    std::optional<Heartbeats::Beat> beat(m_heartbeats.add("reader"));
    auto const other = m_heartbeats.add("another");
    beat->busy(1s);
    m_clock.advance(2s);
    ASSERT_EQ(m_heartbeats.states().size(), 2U);
    EXPECT_EQ(m_heartbeats.states()[0].name, "another");
    EXPECT_FALSE(m_heartbeats.states()[1].alive());
    beat.reset();
    EXPECT_TRUE(m_heartbeats.all_alive());
    EXPECT_EQ(m_heartbeats.states().size(), 1U);
}

TEST_F(Beats, are_given_from_many_threads)
{
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([this, i] {
                auto beat = m_heartbeats.add("worker-" + std::to_string(i));
                for (int j = 0; j < 1000; ++j) {
                    beat.busy(1s);
                    EXPECT_TRUE(m_heartbeats.all_alive());
                    beat.idle();
                }
            });
        }
    }
    EXPECT_TRUE(m_heartbeats.states().empty());
}
