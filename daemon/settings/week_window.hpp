#pragma once

#include "daemon/settings/calendar.hpp"

namespace ketensync::settings {

/// The parts of the week that the texts under `key` name; one that names none is the file's fault.
std::vector<WeekWindow> read_windows(Table const & table, std::string_view key);
/// "sun 02:00-06:00", as it is written in a file.
std::string to_text(WeekWindow const & window);

} // namespace ketensync::settings
