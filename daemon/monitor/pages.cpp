#include "daemon/monitor/pages.hpp"

#include "daemon/monitor/page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ketensync::monitor {

namespace {

/// As it may stand in a path: letters, digits and dashes.
std::string slug_of(Member const & member)
{
    auto code = member.code;
    if (code.starts_with(member.kind + ":")) {
        code.erase(0, member.kind.size() + 1);
    }
    std::string slug;
    for (char const each : code) {
        if ((each >= 'a' && each <= 'z') || (each >= '0' && each <= '9')) {
            slug += each;
        } else if (each >= 'A' && each <= 'Z') {
            slug += static_cast<char>(each - 'A' + 'a');
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    return slug.empty() ? "x" : slug;
}

Paths paths_of(Edition const & edition, Words const & words)
{
    Paths paths;
    std::set<std::string> taken;
    for (auto const & dimension : edition.dimensions) {
        for (std::uint32_t i = 0; i < dimension.members.size(); ++i) {
            auto const kind = words.kinds.find(dimension.members[i].kind);
            if (kind == words.kinds.end()) {
                continue;
            }
            auto const base = kind->second.folder + "/" + slug_of(dimension.members[i]);
            auto path = base + ".html";
            for (int again = 2; !taken.insert(path).second; ++again) {
                path = fmt::format("{}-{}.html", base, again);
            }
            paths[{ dimension.id, i }] = path;
        }
    }
    return paths;
}

/// Links to the pages of each kind.
Html parts_list(Desk const & desk)
{
    Html html;
    html.element("h2", desk.words.say("parts_title"));
    for (auto const & [kind, named] : desk.words.kinds) {
        Html list;
        for (auto const & [where, path] : desk.paths) {
            auto const & member = desk.view.dimension(where.first).members[where.second];
            if (member.kind == kind) {
                list.open("li").add(link(desk.up + path, member.label)).close("li");
            }
        }
        if (!list.is_empty()) {
            html.element("h3", named.title).open("ul", { { "class", "links" } }).add(list).close("ul");
        }
    }
    return html;
}

Html themes_and_revisions(Desk const & desk)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    Html html;
    if (!edition.themes.empty()) {
        std::vector<Row> rows;
        for (auto const & each : edition.themes) {
            rows.push_back({ { words_in(each.from), words_in(each.to.empty() ? words.say("theme_ended") : each.to),
                                 words_in(day_in_dutch(each.day, words)), words_in(each.note) }, false });
        }
        html.element("h2", words.say("themes_title"));
        html.add(table(words.say("themes_title"),
            { { words.say("theme_from") }, { words.say("theme_to") }, { words.say("theme_day") }, { words.say("theme_note") } },
            rows, "projects"));
    }
    if (edition.previous.empty()) {
        return html;
    }
    html.element("h2", words.say("revisions_title"));
    if (edition.revisions.empty()) {
        return html.element("p", words.say("revisions_none"));
    }
    std::vector<Row> rows;
    for (auto const & each : edition.revisions) {
        auto const of = std::ranges::find(edition.tables, each.table, &Table::id);
        if (of == edition.tables.end()) {
            continue;
        }
        std::string what = of->title;
        for (std::size_t i = 0; i < each.at.size(); ++i) {
            auto const & dimension = desk.view.dimension(of->dimensions[i]);
            auto const place = desk.view.place(dimension.id, each.at[i]);
            what += ", " + (place < dimension.members.size() ? dimension.members[place].label : each.at[i]);
        }
        rows.push_back({ { words_in(what), cell_in(each.before, words), cell_in(each.after, words), words_in(each.reason) }, false });
    }
    html.element("p", words.say("revisions_text"));
    html.add(table(words.say("revisions_title"),
        { { words.say("revision_what") }, { words.say("revision_before"), true }, { words.say("revision_after"), true },
            { words.say("revision_why") } }, rows, "projects"));
    return html;
}

std::string overview(Desk const & desk)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    Html html;
    html.element("p", words.say("overview_lead"), { { "class", "lead" } });
    html.element("p", words.say("peildatum", { { "day", day_in_dutch(edition.peildatum, words) } }));
    html.add(key_figures(desk, {}));
    if (desk.view.has(words.parts)) {
        auto const whole = desk.view.place(words.parts, desk.view.dimension(words.parts).whole);
        auto const all = projects_in(desk, whole);
        html.add(goals_of(desk, all, {}, true)).add(projects_of(desk, all));
        html.add(figures_of(desk, { words.parts, whole }, true));
        html.element("p", words.say("breaks"));
    }
    html.add(themes_and_revisions(desk)).add(parts_list(desk));
    return page(desk, words.say("overview_title", { { "site", words.say("site") }, { "period", edition.period.title } }), {}, html);
}

Html facts_of(Desk const & desk, Project const & of)
{
    auto const & words = desk.words;
    Html html;
    auto const fact = [&](std::string_view name, Html const & what) {
        html.element("dt", words.say(name)).open("dd").add(what).close("dd");
    };
    html.open("dl");
    fact("state", words_in(of.status));
    fact("progress", badge(of.progress, words));
    auto runs = of.end.empty()
        ? words.say("runs_from", { { "begin", day_in_dutch(of.begin, words) } })
        : words.say("runs_until", { { "begin", day_in_dutch(of.begin, words) }, { "end", day_in_dutch(of.end, words) } });
    if (!of.end_before.empty()) {
        runs += ". " + words.say("extended_from", { { "end", day_in_dutch(of.end_before, words) } });
    }
    fact("runs", words_in(runs));
    if (!of.category.empty()) {
        fact("in_category", words_in(of.category));
    }
    if (!of.theme.empty()) {
        fact("in_theme", words_in(of.theme
            + (of.theme_before.empty() ? "" : ". " + words.say("theme_was", { { "theme", of.theme_before } }))));
    }
    html.close("dl");
    if (!of.explanation.cause.empty()) {
        html.element("h2", words.say("why_title")).open("dl");
        fact("cause", words_in(of.explanation.cause));
        fact("measure", words_in(of.explanation.measure));
        html.close("dl");
    }
    if (!of.milestones.empty()) {
        html.element("h2", words.say("milestones_title"));
        if (of.qualitative) {
            html.element("p", words.say("milestones_text"));
        }
        html.open("ul");
        for (auto const & each : of.milestones) {
            html.element("li", day_in_dutch(each.day, words) + ": " + each.text + " "
                    + words.say("source", { { "source", each.source } }));
        }
        html.close("ul");
    }
    return html;
}

std::string member_page(Desk const & desk, std::string const & dimension, std::uint32_t place, bool annex)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    auto const & member = desk.view.dimension(dimension).members[place];
    auto const & kind = words.kinds.find(member.kind)->second;
    View::At const at { dimension, place };
    Html html;
    std::vector<std::pair<std::string, std::string>> trail { { desk.paths.at({ dimension, place }), member.label } };
    if (annex) {
        html.element("p", words.say("annex_intro", { { "period", edition.period.title }, { "label", member.label } }));
        html.element("p", words.say("annex_print"), { { "class", "screen" } });
        html.add(key_figures(desk, { at })).add(figures_of(desk, at, true));
        return page(desk, words.say("annex_of", { { "label", member.label } }), trail, html);
    }
    html.element("p", words.say("part_lead", { { "day", day_in_dutch(edition.peildatum, words) } }), { { "class", "lead" } });
    if (dimension == words.parts) {
        auto const of = std::ranges::find(edition.projects, member.code, &Project::code);
        if (of != edition.projects.end()) {
            html.add(facts_of(desk, *of));
        }
        auto const codes = projects_in(desk, place);
        html.add(goals_of(desk, codes, { at }, of == edition.projects.end()));
        if (of == edition.projects.end()) {
            html.add(projects_of(desk, codes));
        }
    }
    html.add(key_figures(desk, { at }));
    if (kind.annex) {
        auto const to = kind.folder + "/bijlage-" + desk.paths.at({ dimension, place }).substr(kind.folder.size() + 1);
        html.open("p", { { "class", "screen" } }).add(link(desk.up + to, words.say("annexes"))).close("p");
    }
    html.add(figures_of(desk, at, false));
    return page(desk, kind.title + ": " + member.label, trail, html);
}

