#include "daemon/web/status_page.hpp"

#include "daemon/health/concern.hpp"
#include "daemon/web/condition.hpp"
#include "daemon/web/sparkline.hpp"
#include "daemon/web/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ketensync::web {

namespace {

using health::FeedState;
using health::Snapshot;
using health::Status;

std::string title_of(FeedState const & feed) { return escaped(feed.title.empty() ? feed.source : feed.title); }

std::string runs_path(FeedState const & feed) { return "/runs?bron=" + escaped(feed.source) + '/' + escaped(feed.feed); }

std::string state(FeedState const & feed, Condition condition, Tongue const & say)
{
    auto text = fmt::format("<span class=\"teken\" aria-hidden=\"true\">{}</span> <strong>{}</strong>", sign_of(condition), say(in_dutch(condition)));
    if (condition == Condition::paused) {
        text += say(" tot {} door {}: {}", to_text(Instant(std::chrono::floor<std::chrono::minutes>(feed.paused->until))),
            escaped(feed.paused->who), escaped(feed.paused->reason));
    }
    if ((condition == Condition::held || condition == Condition::failing) && !feed.last_run->message.empty()) {
        text += fmt::format("<br><small lang=\"en\">{}</small>", escaped(feed.last_run->message));
    }
    if (feed.consecutive_failures > 1 && (condition == Condition::held || condition == Condition::failing)) {
        text += fmt::format("<br><small>{}</small>", say("{} keer achter elkaar", feed.consecutive_failures));
    }
    if (auto const advice = advice_for(condition); !advice.empty()) {
        text += fmt::format("<br><small>{}</small>", escaped(say(advice)));
    }
    return text;
}

/// When it was read, and beside it how far the data itself is: a source may answer every day and tell nothing new.
std::string freshness(FeedState const & feed, Snapshot const & snapshot, Tongue const & say)
{
    auto text = feed.last_success ? say.moment(*feed.last_success, snapshot.taken) : std::string(say("nog nooit"));
    if (feed.told_until) {
        text += fmt::format("<br><small>{} {}</small>", say("gegevens tot"), say.moment(*feed.told_until, snapshot.taken));
    } else if (feed.news_came) {
        text += fmt::format("<br><small>{} {}</small>", say("laatste nieuws"), say.moment(*feed.news_came, snapshot.taken));
    }
    return text;
}

/// The last run in numbers, which lead to all about it, and the ones before as a picture.
std::string last_runs(FeedState const & feed, Tongue const & say)
{
    if (!feed.last_run) {
        return std::string(say("geen"));
    }
    auto const & run = *feed.last_run;
    bool const news = run.added + run.changed + run.vanished + run.rejected > 0;
    auto const numbers = !run.ended ? std::string(say("bezig"))
        : !news                     ? say("{} gelezen, niets nieuws", say.number(run.fetched))
                                    : say("{} gelezen, {} nieuw, {} gewijzigd, {} gesloten, {} apart gezet", say.number(run.fetched),
                                        say.number(run.added), say.number(run.changed), say.number(run.vanished), say.number(run.rejected));
    auto text = fmt::format("<a href=\"/runs/{}\">{}</a>", run.id, numbers);
    if (!feed.recent.empty()) {
        text += fmt::format("<br>{} <a href=\"{}\"><small>{}</small></a>", sparkline(feed.recent, say), runs_path(feed), runs_in_words(feed.recent, say));
    }
    return text;
}

std::string row(FeedState const & feed, Condition condition, Snapshot const & snapshot, Tongue const & say)
{
    return fmt::format("<tr class=\"{}\"><th scope=\"row\">{}<br><small>{}</small></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td "
                       "class=\"getal\">{}</td></tr>\n",
        needs_somebody(condition) ? "aandacht" : "rustig", title_of(feed), escaped(feed.feed), state(feed, condition, say),
        freshness(feed, snapshot, say), last_runs(feed, say),
        condition == Condition::paused ? std::string(say("na de pauze"))
            : feed.next_run            ? say.moment(*feed.next_run, snapshot.taken)
                                       : std::string(say("alleen met de hand")),
        feed.quarantined == 0 ? "0" : fmt::format("<a href=\"/quarantaine?bron={}\">{}</a>", escaped(feed.source), say.number(feed.quarantined)));
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
std::string coming(Snapshot const & snapshot, Tongue const & say)
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
    auto text = fmt::format("<h2>{}</h2>\n<ol>\n", say("Wat er nu komt"));
    for (auto const & [when, feed] : runs) {
        text += fmt::format("<li>{}: {}, {}</li>\n", say.moment(when, snapshot.taken), title_of(*feed), escaped(feed->feed));
    }
    return text + fmt::format("</ol>\n<p><a href=\"/planning\">{}</a></p>\n", say("De hele planning van de komende dag"));
}

/// What asks for somebody and is of no feed, in the words of the alerts.
std::string of_the_service(std::vector<health::Concern> const & concerns, Tongue const & say)
{
    std::string items;
    for (auto const & concern : concerns) {
        if (!concern.key.starts_with("feed:")) {
            items += fmt::format("<li>{}<br><small>{}</small></li>\n", escaped(concern.what), escaped(concern.first));
        }
    }
    return items.empty() ? items : fmt::format("<h2>{}</h2>\n<ul lang=\"nl\">\n{}</ul>\n", say("Wat verder om u vraagt"), items);
}

std::string_view headline(Status status)
{
    switch (status) {
    case Status::pass:
        return word("Alles loopt.");
    case Status::warn:
        return word("Alles loopt, maar er is iets om naar te kijken.");
    case Status::fail:
        return word("De dienst kan zijn werk nu niet doen.");
    }
    return "";
}

/// Today in a line, and what is in force.
std::string day_and_version(Snapshot const & snapshot, Tongue const & say)
{
    auto const & day = snapshot.day;
    auto text = fmt::format("<p>{}: <a href=\"/tijdlijn\">{}, {}, {}</a>.</p>\n", say("De laatste 24 uur"), say.counted(day.runs, word("keer gelezen"), word("keren gelezen")),
        say("{} mislukt of vastgehouden", say.number(day.failed)), say.counted(day.by_hand, word("handeling"), word("handelingen")));
    text += fmt::format("<p>{} <a href=\"/configuratie\"><code>{}</code></a>, {} {}.{}</p>\n", say("Instellingen: versie"), escaped(snapshot.configuration),
        say("in werking sinds"), say.moment(snapshot.configuration_read, snapshot.taken),
        snapshot.reload_succeeded ? std::string() : fmt::format(" <strong>{}</strong>", say("Nieuwe instellingen zijn geweigerd: --check noemt de fouten.")));
    return text;
}

} // namespace

