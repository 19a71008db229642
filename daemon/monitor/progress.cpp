#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/edition.hpp"

#include <algorithm>

namespace ketensync::monitor {

Target progress_of(ProgressRule const & rule, std::string indicator, std::int64_t goal, std::int64_t reached,
    std::string_view begin, std::string_view end, std::string_view today)
{
    Target target { std::move(indicator), goal, 0, Progress::unknown };
    auto const first = day_number(begin);
    auto const last = day_number(end);
    auto const now = day_number(today);
    if (!first || !last || !now || *last < *first || goal <= 0) {
        return target;
    }
    auto const whole = std::int64_t { *last } - *first + 1;
    auto const past = std::clamp<std::int64_t>(std::int64_t { *now } - *first + 1, 0, whole);
    // To the nearest whole number; at the end it is the goal.
    target.expected = (2 * goal * past + whole) / (2 * whole);
    if (past < std::min(rule.start_days, whole) || target.expected < rule.least) {
        return target;
    }
    auto const percent = reached * 100;
    target.progress = percent >= target.expected * rule.on_course ? Progress::on_course
        : percent >= target.expected * rule.attention             ? Progress::attention
                                                                  : Progress::behind;
    return target;
}

Progress worse(Progress a, Progress b)
{
    auto const rank = [](Progress one) {
        switch (one) {
        case Progress::unknown: return 0;
        case Progress::on_course: return 1;
        case Progress::attention: return 2;
        case Progress::behind: return 3;
        }
        return 0;
    };
    return rank(a) >= rank(b) ? a : b;
}

}
