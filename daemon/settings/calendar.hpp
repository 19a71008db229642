#pragma once

#include <bitset>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::settings {

class Table;

/// A part of the week, in local time. One that ends at or before its begin goes on into the next day.
struct WeekWindow {
    std::bitset<7> days; ///< on which it begins, Monday first
    std::chrono::minutes from { 0 };
    std::chrono::minutes until { 0 }; ///< not included
};

/// Days, both included.
struct DateRange {
    std::chrono::year_month_day first;
    std::chrono::year_month_day last;
};

/// When a feed may be read: [feed.schedule] and [calendar] of its source. Its schedule says when it has a turn; a turn
/// outside of this waits until it is open, or is skipped.
struct Calendar {
    std::vector<WeekWindow> within;      ///< only in these; empty: at any time
    std::vector<WeekWindow> maintenance; ///< never in these
    std::vector<DateRange> blackout;     ///< never on these days
    bool holidays_closed = false;        ///< never on a Dutch public holiday
    bool catch_up = true;                ///< what was missed while closed is made up for once; otherwise it is skipped
    /// True when it is always open.
    bool empty() const { return within.empty() && maintenance.empty() && blackout.empty() && !holidays_closed; }
};

/// Reads what [feed.schedule] says of it; its faults are the file's.
Calendar read_calendar(Table const & schedule);
/// Reads [calendar] of a source: what holds for all its feeds.
Calendar read_source_calendar(Table const & table);

/// Those of all feeds of a source whose file was read and found sound, by the name of the feed.
std::map<std::string, Calendar> read_calendars(std::filesystem::path const & source_file);

} // namespace ketensync::settings
