#include "daemon/web/status_page.hpp"

#include "daemon/health/health.hpp"
#include "daemon/web/condition.hpp"
#include "daemon/web/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ketensync::web {

namespace {

using health::FeedState;
using health::Snapshot;
using health::Status;

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

Response status_page(Snapshot const & snapshot)
{
    auto const report = health::evaluate(snapshot);
    std::string page;
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
    return web::page({ .title = "Stand van zaken", .path = "/", .version = snapshot.version }, page);
}

} // namespace ketensync::web
