#include "daemon/web/timeline_page.hpp"

#include "daemon/web/run_words.hpp"
#include "daemon/web/table.hpp"

#include <algorithm>

namespace ketensync::web {

namespace {

using pipeline::Audit;
using pipeline::Timeline;

std::string when(Instant at, pipeline::WallClock const & clock)
{
    return fmt::format("<time datetime=\"{}\">{}</time>", to_text(Instant(std::chrono::floor<std::chrono::seconds>(at))), clock.time(at));
}

std::string row(health::Run const & run, Instant at, std::span<FeedName const> feeds, pipeline::WallClock const & clock, Tongue const & say)
{
    auto const found = std::ranges::find_if(
        feeds, [&run](FeedName const & each) { return each.source == run.source && each.feed == run.feed; });
    auto const title = found == feeds.end() || found->title.empty() ? run.source : found->title;
    return fmt::format("<tr class=\"{}\"><th scope=\"row\">{}</th><td><a href=\"/runs/{}\">{}, {}</a></td><td>{}: {}{}</td><td>{}</td></tr>\n",
        run.failed() ? "aandacht" : "rustig", when(at, clock), run.id, escaped(title), escaped(run.feed), say(word("lezen")), say(in_dutch(run.state)),
        run.message.empty() ? std::string() : "<br><small>" + escaped(run.message) + "</small>", say(in_dutch(run.trigger)));
}

std::string row(Audit::Entry const & entry, Instant at, pipeline::WallClock const & clock, Tongue const & say)
{
    return fmt::format("<tr class=\"rustig\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", when(at, clock),
        entry.action == "configuration" ? fmt::format("<a href=\"/configuratie\">{}</a>", say("Instellingen")) : std::string(say("Handeling")),
        escaped(say(act_in_dutch(entry.action))) + (entry.detail.empty() ? "" : "<br><small lang=\"en\">" + escaped(entry.detail) + "</small>"),
        escaped(entry.who));
}

} // namespace

std::string timeline_body(Timeline const & timeline, std::chrono::sys_days day, std::span<FeedName const> feeds,
    pipeline::WallClock const & clock, Instant now, Tongue const & say)
{
    auto const link = [](std::chrono::sys_days to, std::string_view text) {
        return fmt::format("<li><a href=\"/tijdlijn?dag={0}\">{1} ({0})</a></li>\n", pipeline::day_text(to), text);
    };
    auto const today = clock.day(now);
    auto body = fmt::format("<p>{}</p>\n<ul class=\"dagen\">\n{}{}</ul>\n",
        say("Wat er op {} gebeurde, het laatste bovenaan. De tijden zijn die van Nederland.", pipeline::day_text(day)),
        link(day - std::chrono::days(1), say("Een dag eerder")), day < today ? link(day + std::chrono::days(1), say("Een dag later")) : std::string());
    if (timeline.events.empty()) {
        body += fmt::format("<p>{}</p>\n", say("Er gebeurde niets bijzonders."));
    } else {
        std::string rows;
        for (auto const & event : timeline.events) {
            rows += std::visit(
                [&](auto const & what) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(what)>, health::Run>) {
                        return row(what, event.at, feeds, clock, say);
                    } else {
                        return row(what, event.at, clock, say);
                    }
                },
                event.what);
        }
        body += table("tijdlijn", say("Wat er gebeurde"), { { say("Tijd") }, { say("Waar") }, { say("Wat") }, { say("Door wie of waardoor") } }, rows);
    }
    body += timeline.more ? fmt::format("<p>{}</p>\n", say("Er gebeurde meer dan hier past; dit is het laatste.")) : std::string();
    body += fmt::format("<p>{} <a href=\"/runs\">{}</a></p>\n",
        say("Daarnaast is er {} gelezen zonder bijzonderheden.", say.counted(timeline.uneventful, word("keer"), word("keren"))), say("Alle keren"));
    return body;
}

} // namespace ketensync::web
