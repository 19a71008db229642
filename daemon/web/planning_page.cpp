#include "daemon/web/planning_page.hpp"

#include "daemon/web/table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ketensync::web {

namespace {

using health::FeedState;
using health::Snapshot;

/// What is read more often than this is told as such, not turn by turn.
constexpr std::chrono::hours often { 1 };
constexpr std::chrono::hours ahead { 24 };

std::string name_of(FeedState const & feed) { return fmt::format("{}, {}", escaped(feed.title.empty() ? feed.source : feed.title), escaped(feed.feed)); }

std::string when(Instant at, pipeline::WallClock const & clock)
{
    return fmt::format("<time datetime=\"{}\">{}</time>", to_text(Instant(std::chrono::floor<std::chrono::seconds>(at))), clock.time(at).substr(0, 5));
}

bool is_paused(FeedState const & feed, Instant now) { return feed.paused && feed.paused->until > now; }
bool is_often(FeedState const & feed) { return feed.interval.count() > 0 && feed.interval < often; }

std::string at_times(Snapshot const & snapshot, pipeline::WallClock const & clock, Tongue const & say)
{
    std::vector<std::pair<Instant, FeedState const *>> turns;
    for (auto const & feed : snapshot.feeds) {
        for (auto const & next : feed.next_runs) {
            if (!is_often(feed) && next < snapshot.taken + ahead) {
                turns.emplace_back(next, &feed);
            }
        }
    }
    if (turns.empty()) {
        return fmt::format("<p>{}</p>\n", say("De komende 24 uur wordt er niets op een vast tijdstip gelezen."));
    }
    std::ranges::stable_sort(turns, {}, &std::pair<Instant, FeedState const *>::first);
    std::string rows;
    auto const today = clock.day(snapshot.taken);
    for (auto const & [at, feed] : turns) {
        rows += fmt::format("<tr><th scope=\"row\">{}{}</th><td>{}</td><td>{}</td></tr>\n",
            clock.day(at) == today ? std::string() : fmt::format("{} ", say("morgen")), when(at, clock), name_of(*feed), say.moment(at, snapshot.taken));
    }
    return table("tijdstippen", say("Op een vast tijdstip, de komende 24 uur"), { { say("Tijd") }, { say("Bron") }, { say("Dat is") } }, rows);
}

std::string all_the_time(Snapshot const & snapshot, pipeline::WallClock const & clock, Tongue const & say)
{
    std::string rows;
    for (auto const & feed : snapshot.feeds) {
        if (!is_often(feed) || is_paused(feed, snapshot.taken)) {
            continue;
        }
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", name_of(feed), say("elke {}", say.span(feed.interval)),
            feed.next_runs.empty() ? std::string(say("niet gepland")) : fmt::format("{} ({})", when(feed.next_runs.front(), clock), say.moment(feed.next_runs.front(), snapshot.taken)));
    }
    return rows.empty() ? std::string()
                        : table("steeds", say("Steeds opnieuw"), { { say("Bron") }, { say("Hoe vaak") }, { say("Volgende keer") } }, rows);
}

std::string not_by_itself(Snapshot const & snapshot, Tongue const & say)
{
    std::string rows;
    for (auto const & feed : snapshot.feeds) {
        std::string why;
        if (is_paused(feed, snapshot.taken)) {
            why = say("gepauzeerd tot {} door {}: {}", to_text(Instant(std::chrono::floor<std::chrono::minutes>(feed.paused->until))),
                escaped(feed.paused->who), escaped(feed.paused->reason));
        } else if (feed.interval.count() == 0 && feed.next_runs.empty()) {
            why = say("alleen met de hand");
        } else {
            continue;
        }
        rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name_of(feed), why);
    }
    return rows.empty() ? std::string() : table("niet", say("Niet vanzelf"), { { say("Bron") }, { say("Waarom") } }, rows);
}

} // namespace

std::string planning_body(Snapshot const & snapshot, pipeline::WallClock const & clock, Tongue const & say)
{
    return fmt::format("<p>{}</p>\n", say("De tijden zijn die van Nederland. Een keer die door een pauze of een storing werd gemist, wordt één keer ingehaald."))
        + at_times(snapshot, clock, say) + all_the_time(snapshot, clock, say) + not_by_itself(snapshot, say);
}

} // namespace ketensync::web
