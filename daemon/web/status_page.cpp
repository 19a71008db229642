#include "daemon/web/status_page.hpp"

#include "daemon/health/health.hpp"
#include "daemon/web/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ketensync::web {

namespace {

using health::FeedState;
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

/// The first run of the text is what happened, so that nobody has to see a colour.
std::string last_run(FeedState const & feed)
{
    if (!feed.last_run || !feed.last_run->ended) {
        return feed.last_run ? "bezig" : "geen";
    }
    auto const & run = *feed.last_run;
    return fmt::format("{} gelezen, {} nieuw, {} gewijzigd, {} apart gezet", run.fetched, run.added, run.changed, run.rejected);
}

std::string state(FeedState const & feed, Condition condition)
{
    auto text = fmt::format("<span class=\"teken\" aria-hidden=\"true\">{}</span> {}", sign_of(condition), in_dutch(condition));
    if (condition == Condition::paused) {
        text += fmt::format(" tot <time>{}</time> door {}: {}", to_text(Instant(std::chrono::floor<std::chrono::minutes>(feed.paused->until))),
            escaped(feed.paused->who), escaped(feed.paused->reason));
    }
    if ((condition == Condition::held || condition == Condition::failing) && !feed.last_run->message.empty()) {
        text += fmt::format("<br><small>{}</small>", escaped(feed.last_run->message));
    }
    if (auto const advice = advice_for(condition); !advice.empty()) {
        text += fmt::format("<br><small>{}</small>", escaped(advice));
    }
    return text;
}

std::string row(FeedState const & feed, Condition condition, Snapshot const & snapshot)
{
    return fmt::format("<tr class=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td "
                       "class=\"getal\">{}</td></tr>\n",
        needs_somebody(condition) ? "aandacht" : "rustig", escaped(feed.title.empty() ? feed.source : feed.title), escaped(feed.feed),
        state(feed, condition), feed.last_success ? moment(*feed.last_success, snapshot.taken) : "nog nooit", last_run(feed),
        condition == Condition::paused ? "na de pauze"
            : feed.next_run            ? moment(*feed.next_run, snapshot.taken)
                                       : "alleen met de hand",
        feed.quarantined);
}

/// Those that need somebody first; where equal, as they are called.
std::vector<std::pair<Condition, FeedState const *>> in_order_of_need(Snapshot const & snapshot)
{
    std::vector<std::pair<Condition, FeedState const *>> rows;
    for (auto const & feed : snapshot.feeds) {
        rows.emplace_back(condition_of(feed, snapshot), &feed);
    }
    std::ranges::stable_sort(rows, {}, [](auto const & row) { return row.first; });
    return rows;
}

/// What is read next, whatever the source.
std::string coming(Snapshot const & snapshot)
{
    std::vector<std::pair<Instant, FeedState const *>> runs;
    for (auto const & feed : snapshot.feeds) {
        for (auto const & next : feed.next_runs) {
            runs.emplace_back(next, &feed);
        }
    }
    if (runs.empty()) {
        return "";
    }
    std::ranges::sort(runs);
    runs.resize(std::min<std::size_t>(runs.size(), 10));
    std::string text = "<h2>Wat er nu komt</h2>\n<ol>\n";
    for (auto const & [when, feed] : runs) {
        text += fmt::format("<li>{}: {}, {}</li>\n", moment(when, snapshot.taken), escaped(feed->title.empty() ? feed->source : feed->title),
            escaped(feed->feed));
    }
    return text + "</ol>\n";
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
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Ketensync: stand van zaken</title>"
          "<link rel=\"stylesheet\" href=\"/opmaak.css\"></head>\n"
          "<body><main>\n<h1>Stand van zaken</h1>\n";
    page += fmt::format("<p>{} Bijgewerkt op <time datetime=\"{}\">{}</time>.</p>\n", headline(report.status),
        to_text(snapshot.taken), to_text(Instant(std::chrono::floor<std::chrono::seconds>(snapshot.taken))));
    auto const rows = in_order_of_need(snapshot);
    auto const needy = std::ranges::count_if(rows, [](auto const & each) { return needs_somebody(each.first); });
    page += fmt::format("<p>{}</p>\n", needy == 0 ? "Niets vraagt om u." : counted(needy, "bron vraagt", "bronnen vragen") + " om u; die staan bovenaan.");
    page += "<div class=\"breed\" role=\"region\" tabindex=\"0\" aria-labelledby=\"bronnen\">\n<table>\n<caption id=\"bronnen\">Bronnen en wanneer ze gelezen zijn</caption>\n<thead><tr><th "
            "scope=\"col\">Bron</th>"
            "<th scope=\"col\">Gegevens</th><th scope=\"col\">Stand</th><th scope=\"col\">Laatst gelukt</th>"
            "<th scope=\"col\">Laatste keer</th><th scope=\"col\">Volgende keer</th><th scope=\"col\">Apart gezet</th></tr></thead>\n<tbody>\n";
    for (auto const & [condition, feed] : rows) {
        page += row(*feed, condition, snapshot);
    }
    page += "</tbody>\n</table>\n</div>\n" + coming(snapshot);
    page += fmt::format("<p>Te beoordelen: {}. Nog af te leveren: {}.</p>\n",
        counted(static_cast<std::int64_t>(snapshot.doubts), "paar", "paren"),
        counted(static_cast<std::int64_t>(snapshot.outbox.batches), "pakket", "pakketten"));
    page += fmt::format("</main>\n<footer><p>ketensync {}</p></footer></body>\n</html>\n", escaped(snapshot.version));
    return page;
}

std::string_view style_sheet()
{
    return R"(:root { color-scheme: light; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 .5rem; }
.breed { overflow-x: auto; }
.breed:focus-visible { outline: 3px solid #154273; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #767676; overflow-wrap: anywhere; min-width: 6rem; }
.getal { text-align: right; font-variant-numeric: tabular-nums; }
.aandacht th { border-left: .4rem solid #a90061; }
.rustig th { border-left: .4rem solid #fff; }
small { color: #4a4a4a; font-size: .9rem; }
footer { margin-top: 2rem; color: #4a4a4a; }
@media print { .breed { overflow: visible; } }
)";
}

} // namespace ketensync::web
