#include "connectors/rest_since.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::connectors {

namespace {

using As = settings::Since::As;
using namespace std::chrono;

/// Reads digits from the left of a text, and what stands between them.
class Digits {
public:
    explicit Digits(std::string_view text)
        : m_text(text)
    {
    }
    bool number(std::size_t width, int & value)
    {
        auto const part = m_text.substr(0, width);
        auto const parsed = std::from_chars(part.data(), part.data() + part.size(), value);
        if (part.size() != width || parsed.ec != std::errc() || parsed.ptr != part.data() + width || part[0] == '-') {
            return false;
        }
        m_text.remove_prefix(width);
        return true;
    }
    bool take(std::string_view any)
    {
        if (m_text.empty() || any.find(m_text.front()) == std::string_view::npos) {
            return false;
        }
        m_taken = m_text.front();
        m_text.remove_prefix(1);
        return true;
    }
    char taken() const { return m_taken; }
    bool at_end() const { return m_text.empty(); }
    /// Digits behind a point, to nanoseconds; the rest is cut off.
    nanoseconds fraction()
    {
        std::int64_t value = 0;
        int digits = 0;
        while (!m_text.empty() && m_text.front() >= '0' && m_text.front() <= '9') {
            if (digits < 9) {
                value = value * 10 + (m_text.front() - '0');
                ++digits;
            }
            m_text.remove_prefix(1);
        }
        for (; digits < 9; ++digits) {
            value *= 10;
        }
        return nanoseconds(value);
    }

private:
    std::string_view m_text;
    char m_taken = 0;
};

Moment within(sys_seconds moment, nanoseconds fraction)
{
    constexpr auto earliest = ceil<seconds>(Moment::min());
    constexpr auto latest = floor<seconds>(Moment::max()) - seconds(1);
    auto const clamped = std::clamp<sys_seconds>(moment, earliest, latest);
    return Moment(clamped) + (clamped == moment ? fraction : nanoseconds(0));
}

std::optional<Moment> parse_number(std::string_view text, bool milli)
{
    std::int64_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    auto const whole = milli ? floor<seconds>(milliseconds(value)) : seconds(value);
    return within(sys_seconds(whole), milli ? milliseconds(value) - whole : milliseconds(0));
}

} // namespace

std::optional<Moment> parse_moment(std::string_view text, As as)
{
    if (as == As::epoch || as == As::epoch_ms) {
        return parse_number(text, as == As::epoch_ms);
    }
    Digits digits(text);
    int y = 0;
    int m = 0;
    int d = 0;
    if (!digits.number(4, y) || !digits.take("-")
        || !digits.number(2, m) || !digits.take("-") || !digits.number(2, d)) {
        return std::nullopt;
    }
    auto const day = year(y) / m / d;
    if (!day.ok()) {
        return std::nullopt;
    }
    sys_seconds moment = sys_days(day);
    if (digits.at_end()) {
        return within(moment, nanoseconds(0));
    }
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!digits.take("Tt ") || !digits.number(2, hour) || !digits.take(":") || !digits.number(2, minute)) {
        return std::nullopt;
    }
    nanoseconds fraction(0);
    if (digits.take(":")) {
        if (!digits.number(2, second)) {
            return std::nullopt;
        }
        if (digits.take(".,")) {
            fraction = digits.fraction();
        }
    }
    // 60 is a leap second: the last one of its minute.
    if (hour > 24 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    moment += hours(hour) + minutes(minute) + seconds(std::min(second, 59));
    if (digits.take("+-")) {
        bool const behind = digits.taken() == '-';
        int offset_hours = 0;
        int offset_minutes = 0;
        if (!digits.number(2, offset_hours)) {
            return std::nullopt;
        }
        digits.take(":");
        if (!digits.at_end() && !digits.number(2, offset_minutes)) {
            return std::nullopt;
        }
        auto const offset = hours(offset_hours) + minutes(offset_minutes);
        moment += behind ? offset : -offset;
    } else {
        digits.take("Zz");
    }
    return digits.at_end() ? std::optional(within(moment, fraction)) : std::nullopt;
}

std::string asked_with(settings::Since const & since, Moment newest)
{
    auto const step = since.precision;
    auto const from = newest - since.lookback;
    auto count = from.time_since_epoch() / step;
    count -= from.time_since_epoch() % step < nanoseconds(0) ? 1 : 0;
    count -= since.closed ? 0 : 1;
    auto const moment = Moment(step * count);
    auto const whole = floor<seconds>(moment);
    switch (since.as) {
    case As::date:
        return fmt::format("{:%Y-%m-%d}", fmt::gmtime(system_clock::to_time_t(time_point_cast<microseconds>(whole))));
    case As::epoch:
        return fmt::format("{}", whole.time_since_epoch().count());
    case As::epoch_ms:
        return fmt::format("{}", floor<milliseconds>(moment).time_since_epoch().count());
    default:
        break;
    }
    auto text
        = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(system_clock::to_time_t(time_point_cast<microseconds>(whole))));
    auto const rest = (moment - whole).count();
    if (step < milliseconds(1)) {
        text += step < microseconds(1) ? fmt::format(".{:09}", rest) : fmt::format(".{:06}", rest / 1'000);
    } else if (step < seconds(1)) {
        text += fmt::format(".{:03}", rest / 1'000'000);
    }
    return text + 'Z';
}

std::string to_text(Moment moment)
{
    return fmt::format("{}", moment.time_since_epoch().count());
}

std::optional<Moment> moment_of(std::string_view text)
{
    std::int64_t count = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty()
        ? std::optional(Moment(nanoseconds(count)))
        : std::nullopt;
}

Result<Newest> newest_in(std::string_view body, std::string const & items, settings::Since const & since, Instant now,
    std::uint64_t depth_max)
{
    Newest newest;
    formats::Layout layout;
    layout.items = items;
    formats::Limits limits;
    limits.depth_max = depth_max;
    formats::Sink const sink { {}, [&](std::string_view item) -> Result<void> {
                                  auto const text = formats::json_scalar(item, since.field);
                                  if (!text) {
                                      return {}; // not sound as a whole: it is set aside when it is read
                                  }
                                  if (!*text) {
                                      ++newest.missing;
                                      return {};
                                  }
                                  auto const moment = parse_moment(**text, since.as);
                                  if (!moment) {
                                      return fail(Failure::bad_page,
                                          fmt::format("'{}' of a document is no moment, so what changed cannot be told",
                                              since.field));
                                  }
                                  newest.in_future += *moment > now ? 1U : 0U;
                                  auto const believed = std::min<Moment>(*moment, now);
                                  newest.moment = std::max(newest.moment.value_or(believed), believed);
                                  return {};
                              } };
    KETENSYNC_TRY(formats::split(body, layout, limits, sink));
    if (newest.missing != 0 && !since.missing_allowed) {
        return fail(Failure::bad_page,
            fmt::format("{} documents have no '{}', so what changed cannot be told", newest.missing, since.field));
    }
    return newest;
}

} // namespace ketensync::connectors
