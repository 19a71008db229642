#include "daemon/alerts/digest.hpp"

#include "daemon/health/concern.hpp"
#include "daemon/settings/week_window.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

namespace ketensync::alerts {

namespace {

using std::chrono::days;

/// 1204 as "1.204".
std::string grouped(std::uint64_t number)
{
    auto const digits = std::to_string(number);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            text += '.';
        }
        text += digits[i];
    }
    return text;
}

std::string date_text(std::chrono::year_month_day date)
{
    constexpr std::array months { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december" };
    return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
        static_cast<int>(date.year()));
}

std::string window_text(settings::WeekWindow const & window)
{
    auto text = settings::to_text(window);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words { { { "mon", "maandag" }, { "tue", "dinsdag" },
        { "wed", "woensdag" }, { "thu", "donderdag" }, { "fri", "vrijdag" }, { "sat", "zaterdag" }, { "sun", "zondag" } } };
    for (auto const & [from, to] : words) {
        if (auto const at = text.find(from); at != std::string::npos) {
            text.replace(at, from.size(), to);
        }
    }
    return window.days.all() ? "elke dag " + text : text;
}

std::string of_feed(pipeline::FeedWeek const & week)
{
    auto line = fmt::format("- {}/{}: ", week.source, week.feed);
    if (week.runs == 0) {
        return line + "niet gelezen.\n";
    }
    line += fmt::format("{} keer gelezen, {} gegevens, {} nieuw en {} gewijzigd.\n", grouped(week.runs), grouped(week.fetched),
        grouped(week.added), grouped(week.changed));
    if (week.failed > 0) {
        line += fmt::format("  {} keer mislukt of tegengehouden.\n", grouped(week.failed));
    }
    if (week.rejected > 0) {
        line += fmt::format("  {} gegevens apart gezet.\n", grouped(week.rejected));
    }
    line += week.behind ? fmt::format("  Liep hoogstens {} achter.\n", health::dutch_span(*week.behind))
                        : std::string("  Is nog nooit gelukt.\n");
    return line;
}

/// What is closed in the seven days after `now`, each line once: feeds of a source share its calendar.
std::set<std::string> closed(std::vector<pipeline::FeedWeek> const & weeks, Instant now)
{
    std::chrono::year_month_day const first(std::chrono::floor<days>(now));
    std::chrono::year_month_day const last(std::chrono::floor<days>(now) + days(7));
    std::set<std::string> lines;
    for (auto const & week : weeks) {
        for (auto const & window : week.calendar.maintenance) {
            lines.insert(fmt::format("- {}: onderhoud, {}.\n", week.source, window_text(window)));
        }
        for (auto const & range : week.calendar.blackout) {
            if (range.last < first || last < range.first) {
                continue;
            }
            lines.insert(range.first == range.last
                    ? fmt::format("- {}: dicht op {}.\n", week.source, date_text(range.first))
                    : fmt::format("- {}: dicht van {} tot en met {}.\n", week.source, date_text(range.first), date_text(range.last)));
        }
    }
    return lines;
}

} // namespace

std::string digest_text(std::vector<pipeline::FeedWeek> const & weeks, health::Snapshot const & snapshot, Instant now)
{
    std::string text = "De afgelopen week\n\n";
    for (auto const & week : weeks) {
        text += of_feed(week);
    }
    text += "\nWat op iemand wacht\n\n";
    bool waits = false;
    for (auto const & feed : snapshot.feeds) {
        if (feed.quarantined > 0) {
            waits = true;
            text += fmt::format("- {}/{}: {} gegevens staan apart. Bekijk ze: ketensync --quarantine=list --source={}\n", feed.source,
                feed.feed, grouped(feed.quarantined), feed.source);
        }
        if (feed.shape_changes > 0) {
            waits = true;
            text += fmt::format("- {}/{}: de bron levert andere velden dan eerst. Bekijk ze: ketensync --shape={}/{}\n", feed.source,
                feed.feed, feed.source, feed.feed);
        }
    }
    if (snapshot.doubts > 0) {
        waits = true;
        text += fmt::format("- {} mogelijke dubbelen. Beoordeel ze: ketensync --review\n", grouped(snapshot.doubts));
    }
    if (snapshot.outbox.batches > 0) {
        waits = true;
        text += fmt::format("- {} leveringen wachten op het datawarehouse.\n", grouped(snapshot.outbox.batches));
    }
    text += waits ? "" : "Niets.\n";
    text += "\nKomende week\n\n";
    std::set<std::string> lines = closed(weeks, now);
    for (auto const & feed : snapshot.feeds) {
        if (feed.paused && feed.paused->until > now) {
            lines.insert(fmt::format("- {}: met de hand stilgezet, nog {}.\n", feed.source, health::dutch_span(feed.paused->until - now)));
        }
    }
    for (auto const & line : lines) {
        text += line;
    }
    text += lines.empty() ? "Geen onderhoud en geen dichte dagen bekend.\n\n" : "\n";
    return text;
}

} // namespace ketensync::alerts