std::string terms(Desk const & desk)
{
    auto const & words = desk.words;
    Html html;
    html.element("p", words.say("terms_lead"), { { "class", "lead" } });
    for (auto const & each : desk.view.edition().indicators) {
        if (each.audience != "publiek") {
            continue;
        }
        html.element("h2", each.title, { { "id", each.id } }).element("p", each.definition).open("dl");
        auto const fact = [&](std::string_view name, std::string const & what) {
            if (!what.empty()) {
                html.element("dt", words.say(name)).element("dd", what);
            }
        };
        fact("unit", each.unit);
        fact("sources", fmt::format("{}", fmt::join(each.sources, ", ")));
        fact("owner", each.owner);
        fact("version", each.version);
        fact("valid", day_in_dutch(each.valid_from, words));
        html.close("dl");
    }
    html.element("h2", words.say("small_title")).element("p", desk.view.edition().protection);
    html.element("p", words.say("breaks"));
    return page(desk, words.say("terms"), { { "begrippen.html", words.say("terms") } }, html);
}

std::string downloads(Desk const & desk)
{
    auto const & words = desk.words;
    std::vector<Row> rows;
    for (auto const * const each : desk.view.tables()) {
        Html files;
        for (auto const * const kind : { "csv", "ods", "json" }) {
            files.add(link(fmt::format("bestanden/{}.{}", each->id, kind), fmt::format("{} {}", each->title, kind))).text(" ");
        }
        rows.push_back({ { words_in(each->title), files }, false });
    }
    Html html;
    html.element("p", words.say("downloads_lead"), { { "class", "lead" } }).element("p", words.say("downloads_help"));
    html.add(table(words.say("downloads"), { { words.say("table") }, { words.say("files") } }, rows, "projects"));
    html.open("ul", { { "class", "links" } });
    for (auto const & [path, key] : { std::pair { "begrippen.csv", "terms" }, { "dcat.jsonld", "downloads" } }) {
        html.open("li").add(link(std::string("bestanden/") + path, words.say(key) + " (" + path + ")")).close("li");
    }
    html.close("ul");
    return page(desk, words.say("downloads"), { { "bestanden.html", words.say("downloads") } }, html);
}

} // namespace

