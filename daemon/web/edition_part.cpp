#include "daemon/web/edition_part.hpp"

#include "daemon/web/page.hpp"

#include <fmt/format.h>

namespace ketensync::web {

namespace {

using health::EditionState;

std::string in_doubt(std::vector<EditionState::Figure> const & figures)
{
    std::string text;
    for (auto const & figure : figures) {
        text += fmt::format("{}{}: hoogstens {} van {} te veel", text.empty() ? "" : "; ", escaped(figure.title), figure.too_many_at_most, figure.count);
    }
    return text;
}

std::string of_project(EditionState::Project const & project)
{
    std::string text;
    auto const add = [&text](std::string const & what) { text += (text.empty() ? "" : "; ") + what; };
    if (project.without_target) {
        add("geen doel bekend");
    }
    if (project.unexplained) {
        add("loopt achter, en oorzaak en maatregel ontbreken");
    }
    if (!project.figures.empty()) {
        add(in_doubt(project.figures));
    }
    return fmt::format("<li>{} {}: {}</li>\n", escaped(project.code), escaped(project.name), text);
}

} // namespace

std::string edition_part(EditionState const & state)
{
    if (state.name.empty()) {
        return "";
    }
    auto text = fmt::format("<section lang=\"nl\">\n<h2>Monitor, uitgave {}</h2>\n<p>Peildatum {}. Stand: {}{}. Bekeken op <time datetime=\"{}\">{}</time>.</p>\n",
        escaped(state.name), escaped(state.peildatum), escaped(state.stage), state.known.empty() ? "" : ", zoals bekend op " + escaped(state.known),
        to_text(state.looked), to_text(Instant(std::chrono::floor<std::chrono::seconds>(state.looked))));
    if (!state.trouble.empty()) {
        return text + fmt::format("<p>Niet te bekijken: {}</p>\n</section>\n", escaped(state.trouble));
    }
    auto const fresh = state.feeds - state.stale.size();
    text += fmt::format("<p>Na de peildatum gelezen: {} van de {} leveringen.</p>\n", fresh, state.feeds);
    if (!state.stale.empty()) {
        text += "<p>Nog niet gelezen:</p>\n<ul>\n";
        for (auto const & feed : state.stale) {
            text += fmt::format("<li>{}</li>\n", escaped(feed));
        }
        text += "</ul>\n";
    }
    if (!state.figures.empty()) {
        text += fmt::format("<p>Dubbelen die nog te beoordelen zijn, in de regio: {}.</p>\n", in_doubt(state.figures));
    }
    if (!state.projects.empty()) {
        text += "<p>Projecten waar iets ontbreekt of te beoordelen is:</p>\n<ul>\n";
        for (auto const & project : state.projects) {
            text += of_project(project);
        }
        text += "</ul>\n";
    } else if (!state.known.empty()) {
        text += "<p>Bij geen project ontbreekt iets.</p>\n";
    }
    return text + "</section>\n";
}

} // namespace ketensync::web
