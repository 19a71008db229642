#pragma once

#include "connectors/connector.hpp"

#include <memory>
#include <string>

namespace ketensync::connectors {

/// Any connector, read ahead: while a page is being used, a thread of its own reads the next ones, two at most. What
/// comes out is what the connector would have given, in the same order; a cursor other than the next one starts anew
/// from there. The connector is touched by that thread only, while it lives.
class ReadAhead final : public Connector {
public:
    explicit ReadAhead(std::unique_ptr<Connector> connector);
    ~ReadAhead() override;
    Result<Page> read(std::string const & cursor, std::stop_token stop) override;

private:
    class Flight;

    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Flight> m_flight; ///< null: nothing is read ahead
    std::string m_next; ///< the cursor whose page the flight gives next
};

} // namespace ketensync::connectors
