#include "daemon/monitor/page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ketensync::monitor {

namespace {

constexpr std::string_view front = "index.html";

Html begin(Words const & words, std::string const & title, std::string const & up)
{
    Html html;
    html.open("html", { { "lang", "nl" } }).open("head");
    html.empty("meta", { { "charset", "utf-8" } });
    html.empty("meta", { { "name", "viewport" }, { "content", "width=device-width, initial-scale=1" } });
    html.element("title", title == words.say("site") ? title : title + " – " + words.say("site"));
    html.empty("link", { { "rel", "stylesheet" }, { "href", up + "monitor.css" } });
    html.close("head").open("body");
    html.element("a", words.say("skip"), { { "class", "skip" }, { "href", "#inhoud" } });
    html.open("header").open("div", { { "class", "band" } }).open("p");
    html.element("a", words.say("site"), { { "href", up + std::string(front) } });
    html.text(" " + words.say("region")).close("p").close("div");
    return html;
}

std::string stage_of(Edition const & edition, Words const & words)
{
    switch (edition.stage) {
    case Stage::draft: return words.say("draft");
    case Stage::approved: return words.say("approved");
    case Stage::published: return words.say("published", { { "day", day_in_dutch(edition.published, words) } });
    }
    return {};
}

} // namespace

std::string page(Desk const & desk, std::string const & title,
    std::vector<std::pair<std::string, std::string>> const & trail, Html const & content)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    auto html = begin(words, title, desk.up);
    html.open("nav", { { "aria-label", words.say("trail") } }).open("ol");
    html.open("li").add(link(desk.up + std::string(front), edition.period.title)).close("li");
    for (auto const & [to, text] : trail) {
        html.open("li").add(link(desk.up + to, text)).close("li");
    }
    html.close("ol").close("nav").close("header");
    html.open("main", { { "id", "inhoud" } }).element("h1", title);
    html.add(content).close("main").open("footer");
    html.element("p", stage_of(edition, words));
    html.element("p", words.say("peildatum", { { "day", day_in_dutch(edition.peildatum, words) } }));
    html.element("p", words.say("marks")).element("p", edition.protection).element("p", words.say("footer_made"));
    html.open("nav", { { "aria-label", words.say("more") } }).open("ul", { { "class", "links" } });
    html.open("li").add(link(desk.up + "begrippen.html", words.say("terms"))).close("li");
    html.open("li").add(link(desk.up + "bestanden.html", words.say("downloads"))).close("li");
    html.close("ul").close("nav").close("footer").close("body").close("html");
    return "<!DOCTYPE html>\n" + html.bytes();
}

std::string page(Words const & words, std::string const & title, Html const & content)
{
    auto html = begin(words, title, "");
    html.close("header").open("main", { { "id", "inhoud" } }).element("h1", title).add(content).close("main");
    html.close("body").close("html");
    return "<!DOCTYPE html>\n" + html.bytes();
}

Html words_in(std::string const & text) { return Html().text(text); }

Html link(std::string const & to, std::string const & text)
{
    Html html;
    return html.open("a", { { "href", to } }).text(text).close("a");
}

Html cell_in(Cell const & cell, Words const & words)
{
    Html html;
    bool const told = cell.shown == Shown::open || cell.shown == Shown::rounded;
    return told ? html.text(in_dutch(cell, words)) : html.element("span", in_dutch(cell, words), { { "class", "hidden" } });
}

Html badge(Progress progress, Words const & words)
{
    constexpr std::array<std::string_view, 4> looks { "on_course", "attention", "behind", "unknown" };
    auto const look = looks[static_cast<std::size_t>(progress)];
    return Html().element("span", words.say(look), { { "class", "badge " + std::string(look) } });
}

Html table(std::string const & caption, std::vector<Column> const & columns, std::vector<Row> const & rows,
    std::string const & look)
{
    Html html;
    html.open("div", { { "class", "scroll" }, { "role", "region" }, { "tabindex", "0" }, { "aria-label", caption } });
    html.open("table", { { "class", look } }).element("caption", caption).open("thead").open("tr");
    for (auto const & column : columns) {
        html.element("th", column.title, { { "scope", "col" }, { "class", column.count ? "count" : "" } });
    }
    html.close("tr").close("thead").open("tbody");
    for (auto const & row : rows) {
        html.open("tr", { { "class", row.total ? "total" : "" } });
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (i == 0) {
                html.open("th", { { "scope", "row" } }).add(row.cells[i]).close("th");
            } else {
                html.open("td", { { "class", columns[i].count ? "count" : "" }, { "data-label", columns[i].title } });
                html.add(row.cells[i]).close("td");
            }
        }
        html.close("tr");
    }
    return html.close("tbody").close("table").close("div");
}

