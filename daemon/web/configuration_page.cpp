#include "daemon/web/configuration_page.hpp"

#include "daemon/web/table.hpp"

#include <algorithm>

namespace ketensync::web {

namespace {

std::string in_force(ConfigurationShown const & shown, Instant now, Tongue const & say)
{
    auto body = fmt::format("<p>{} <strong><code>{}</code></strong> {} {}.</p>\n", say("In werking is versie"), escaped(shown.version), say("sinds"),
        say.moment(shown.since, now));
    if (!shown.reload_succeeded) {
        body += fmt::format("<div class=\"waarschuwing\"><p>{} <code>ketensync --check</code></p></div>\n",
            say("De laatste keer dat de instellingen opnieuw werden gelezen, zijn ze geweigerd; de vorige bleven in werking. Welke fouten er zijn, vertelt"));
    }
    auto const difference = pipeline::difference_of(shown.in_force, shown.in_files);
    if (!difference.empty()) {
        body += fmt::format("<div class=\"waarschuwing\"><p>{} <span lang=\"en\">{}</span>. {} <code>systemctl reload ketensync</code></p></div>\n",
            say("De bestanden zijn sindsdien gewijzigd; wat hieronder staat is nog niet allemaal in werking:"), escaped(difference),
            say("In werking komt het met"));
    }
    return body;
}

std::string choice(ConfigurationShown const & shown, Tongue const & say)
{
    std::string options = fmt::format("<option value=\"\">{}</option>", say("de dienst zelf"));
    for (auto const & source : shown.sources) {
        options += fmt::format("<option{}>{}</option>", source == shown.source ? " selected" : "", escaped(source));
    }
    return fmt::format("<form method=\"get\" action=\"/configuratie\" class=\"keuze\">\n<p><label for=\"bron\">{}</label> <select id=\"bron\" name=\"bron\">{}</select> "
                       "<button>{}</button></p>\n</form>\n",
        say("Instellingen van"), options, say("Toon"));
}

std::string parts(ConfigurationShown const & shown, Tongue const & say)
{
    std::string rows;
    for (auto const & part : shown.in_files) {
        auto const before = std::ranges::find(shown.in_force, part.name, &pipeline::ConfigurationPart::name);
        auto const same = before != shown.in_force.end() && before->print == part.print;
        rows += fmt::format("<tr class=\"{}\"><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td>{}</td></tr>\n", same ? "rustig" : "aandacht",
            escaped(part.name), escaped(part.print.substr(0, 12)), same ? say("in werking") : say("gewijzigd, nog niet in werking"));
    }
    return table("delen", say("Waaruit deze versie bestaat"), { { say("Deel") }, { say("Versie") }, { say("Stand") } }, rows);
}

} // namespace

std::string configuration_body(ConfigurationShown const & shown, Instant now, Tongue const & say)
{
    std::string rows;
    for (auto const & setting : shown.settings) {
        rows += fmt::format("<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td>{}</td></tr>\n", escaped(setting.key), escaped(setting.value),
            setting.origin == "default" ? std::string(say("standaard")) : "<code>" + escaped(setting.origin) + "</code>");
    }
    return in_force(shown, now, say) + choice(shown, say)
        + table("instellingen", say("Instellingen, en waar ze vandaan komen"), { { say("Instelling") }, { say("Waarde") }, { say("Komt uit") } }, rows)
        + fmt::format("<p><small>{}</small></p>\n", say("*** is geheim of kan dat zijn. Wachtwoorden en sleutels staan nooit in deze bestanden.")) + parts(shown, say);
}

} // namespace ketensync::web
