#pragma once

#include "daemon/health/concern.hpp"
#include "daemon/settings/alerts.hpp"

#include <string>
#include <vector>

namespace ketensync::alerts {

/// A concern, and since when it is one.
struct Told {
    health::Concern concern;
    Instant since {};
};

/// What one channel is to tell people at once. A plain value. Holds no personal data.
struct Message {
    enum class Kind { alerts, digest, test };
    Kind kind = Kind::alerts;
    Instant made {};
    std::vector<Told> begun; ///< not told before
    std::vector<Told> still; ///< told before, and not over
    std::vector<Told> over;
    std::string digest; ///< of Kind::digest: its text
};

/// 32 hexadecimal digits that are the same for the same message: who gets it twice can see that.
std::string id_of(Message const & message);
/// One line of ASCII: what it is about.
std::string subject_of(Message const & message, settings::Alerts const & settings);
/// Plain Dutch text, in lines.
std::string text_of(Message const & message, settings::Alerts const & settings);
/// The same for programs, with the text in it: docs/administration.md tells the members.
std::string json_of(Message const & message, settings::Alerts const & settings);

/// Where the runbook tells what to do about an alert.
std::string runbook_entry(settings::Alerts const & settings, std::string_view alert);

} // namespace ketensync::alerts