Response status_page(Snapshot const & snapshot, Language language, std::string_view more)
{
    Tongue const say(language);
    auto const report = health::evaluate(snapshot);
    auto page = fmt::format("<p>{} {} <time datetime=\"{}\">{}</time>.</p>\n", say(headline(report.status)), say("Bijgewerkt op"),
        to_text(snapshot.taken), to_text(Instant(std::chrono::floor<std::chrono::seconds>(snapshot.taken))));
    auto const rows = in_order_of_need(snapshot);
    auto const needy = static_cast<std::uint64_t>(std::ranges::count_if(rows, [](auto const & each) { return needs_somebody(each.first); }));
    auto const others = of_the_service(health::concerns(snapshot, report), say);
    page += needy == 0 && !others.empty() ? std::string()
        : needy == 0                      ? fmt::format("<p>{}</p>\n", say("Niets vraagt om u."))
                                          : fmt::format("<p><strong>{}</strong>{}</p>\n", say.counted(needy, word("bron vraagt om u"), word("bronnen vragen om u")), say("; wat u vraagt staat bovenaan."));
    std::string html;
    for (auto const & [condition, feed] : rows) {
        html += row(*feed, condition, snapshot, say);
    }
    page += table("bronnen", say("Bronnen en wanneer ze gelezen zijn"),
        { { say("Bron") }, { say("Stand") }, { say("Laatst gelukt") }, { say("Laatste keren") }, { say("Volgende keer") }, { say("Apart gezet"), true } }, html);
    page += others;
    page += fmt::format("<p><a href=\"/beoordelen\">{}</a> {}</p>\n",
        say("Te beoordelen: {}.", say.counted(snapshot.doubts, word("paar"), word("paren"))),
        say("Nog af te leveren: {}.", say.counted(snapshot.outbox.batches, word("pakket"), word("pakketten"))));
    page += day_and_version(snapshot, say) + coming(snapshot, say);
    page += more;
    return web::page({ .title = std::string(say("Stand van zaken")), .path = "/", .version = snapshot.version, .language = language }, page);
}

} // namespace ketensync::web
