#include "daemon/web/edition_part.hpp"

#include "daemon/web/page.hpp"

#include <fmt/format.h>

namespace ketensync::web {

namespace {

using health::EditionState;

std::string in_doubt(std::vector<EditionState::Figure> const & figures, Tongue const & say)
{
    std::string text;
    for (auto const & figure : figures) {
        text += (text.empty() ? "" : "; ")
            + say("{}: hoogstens {} van {} te veel", escaped(figure.title), figure.too_many_at_most, figure.count);
    }
    return text;
}

std::string stage_of(EditionState const & state, Tongue const & say)
{
    for (auto const stage : { word("nog geen concept"), word("concept"), word("vastgesteld"), word("gepubliceerd") }) {
        if (state.stage == stage) {
            return std::string(say(stage));
        }
    }
    return escaped(state.stage);
}

std::string of_project(EditionState::Project const & project, Tongue const & say)
{
    std::string text;
    auto const add = [&text](std::string_view what) { text.append(text.empty() ? "" : "; ").append(what); };
    if (project.without_target) {
        add(say("geen doel bekend"));
    }
    if (project.unexplained) {
        add(say("loopt achter, en oorzaak en maatregel ontbreken"));
    }
    if (!project.figures.empty()) {
        add(in_doubt(project.figures, say));
    }
    return fmt::format("<li>{} {}: {}</li>\n", escaped(project.code), escaped(project.name), text);
}

} // namespace

std::string edition_part(EditionState const & state, Tongue const & say)
{
    if (state.name.empty()) {
        return "";
    }
    auto const paragraph = [](std::string_view sentence) { return fmt::format("<p>{}</p>\n", sentence); };
    auto text = fmt::format("<section>\n<h2>{}</h2>\n<p>{} {} {}</p>\n", say("Monitor, uitgave {}", escaped(state.name)),
        say("Peildatum {}.", fmt::format("<span lang=\"nl\">{}</span>", escaped(state.peildatum))),
        state.known.empty() ? say("Stand: {}.", stage_of(state, say)) : say("Stand: {}, zoals bekend op {}.", stage_of(state, say), escaped(state.known)),
        say("Bekeken op {}.",
            fmt::format("<time datetime=\"{}\">{}</time>", to_text(state.looked), to_text(Instant(std::chrono::floor<std::chrono::seconds>(state.looked))))));
    if (!state.trouble.empty()) {
        return text + paragraph(say("Niet te bekijken: {}", escaped(state.trouble))) + "</section>\n";
    }
    auto const fresh = state.feeds - state.stale.size();
    text += paragraph(say("Na de peildatum gelezen: {} van de {} leveringen.", fresh, state.feeds));
    if (!state.stale.empty()) {
        text += paragraph(say("Nog niet gelezen:")) + "<ul>\n";
        for (auto const & feed : state.stale) {
            text += fmt::format("<li>{}</li>\n", escaped(feed));
        }
        text += "</ul>\n";
    }
    if (!state.figures.empty()) {
        text += paragraph(say("Dubbelen die nog te beoordelen zijn, in de regio: {}.", in_doubt(state.figures, say)));
    }
    if (!state.projects.empty()) {
        text += paragraph(say("Projecten waar iets ontbreekt of te beoordelen is:")) + "<ul>\n";
        for (auto const & project : state.projects) {
            text += of_project(project, say);
        }
        text += "</ul>\n";
    } else if (!state.known.empty()) {
        text += paragraph(say("Bij geen project ontbreekt iets."));
    }
    return text + "</section>\n";
}

} // namespace ketensync::web
