#include "daemon/web/run_words.hpp"

#include "daemon/web/tongue.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::web {

using health::RunState;

std::string_view in_dutch(RunState state)
{
    switch (state) {
    case RunState::running: return word("bezig");
    case RunState::succeeded: return word("gelukt");
    case RunState::rejects: return word("gelukt, met apart gezette gegevens");
    case RunState::held: return word("vastgehouden");
    case RunState::failed: return word("mislukt");
    case RunState::interrupted: return word("afgebroken");
    }
    return "";
}

std::string_view in_dutch(health::Trigger trigger)
{
    return trigger == health::Trigger::schedule ? word("op zijn tijd") : word("met de hand");
}

std::string_view in_dutch(record::Change::What what)
{
    using What = record::Change::What;
    switch (what) {
    case What::added: return word("nieuw");
    case What::changed: return word("gewijzigd");
    case What::regrouped: return word("anders samengesteld");
    case What::ended: return word("gesloten");
    }
    return "";
}

Trouble trouble_of(std::string_view reason)
{
    static constexpr std::array<std::pair<std::string_view, Trouble>, 11> troubles { {
        { "unavailable", { word("De bron antwoordde niet, of niet op tijd."), true, word("U hoeft niets te doen. Duurt het langer dan een dag, vraag dan de beheerder van de bron.") } },
        { "busy", { word("Er was iets anders bezig dat voorging."), true, word("U hoeft niets te doen; de volgende keer gaat het verder.") } },
        { "bad_data", { word("De bron gaf gegevens die niet te lezen zijn."), false, word("Vraag de bron om een nieuwe levering. Wat er al was, blijft staan.") } },
        { "bad_page", { word("De bron gaf een antwoord dat niet klopt met wat was afgesproken."), false, word("Vraag de bron of er iets aan de koppeling is gewijzigd.") } },
        { "held", { word("De levering was niet geloofwaardig: er verdween of wijzigde te veel."), false, word("Vraag de bron of de levering klopt. Zo ja: lees haar met --accept-mass-change. Zo nee: vraag om een nieuwe.") } },
        { "refused", { word("De bron liet ons niet toe."), false, word("Kijk of de sleutel of het certificaat nog geldig is, en probeer het met --test-connection.") } },
        { "configuration", { word("De instellingen kloppen niet met de bron of met elkaar."), false, word("Lees de melding en pas het bestand aan; --check noemt elke fout.") } },
        { "cannot_write", { word("Er kon niet worden geschreven, waarschijnlijk is de schijf vol."), true, word("Maak ruimte op de schijf; daarna gaat het vanzelf verder.") } },
        { "totals", { word("De aantallen van deze keer tellen niet op."), false, word("Meld dit met --diagnostics. Wat er al was, blijft staan.") } },
        { "interrupted", { word("Het lezen is afgebroken."), true, word("U hoeft niets te doen; de volgende keer gaat het verder.") } },
        { "bug", { word("Er ging iets mis in het programma zelf."), false, word("Meld dit met --diagnostics; daar staan geen persoonsgegevens in.") } },
    } };
    auto const found = std::ranges::find(troubles, reason, &std::pair<std::string_view, Trouble>::first);
    return found == troubles.end() ? troubles.back().second : found->second;
}

std::string_view act_in_dutch(std::string_view action)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 25> acts { {
        { "accept-mass-change", word("een opvallende levering toegelaten") },
        { "accept-shape", word("gewijzigde velden aanvaard") },
        { "access", word("gegevens van iemand ingezien") },
        { "approve", word("een editie van de Monitor goedgekeurd") },
        { "backup", word("een reservekopie gemaakt") },
        { "cancel", word("het lezen afgebroken") },
        { "configuration", word("andere instellingen in werking") },
        { "contracts", word("een overzicht van contracten gemaakt") },
        { "erase", word("iemand gewist") },
        { "judge", word("een paar beoordeeld") },
        { "judge-again", word("een paar nog eens beoordeeld") },
        { "learn", word("het herkennen opnieuw geleerd") },
        { "pause", word("een bron gepauzeerd") },
        { "publish", word("een editie van de Monitor gepubliceerd") },
        { "quarantine-drop", word("apart gezette gegevens weggedaan") },
        { "quarantine-look", word("apart gezette gegevens ingezien") },
        { "quarantine-retry", word("apart gezette gegevens opnieuw geprobeerd") },
        { "reconcile", word("opnieuw bepaald wie wie is") },
        { "refill", word("het datawarehouse opnieuw gevuld") },
        { "reseal", word("een andere sleutel in gebruik") },
        { "restore", word("een reservekopie teruggezet") },
        { "resume", word("een pauze opgeheven") },
        { "retention", word("bewaartermijnen toegepast") },
        { "sync", word("lezen met de hand begonnen") },
        { "see", word("iets afgeschermds ingezien") },
    } };
    auto const found = std::ranges::find(acts, action, &std::pair<std::string_view, std::string_view>::first);
    return found == acts.end() ? action : found->second;
}

} // namespace ketensync::web
