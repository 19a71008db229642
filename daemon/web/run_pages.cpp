#include "daemon/web/run_pages.hpp"

#include "daemon/web/run_words.hpp"
#include "daemon/web/table.hpp"

#include <Poco/URI.h>

#include <algorithm>

namespace ketensync::web {

namespace {

using health::Run;
using health::RunState;
using pipeline::RunStory;

std::string in_query(std::string_view text)
{
    std::string encoded;
    Poco::URI::encode(std::string(text), "/&=+#?%", encoded);
    return encoded;
}

std::string title_of(std::span<FeedName const> feeds, Run const & run)
{
    auto const found = std::ranges::find_if(
        feeds, [&run](FeedName const & each) { return each.source == run.source && each.feed == run.feed; });
    return found == feeds.end() || found->title.empty() ? run.source : found->title;
}

std::string duration_of(Run const & run, Instant now, Tongue const & say)
{
    return say.lasted(run.ended.value_or(now) - run.started);
}

std::string row(Run const & run, std::span<FeedName const> feeds, Instant now, Tongue const & say)
{
    auto const number = [&say](std::uint64_t count) { return fmt::format("<td class=\"getal\">{}</td>", say.number(count)); };
    return fmt::format("<tr class=\"{}\"><th scope=\"row\"><a href=\"/runs/{}\">{}</a></th><td>{}, {}</td><td>{}{}</td><td>{}</td>"
                       "<td class=\"getal\">{}</td>{}{}{}{}{}</tr>\n",
        run.failed() ? "aandacht" : "rustig", run.id, say.moment(run.started, now), escaped(title_of(feeds, run)), escaped(run.feed),
        say(in_dutch(run.state)), run.message.empty() ? std::string() : "<br><small>" + escaped(run.message) + "</small>",
        say(in_dutch(run.trigger)), duration_of(run, now, say), number(run.fetched), number(run.added), number(run.changed),
        number(run.vanished), number(run.rejected));
}

std::string choice_form(pipeline::RunChoice const & choice, std::span<FeedName const> feeds, Tongue const & say)
{
    std::string options = fmt::format("<option value=\"\">{}</option>", say("alle bronnen"));
    auto const chosen = choice.feed.empty() ? choice.source : choice.source + '/' + choice.feed;
    for (auto const & each : feeds) {
        auto const value = each.source + '/' + each.feed;
        options += fmt::format("<option value=\"{}\"{}>{}, {}</option>", escaped(value), value == chosen ? " selected" : "",
            escaped(each.title.empty() ? each.source : each.title), escaped(each.feed));
    }
    return fmt::format("<form method=\"get\" action=\"/runs\" class=\"keuze\">\n<p><label for=\"bron\">{}</label> <select id=\"bron\" name=\"bron\">{}</select></p>\n"
                       "<p><input type=\"checkbox\" id=\"mislukt\" name=\"mislukt\" value=\"1\"{}> <label for=\"mislukt\">{}</label></p>\n"
                       "<p><button>{}</button></p>\n</form>\n",
        say("Bron"), options, choice.failed ? " checked" : "", say("alleen wat mislukte of is vastgehouden"), say("Toon"));
}

/// One line of a list of facts.
std::string fact(std::string_view what, std::string_view value) { return fmt::format("<dt>{}</dt><dd>{}</dd>\n", what, value); }

std::string exact(Instant instant) { return to_text(Instant(std::chrono::floor<std::chrono::seconds>(instant))); }

std::string phases(RunStory const & story, Instant now, Tongue const & say)
{
    auto const & run = story.run;
    auto const phase = [&say, now](std::string_view name, Instant from, std::optional<Instant> until) {
        return fmt::format("<tr><th scope=\"row\">{}</th><td><time datetime=\"{}\">{}</time></td><td class=\"getal\">{}</td></tr>\n", name, exact(from),
            exact(from), say.lasted(until.value_or(now) - from));
    };
    std::string rows = phase(say("lezen"), run.started, story.read_at ? story.read_at : run.ended);
    if (story.read_at) {
        rows += phase(say("verwerken"), *story.read_at, run.ended);
    }
    auto const delivery = !run.ended ? say("volgt")
        : story.waiting == 0         ? say("alles is in het datawarehouse")
                                     : std::string_view();
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td colspan=\"2\">{}</td></tr>\n", say("afleveren"),
        delivery.empty() ? say("{} wachten op het datawarehouse", say.counted(story.waiting, word("pakket"), word("pakketten"))) : std::string(delivery));
    return table("fasen", say("Fasen"), { { say("Fase") }, { say("Begonnen") }, { say("Duur"), true } }, rows);
}

std::string totals(RunStory const & story, Tongue const & say)
{
    auto const & run = story.run;
    auto const count = [&say](std::string_view name, std::uint64_t number, std::string_view meaning) {
        return fmt::format("<tr><th scope=\"row\">{}</th><td class=\"getal\">{}</td><td>{}</td></tr>\n", name, say.number(number), meaning);
    };
    auto rows = count(say("gelezen"), run.fetched, say("documenten van de bron"));
    rows += count(say("ongewijzigd"), run.unchanged, say("waren al zo bekend"));
    rows += count(say("nieuw"), run.added, say("waren er nog niet"));
    rows += count(say("gewijzigd"), run.changed, say("waren anders bekend"));
    rows += count(say("gesloten"), run.vanished, say("levert de bron niet meer"));
    rows += count(say("overgeslagen"), run.filtered, say("gaan ons volgens de afspraken niet aan"));
    rows += count(say("apart gezet"), run.rejected, say("konden niet worden verwerkt; ze zijn bewaard"));
    return table("totalen", say("Aantallen"), { { say("Wat") }, { say("Aantal"), true }, { say("Betekenis") } }, rows);
}

std::string rejects(RunStory const & story, Tongue const & say)
{
    if (story.rejects.empty()) {
        return "";
    }
    std::string rows;
    for (auto const & each : story.rejects) {
        rows += fmt::format("<tr><th scope=\"row\"><code>{}</code></th><td class=\"getal\">{}</td></tr>\n", escaped(each.reason), say.number(each.count));
    }
    return table("redenen", say("Waarom gegevens apart zijn gezet"), { { say("Reden") }, { say("Aantal"), true } }, rows)
        + fmt::format("<p><a href=\"/quarantaine\">{}</a></p>\n", say("Bekijk wat apart staat"));
}

std::string change_of(RunStory::Sample::Field const & field, Tongue const & say)
{
    auto const value = [&say](std::string const & text) { return text.empty() ? "<em>" + std::string(say("leeg")) + "</em>" : escaped(text); };
    return fmt::format("<li><code>{}</code>: {} → {}</li>", escaped(field.name), value(field.was), value(field.becomes));
}

std::string trouble(Run const & run, Tongue const & say)
{
    if (run.ended && (run.failed() || run.state == RunState::interrupted)) {
        auto const what = trouble_of(run.reason);
        return fmt::format("<div class=\"waarschuwing\">\n<h2>{}</h2>\n<p>{}{}</p>\n<p>{}</p>\n<p>{}</p>\n</div>\n", say("Waarom het niet lukte"), say(what.why),
            run.message.empty() ? std::string() : fmt::format(" {} <q lang=\"en\">{}</q>", say("De melding was:"), escaped(run.message)),
            what.heals ? say("Dit gaat vanzelf over.") : say("Dit gaat niet vanzelf over."), say(what.advice));
    }
    return run.message.empty() ? std::string() : fmt::format("<p>{} <q lang=\"en\">{}</q></p>\n", say("Opgemerkt:"), escaped(run.message));
}

} // namespace

