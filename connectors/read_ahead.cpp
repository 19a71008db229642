#include "connectors/read_ahead.hpp"

#include "daemon/base/queue.hpp"

#include <thread>

namespace ketensync::connectors {

/// One reading from a cursor to the last page, or to the first failure.
class ReadAhead::Flight {
public:
    Flight(Connector & connector, std::string cursor)
        : m_reader([this, &connector, cursor = std::move(cursor)](
                       std::stop_token stop) { run(connector, cursor, std::move(stop)); })
    {
    }
    ~Flight() { end(); }
    Flight(Flight const &) = delete;
    Flight & operator=(Flight const &) = delete;

    std::optional<Result<Page>> next() { return m_pages.pop(); }
    void end()
    {
        m_reader.request_stop();
        m_pages.close();
    }

private:
    void run(Connector & connector, std::string cursor, std::stop_token stop)
    {
        for (bool more = true; more;) {
            auto page = connector.read(cursor, stop);
            more = page && !page->last;
            if (more) {
                cursor = page->cursor_after;
            }
            more = m_pages.push(std::move(page)) && more;
        }
        m_pages.close();
    }

    BoundedQueue<Result<Page>> m_pages { 2 };
    std::jthread m_reader; ///< last, so that it is joined before what it uses is gone
};

ReadAhead::ReadAhead(std::unique_ptr<Connector> connector)
    : m_connector(std::move(connector))
{
}

ReadAhead::~ReadAhead() = default;

Result<Page> ReadAhead::read(std::string const & cursor, std::stop_token stop)
{
    if (!m_flight || cursor != m_next) {
        m_flight.reset();
        m_flight = std::make_unique<Flight>(*m_connector, cursor);
    }
    std::optional<Result<Page>> page;
    {
        std::stop_callback const ended(stop, [this] { m_flight->end(); });
        page = m_flight->next();
    }
    if (stop.stop_requested() || !page) {
        m_flight.reset();
        return fail(Failure::interrupted, "asked to stop");
    }
    if (!*page || (*page)->last) {
        m_flight.reset();
    } else {
        m_next = (*page)->cursor_after;
    }
    return std::move(*page);
}

} // namespace ketensync::connectors
