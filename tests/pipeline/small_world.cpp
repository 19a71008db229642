#include "tests/pipeline/small_world.hpp"
#include "tests/support/must.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ketensync::pipeline {

using support::must;

SmallWorld::SmallWorld() : m_plan(world_plan())
{
    m_plan->config.state_folder = "/nonexistent"; // no snapshot is found there, and none is made
    m_state = must(open_state_in_memory(1 << 20));
    must(register_schema(*m_state, *m_plan->schema));
    m_numbers = must(register_sources(*m_state, *m_plan));
    m_landing = must(landing::Landing::open(*m_state, m_last_page));
    m_runs = must(Runs::open(*m_state));
}

void SmallWorld::deliver(Delivery const & delivery)
{
    m_clock.advance(std::chrono::hours(1));
    auto const planned = std::ranges::find(m_plan->feeds, delivery.feed, &PlannedFeed::name);
    Script script;
    if (!delivery.period.empty()) {
        script.pages.push_back(period_page(delivery.period, delivery.items, true, "x"));
    } else {
        for (std::size_t i = 0; i < delivery.items.size(); i += delivery.page_items) {
            auto const end = std::min(i + delivery.page_items, delivery.items.size());
            script.pages.push_back(json_page({ delivery.items.begin() + static_cast<std::ptrdiff_t>(i),
                                                 delivery.items.begin() + static_cast<std::ptrdiff_t>(end) },
                end == delivery.items.size(), "x"));
        }
    }
    auto const number = m_numbers.feeds.at(delivery.feed);
    Pull pull(*m_state, *m_landing, *m_runs, *planned, number, m_plan->config.limits, m_clock);
    RunOptions options;
    options.accept_mass_change = true;
    must(pull.begin(options));
    auto const pulled = must(pull.run(script, {}, [] {}));
    if (pulled.failure) {
        throw std::runtime_error(pulled.failure->what);
    }
    must(m_digest->run(pulled.run, true, {}, [] {}));
    must(m_runs->end(pulled.run, health::RunState::succeeded, m_clock.now(), {}, {}));
}

std::string SmallWorld::result_of(std::vector<Delivery> const & deliveries, Habits const & habits)
{
    auto const history = must(store::Transaction::begin(*m_state));
    m_plan->config.limits.batch_documents = habits.batch_documents;
    m_last_page = 0;
    auto const restart = [this] { m_digest = must(Digest::open(*m_state, m_plan, m_numbers, m_clock, m_last_page)); };
    restart();
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
        deliver(deliveries[i]);
        if (habits.reconcile_every != 0 && i % habits.reconcile_every == 0) {
            must(m_digest->reconcile());
        }
        if (habits.restart_every != 0 && i % habits.restart_every == 0) {
            restart();
        }
    }
    must(m_digest->reconcile());
    auto text = golden_without_numbers(*m_state, *m_plan, m_numbers);
    m_digest.reset();
    return text;
}

}