std::string runs_body(std::span<Run const> runs, pipeline::RunChoice const & choice, std::span<FeedName const> feeds, Instant now, Tongue const & say)
{
    auto body = choice_form(choice, feeds, say);
    if (runs.empty()) {
        return body + fmt::format("<p>{}</p>\n", say("Er is niets gelezen dat hierbij hoort."));
    }
    std::string rows;
    for (auto const & run : runs) {
        rows += row(run, feeds, now, say);
    }
    body += table("lopen", say("Elke keer dat er gelezen is, de laatste bovenaan"),
        { { say("Begonnen") }, { say("Bron") }, { say("Afloop") }, { say("Waardoor") }, { say("Duur"), true }, { say("Gelezen"), true },
            { say("Nieuw"), true }, { say("Gewijzigd"), true }, { say("Gesloten"), true }, { say("Apart"), true } },
        rows);
    if (runs.size() == choice.limit) {
        auto const chosen = choice.source.empty() ? std::string() : choice.feed.empty() ? choice.source : choice.source + '/' + choice.feed;
        body += fmt::format("<p><a href=\"/runs?voor={}{}{}\">{}</a></p>\n", runs.back().id,
            chosen.empty() ? std::string() : "&amp;bron=" + escaped(in_query(chosen)), choice.failed ? "&amp;mislukt=1" : "", say("Eerder"));
    }
    return body;
}

