#pragma once

#include "daemon/alerts/message.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/settings/alerts.hpp"
#include "daemon/settings/config.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::alerts {

/// One way in which people are told. Owned and used by one thread.
class Channel {
public:
    virtual ~Channel() = default;
    /// "mail", "webhook": stable, for the memory of what was told.
    virtual std::string name() const = 0;
    /// One try. Failures as of http::send_mail and http::Client: unavailable may go better next time, the others ask for
    /// a person. Credentials are read anew each time, so that they can be changed.
    virtual Result<void> send(Message const & message, std::stop_token stop) = 0;
};

/// What the channels share. All of it outlives them.
struct Means {
    settings::Alerts const & settings;
    settings::Secrets const & secrets;
    settings::Limits const & limits;
    Clock const & clock;
};

/// Those that are configured.
std::vector<std::unique_ptr<Channel>> open_channels(Means const & means);

} // namespace ketensync::alerts
