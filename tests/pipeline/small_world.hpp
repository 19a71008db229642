#pragma once

#include "tests/pipeline/world.hpp"

namespace ketensync::pipeline {

/// One delivery of a feed of World.
struct Delivery {
    std::string feed;
    std::string period;
    std::vector<std::string> items;
    std::size_t page_items = 1'000;
};

/// A state in memory that is used over and over: thousands of histories from an empty state, each taken back.
class SmallWorld {
public:
    SmallWorld();

    struct Habits {
        std::uint64_t batch_documents = 1'000;
        std::size_t restart_every = 0;   ///< deliveries; 0: never
        std::size_t reconcile_every = 0; ///< deliveries; always at the end
    };
    /// The golden records that come of it, as text in which no number of arrival stands.
    std::string result_of(std::vector<Delivery> const & deliveries, Habits const & habits);

private:
    void deliver(Delivery const & delivery);

    std::shared_ptr<Plan> m_plan;
    ManualClock m_clock { Instant(std::chrono::seconds(1'800'000'000)) };
    std::optional<store::Database> m_state;
    Numbers m_numbers;
    std::atomic<std::int64_t> m_last_page = 0;
    std::optional<landing::Landing> m_landing;
    std::optional<Runs> m_runs;
    std::unique_ptr<Digest> m_digest;
};

}