std::string run_body(RunStory const & story, std::string_view title, Instant now, Tongue const & say)
{
    auto const & run = story.run;
    auto const feed = run.source + '/' + run.feed;
    auto body = "<dl class=\"feiten\">\n" + fact(say("Bron"), escaped(fmt::format("{}, {}", title.empty() ? run.source : title, run.feed)));
    body += fact(say("Afloop"), say(in_dutch(run.state)));
    body += fact(say("Begonnen"), fmt::format("{} ({})", say.moment(run.started, now), exact(run.started)));
    body += fact(say("Duur"), duration_of(run, now, say) + (run.ended ? "" : fmt::format(", {}", say("bezig"))));
    body += fact(say("Waardoor"), std::string(say(in_dutch(run.trigger))) + (story.note.empty() ? "" : ": " + escaped(story.note)));
    body += fact(say("Wat het kostte"),
        story.pages == 0 ? std::string(say("onbekend"))
                         : fmt::format("{}, {}", say.counted(story.pages, word("bladzijde of bestand"), word("bladzijden of bestanden")), say.bytes(story.bytes)));
    if (run.trace) {
        body += fact(say("Kenmerk voor de bron"), fmt::format("<code>{}</code><br><small>{}</small>", to_text(run.trace),
            say("Alles wat deze loop de bron vroeg, draagt dit als trace-id (W3C Trace Context). De beheerder van de bron kan het daarmee terugvinden.")));
    }
    body += "</dl>\n" + trouble(run, say) + phases(story, now, say) + totals(story, say) + rejects(story, say);
    if (run.added + run.changed + run.vanished > 0) {
        body += fmt::format("<p><a href=\"/veranderd/{}\">{}</a></p>\n", run.id, say("Voorbeelden van wat er veranderde"));
    }
    body += fmt::format("<h2>{}</h2>\n<p><code>ketensync --sync={} --reason=\"…\"</code></p>\n<p><a href=\"/runs?bron={}\">{}</a></p>\n",
        say("Nog eens, met de hand"), escaped(feed), escaped(in_query(feed)), say("Alle keren dat deze bron gelezen is"));
    return body;
}

std::string samples_body(RunStory const & story, Tongue const & say)
{
    auto const back = fmt::format("<p><a href=\"/runs/{0}\">{1}</a></p>\n", story.run.id, say("Terug naar loop {}", story.run.id));
    if (story.samples.empty()) {
        return fmt::format("<p>{}</p>\n", say("Van deze loop zijn geen voorbeelden bewaard.")) + back;
    }
    std::string rows;
    for (auto const & sample : story.samples) {
        std::string fields;
        for (auto const & field : sample.fields) {
            fields += change_of(field, say);
        }
        rows += fmt::format("<tr><th scope=\"row\">{} {}</th><td>{}</td><td>{}</td></tr>\n", escaped(sample.kind), sample.golden,
            say(in_dutch(sample.what)), !sample.kept ? std::string(say("wordt niet meer bewaard"))
                : fields.empty()                     ? std::string(say("dezelfde waarden, van andere bronnen"))
                                                     : "<ul class=\"velden\">" + fields + "</ul>");
    }
    return table("voorbeelden", say("Voorbeelden van wat er veranderde"), { { say("Gegeven") }, { say("Wat") }, { say("Velden") } }, rows)
        + fmt::format("<p><small>{}</small></p>\n", say("*** is een persoonsgegeven. Wie het mag zien, vraagt het met --explain=NUMMER; dat wordt vastgelegd.")) + back;
}

} // namespace ketensync::web
