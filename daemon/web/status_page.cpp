#include "daemon/web/status_page.hpp"

#include "daemon/health/health.hpp"

#include <fmt/format.h>

namespace ketensync::web {

namespace {

using health::FeedState;
using health::RunState;
using health::Snapshot;
using health::Status;
using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

std::string counted(std::int64_t count, std::string_view one, std::string_view more)
{
    return fmt::format("{} {}", count, count == 1 ? one : more);
}

std::string span_in_dutch(milliseconds span)
{
    if (span < minutes(1)) {
        return "minder dan een minuut";
    }
    if (span < hours(2)) {
        return counted(duration_cast<minutes>(span).count(), "minuut", "minuten");
    }
    if (span < hours(48)) {
        return fmt::format("{} uur", duration_cast<hours>(span).count());
    }
    return fmt::format("{} dagen", duration_cast<hours>(span).count() / 24);
}

std::string moment(Instant instant, Instant now)
{
    auto const words
        = instant <= now ? span_in_dutch(now - instant) + " geleden" : "over " + span_in_dutch(instant - now);
    return fmt::format("<time datetime=\"{}\">{}</time>", to_text(instant), words);
}

std::string_view state_in_dutch(FeedState const & feed, Snapshot const & snapshot)
{
    if (feed.running()) {
        return "wordt nu gelezen";
    }
    if (!feed.last_run) {
        return "nog niet gelezen";
    }
    switch (feed.last_run->state) {
    case RunState::held:
        return "vastgehouden: iemand moet ernaar kijken";
    case RunState::failed:
        return "mislukt";
    case RunState::interrupted:
        return "onderbroken";
    case RunState::running:
    case RunState::succeeded:
    case RunState::rejects:
        break;
    }
    return health::status_of(feed, snapshot) == Status::pass ? "in orde" : "te laat";
}

std::string row(FeedState const & feed, Snapshot const & snapshot)
{
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escaped(feed.title.empty() ? feed.source : feed.title), escaped(feed.feed), state_in_dutch(feed, snapshot),
        feed.last_success ? moment(*feed.last_success, snapshot.taken) : "nog nooit",
        feed.next_run ? moment(*feed.next_run, snapshot.taken) : "alleen met de hand", feed.quarantined);
}

std::string_view headline(Status status)
{
    switch (status) {
    case Status::pass:
        return "Alles loopt.";
    case Status::warn:
        return "Alles loopt, maar er is iets om naar te kijken.";
    case Status::fail:
        return "De dienst kan zijn werk nu niet doen.";
    }
    return "";
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string result;
    for (char const letter : text) {
        switch (letter) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += letter;
        }
    }
    return result;
}

std::string status_page(Snapshot const & snapshot)
{
    auto const report = health::evaluate(snapshot);
    std::string page
        = "<!DOCTYPE html>\n<html lang=\"nl\">\n<head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\"><title>Ketensync: stand van zaken</title></head>\n"
          "<body><main>\n<h1>Stand van zaken</h1>\n";
    page += fmt::format("<p>{} Bijgewerkt op <time datetime=\"{}\">{}</time>.</p>\n", headline(report.status),
        to_text(snapshot.taken), to_text(Instant(std::chrono::floor<std::chrono::seconds>(snapshot.taken))));
    page += "<table border=\"1\">\n<caption>Bronnen en wanneer ze gelezen zijn</caption>\n<thead><tr><th "
            "scope=\"col\">Bron</th>"
            "<th scope=\"col\">Gegevens</th><th scope=\"col\">Stand</th><th scope=\"col\">Laatst gelukt</th>"
            "<th scope=\"col\">Volgende keer</th><th scope=\"col\">Apart gezet</th></tr></thead>\n<tbody>\n";
    for (auto const & feed : snapshot.feeds) {
        page += row(feed, snapshot);
    }
    page += "</tbody>\n</table>\n";
    page += fmt::format("<p>Te beoordelen: {}. Nog af te leveren: {}.</p>\n",
        counted(static_cast<std::int64_t>(snapshot.doubts), "paar", "paren"),
        counted(static_cast<std::int64_t>(snapshot.outbox.batches), "pakket", "pakketten"));
    page += fmt::format("</main>\n<footer><p>ketensync {}</p></footer></body>\n</html>\n", escaped(snapshot.version));
    return page;
}

} // namespace ketensync::web
