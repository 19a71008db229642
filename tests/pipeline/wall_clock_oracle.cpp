#include "tests/pipeline/wall_clock_oracle.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <set>
#include <sstream>

namespace ketensync {

namespace {

bool item_holds(std::string const & item, int value, int lowest)
{
    auto const slash = item.find('/');
    int const step = slash == std::string::npos ? 1 : std::stoi(item.substr(slash + 1));
    auto const range = item.substr(0, slash);
    if (range == "*") {
        return (value - lowest) % step == 0;
    }
    auto const dash = range.find('-');
    int const first = std::stoi(range.substr(0, dash));
    int const last = dash == std::string::npos ? first : std::stoi(range.substr(dash + 1));
    return value >= first && value <= last && (value - first) % step == 0;
}

bool field_holds(std::string const & field, int value, int lowest)
{
    std::istringstream items(field);
    for (std::string item; std::getline(items, item, ',');) {
        if (item_holds(item, value, lowest)) {
            return true;
        }
    }
    return false;
}

struct Fields {
    std::array<std::string, 5> text;
    /// [field][value], worked out once: there are a million minutes to ask it of.
    std::array<std::array<bool, 60>, 5> holds {};
};

Fields split(std::string const & line)
{
    Fields fields;
    std::istringstream words(line);
    for (auto & field : fields.text) {
        words >> field;
    }
    std::array<int, 5> const lowest { 0, 0, 1, 1, 0 };
    for (std::size_t field = 0; field < 5; ++field) {
        for (int value = 0; value < 60; ++value) {
            bool held = field_holds(fields.text[field], value, lowest[field]);
            if (field == 4 && value == 0) {
                held = held || field_holds(fields.text[field], 7, 0);
            }
            fields.holds[field][static_cast<std::size_t>(value)] = held;
        }
    }
    return fields;
}

} // namespace

WallClockOracle::WallClockOracle(std::string const & zone, Instant begin, Instant end)
    : m_begin(begin)
{
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
    auto const shown_at = [](std::time_t moment) {
        std::tm wall {};
        ::localtime_r(&moment, &wall);
        return wall;
    };
    auto const first = std::chrono::duration_cast<std::chrono::seconds>(begin.time_since_epoch()).count();
    auto const last = std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
    // A wall time as one number that only serves to compare: days of a month are not all used, and need not be.
    auto const rank = [](std::tm const & wall) {
        return (((wall.tm_year * 12L + wall.tm_mon) * 31 + wall.tm_mday) * 24 + wall.tm_hour) * 60 + wall.tm_min;
    };
    long highest = 0;
    for (auto moment = first; moment < last; moment += 60) {
        auto const wall = shown_at(moment);
        auto const before = shown_at(moment - 60);
        Shown shown { wall.tm_min, wall.tm_hour, wall.tm_mday, wall.tm_mon + 1, wall.tm_wday, false,
            rank(wall) <= highest, {} };
        long const gap = wall.tm_gmtoff - before.tm_gmtoff;
        for (long skipped = 60; skipped <= gap; skipped += 60) {
            // The clock jumped: what it would have shown had it gone on as before.
            std::time_t const told = moment + before.tm_gmtoff + skipped - 60;
            std::tm unseen {};
            ::gmtime_r(&told, &unseen);
            shown.jumped = true;
            shown.skipped.push_back(
                { unseen.tm_min, unseen.tm_hour, unseen.tm_mday, unseen.tm_mon + 1, unseen.tm_wday, false, false, {} });
        }
        highest = std::max(highest, rank(wall));
        m_minutes.push_back(std::move(shown));
    }
}

std::vector<Instant> WallClockOracle::runs(std::string const & line) const
{
    auto const fields = split(line);
    bool const either = fields.text[2][0] != '*' && fields.text[4][0] != '*';
    auto const fits = [&](Shown const & shown) {
        auto const holds
            = [&](std::size_t field, int value) { return fields.holds[field][static_cast<std::size_t>(value)]; };
        bool const day = holds(2, shown.day);
        bool const weekday = holds(4, shown.weekday);
        return holds(0, shown.minute) && holds(1, shown.hour) && holds(3, shown.month)
            && (either ? day || weekday : day && weekday);
    };
    std::vector<Instant> result;
    for (std::size_t i = 0; i < m_minutes.size(); ++i) {
        auto const & shown = m_minutes[i];
        bool const runs = (!shown.repeated && fits(shown))
            || (shown.jumped && std::any_of(shown.skipped.begin(), shown.skipped.end(), fits));
        if (runs) {
            result.push_back(m_begin + std::chrono::minutes(i));
        }
    }
    return result;
}

} // namespace ketensync