Html key_figures(Desk const & desk, std::vector<View::At> const & at)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    Html html;
    html.element("h2", words.say("key_title")).open("ul", { { "class", "key" } });
    for (auto const & id : words.first) {
        auto const * const indicator = desk.view.indicator(id);
        auto const * const cell = indicator == nullptr ? nullptr : desk.view.cell(id, at);
        if (cell == nullptr) {
            continue;
        }
        html.open("li").element("span", indicator->title).element("strong", in_dutch(*cell, words));
        auto half = at;
        half.emplace_back(words.time, desk.view.has(words.time) ? desk.view.place(words.time, edition.period.name) : 0);
        if (auto const * const new_ones = desk.view.cell(id, half); new_ones != nullptr) {
            html.element("span",
                words.say("key_new", { { "count", in_dutch(*new_ones, words) }, { "period", edition.period.title } }),
                { { "class", "new" } });
        }
        html.close("li");
    }
    html.close("ul");
    html.open("p").add(link(desk.up + "begrippen.html", words.say("key_terms"))).close("p");
    return html;
}

std::vector<std::string> projects_in(Desk const & desk, std::uint32_t member)
{
    auto const & parts = desk.view.dimension(desk.words.parts);
    auto const & each = parts.members[member];
    if (each.breakdowns.empty()) {
        return { each.code };
    }
    std::vector<std::string> codes;
    for (auto const & code : each.breakdowns.front()) {
        auto const below = projects_in(desk, desk.view.place(desk.words.parts, code));
        codes.insert(codes.end(), below.begin(), below.end());
    }
    return codes;
}

Html goals_of(Desk const & desk, std::vector<std::string> const & codes, std::vector<View::At> const & at, bool of_all)
{
    auto const & words = desk.words;
    std::vector<GoalBar> bars;
    std::map<std::string, GoalBar> by_indicator;
    std::vector<std::string> order;
    for (auto const & each : desk.view.edition().projects) {
        if (std::ranges::find(codes, each.code) == codes.end()) {
            continue;
        }
        for (auto const & target : each.targets) {
            if (!by_indicator.contains(target.indicator)) {
                order.push_back(target.indicator);
            }
            by_indicator[target.indicator].goal += target.goal;
            by_indicator[target.indicator].expected += target.expected;
        }
    }
    std::vector<Row> rows;
    for (auto const & id : order) {
        auto & bar = by_indicator[id];
        auto const * const indicator = desk.view.indicator(id);
        auto const * const cell = desk.view.cell(id, at);
        bar.label = indicator == nullptr ? id : indicator->title;
        bar.result = cell == nullptr ? Cell { 0, Shown::impossible, false } : *cell;
        bool const told = bar.result.shown == Shown::open || bar.result.shown == Shown::rounded;
        rows.push_back({ { words_in(bar.label), words_in(in_dutch(bar.goal)), words_in(in_dutch(bar.expected)),
                             cell_in(bar.result, words),
                             words_in(told && bar.goal > 0 ? fmt::format("{}%", bar.result.count * 100 / bar.goal)
                                                           : words.say("impossible_short")) },
            false });
        bars.push_back(bar);
    }
    Html html;
    html.element("h2", words.say("goals_title"));
    if (bars.empty()) {
        return html.element("p", words.say("no_goals"));
    }
    html.element("p", words.say("goals_text") + (of_all ? " " + words.say("goals_of_all") : ""));
    html.open("figure").add(goals("doelen", words.say("goals_title"), words.say("goals_desc"), bars, words)).close("figure");
    html.add(table(words.say("table_of", { { "title", words.say("goals_title") } }),
        { { words.say("goals_title") }, { words.say("goal"), true }, { words.say("expected"), true },
            { words.say("result"), true }, { words.say("share"), true } },
        rows));
    return html;
}

Html projects_of(Desk const & desk, std::vector<std::string> const & codes)
{
    auto const & words = desk.words;
    std::vector<Row> rows;
    std::array<std::int64_t, 4> counts {};
    for (auto const & each : desk.view.edition().projects) {
        if (std::ranges::find(codes, each.code) == codes.end()) {
            continue;
        }
        auto const path = desk.paths.find({ words.parts, desk.view.place(words.parts, each.code) });
        rows.push_back({ { path == desk.paths.end() ? words_in(each.name) : link(desk.up + path->second, each.name),
                             words_in(each.category), words_in(each.status), badge(each.progress, words) },
            false });
        ++counts[static_cast<std::size_t>(each.progress)];
    }
    Html html;
    html.element("h2", words.say("projects_title")).element("p", words.say("projects_text"));
    std::vector<Row> summary;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        summary.push_back({ { badge(static_cast<Progress>(i), words), words_in(in_dutch(counts[i])) }, false });
    }
    html.add(table(words.say("progress_counts"), { { words.say("progress") }, { words.say("progress_number"), true } }, summary));
    html.add(table(words.say("projects_title"),
        { { words.say("project") }, { words.say("in_category") }, { words.say("state") }, { words.say("progress") } }, rows,
        "projects"));
    return html;
}

} // namespace ketensync::monitor
