#include "daemon/web/condition.hpp"

#include "daemon/health/health.hpp"
#include "daemon/web/tongue.hpp"

namespace ketensync::web {

using health::RunState;

Condition condition_of(health::FeedState const & feed, health::Snapshot const & snapshot)
{
    bool const paused = feed.paused && feed.paused->until > snapshot.taken;
    bool const unread = !feed.last_run && !feed.last_success;
    if (feed.running()) {
        return Condition::running;
    }
    if (feed.last_run && feed.last_run->state == RunState::held) {
        return Condition::held;
    }
    if (paused) {
        return Condition::paused;
    }
    if (feed.last_run && feed.last_run->failed()) {
        return Condition::failing;
    }
    if (unread) {
        return Condition::never;
    }
    if (health::status_of(feed, snapshot) != health::Status::pass) {
        return Condition::late;
    }
    return feed.quarantined > 0 ? Condition::set_aside : Condition::in_order;
}

std::string_view in_dutch(Condition condition)
{
    switch (condition) {
    case Condition::held: return word("vastgehouden: iemand moet ernaar kijken");
    case Condition::failing: return word("mislukt");
    case Condition::late: return word("te laat");
    case Condition::set_aside: return word("in orde, met apart gezette gegevens");
    case Condition::running: return word("wordt nu gelezen");
    case Condition::never: return word("nog niet gelezen");
    case Condition::paused: return word("gepauzeerd");
    case Condition::in_order: return word("in orde");
    }
    return "";
}

std::string_view sign_of(Condition condition)
{
    switch (condition) {
    case Condition::held: return "■";
    case Condition::failing: return "✖";
    case Condition::late: return "◷";
    case Condition::set_aside: return "⚠";
    case Condition::running: return "▶";
    case Condition::never: return "○";
    case Condition::paused: return "‖";
    case Condition::in_order: return "✔";
    }
    return "";
}

std::string_view advice_for(Condition condition)
{
    switch (condition) {
    case Condition::held: return word("Vraag de bron of de levering klopt. Zo ja: --sync met --accept-mass-change.");
    case Condition::failing: return word("Lees de melding. Het gaat vanzelf verder als de bron weer antwoordt.");
    case Condition::late: return word("Kijk of de bron bereikbaar is: --test-connection.");
    case Condition::set_aside: return word("Bekijk waarom: --quarantine=list.");
    case Condition::running:
    case Condition::never:
    case Condition::paused:
    case Condition::in_order: return "";
    }
    return "";
}

bool needs_somebody(Condition condition) { return condition <= Condition::set_aside; }

} // namespace ketensync::web
