#include "connectors/children.hpp"

namespace ketensync::connectors {

Children::Children(std::function<RestPages()> make, std::size_t parallel, std::size_t parents, Ask ask)
    : m_parallel(parallel)
    , m_parents(parents)
    , m_ask(std::move(ask))
{
    for (std::size_t i = 0; i < parallel; ++i) {
        m_pages.push_back(std::make_unique<RestPages>(make()));
    }
}

Children::~Children()
{
    m_stop.request_stop();
    m_flights.clear(); // each waits for its thread
}

// Parent n is asked for in place n modulo the number of places: whoever was there before has been fetched.
void Children::launch(std::size_t parent)
{
    auto & pages = *m_pages[parent % m_parallel];
    m_flights.emplace(parent,
        std::async(std::launch::async, [this, &pages, parent] { return m_ask(pages, parent, m_stop.get_token()); }));
}

Result<RestPage> Children::first_page(std::size_t parent, std::stop_token stop)
{
    std::stop_callback const ended(stop, [this] { m_stop.request_stop(); });
    if (!m_flights.contains(parent)) {
        // Not the one that was expected: what is under way is of no use, and its places are wanted.
        m_flights.clear();
    }
    for (auto next = parent; next < m_parents && next < parent + m_parallel; ++next) {
        if (!m_flights.contains(next)) {
            launch(next);
        }
    }
    auto flight = m_flights.extract(parent);
    return flight.mapped().get();
}

} // namespace ketensync::connectors