Result<std::vector<PublishedFile>> pages(Edition const & edition, Words const & words)
{
    if (edition.protection.empty() || !edition.left_out.empty()) {
        return fail(Failure::bug, "an edition that was not protected was about to be shown");
    }
    Desk desk { View(edition), words, paths_of(edition, words), "" };
    std::vector<PublishedFile> files { { "index.html", overview(desk) }, { "begrippen.html", terms(desk) },
        { "bestanden.html", downloads(desk) }, { "monitor.css", words.style } };
    desk.up = "../";
    for (auto const & [where, path] : desk.paths) {
        auto const & [dimension, place] = where;
        files.push_back({ path, member_page(desk, dimension, place, false) });
        auto const & kind = words.kinds.find(desk.view.dimension(dimension).members[place].kind)->second;
        if (kind.annex) {
            files.push_back({ kind.folder + "/bijlage-" + path.substr(kind.folder.size() + 1),
                member_page(desk, dimension, place, true) });
        }
    }
    return files;
}

PublishedFile editions_page(std::vector<Edition const *> const & editions, Words const & words)
{
    Html html;
    html.open("ul", { { "class", "links" } });
    for (auto const * const each : editions) {
        html.open("li").add(link(each->name + "/index.html",
            words.say("edition_of", { { "name", each->name }, { "title", each->period.title } }))).close("li");
    }
    html.close("ul");
    return { "index.html", page(words, words.say("editions_title"), html) };
}

} // namespace ketensync::monitor
