#include "daemon/monitor/page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::monitor {

namespace {

constexpr std::size_t quarters_shown = 8;
constexpr std::size_t rows_of_a_chart = 14;

/// "2026-K1" as "K1" and "2026"; anything else whole.
std::pair<std::string, std::string> halves_of(std::string const & code)
{
    auto const dash = code.find('-');
    return dash == std::string::npos ? std::pair { code, std::string() }
                                     : std::pair { code.substr(dash + 1), code.substr(0, dash) };
}

/// Members that are no totals; the last ones when there are too many quarters.
std::vector<std::uint32_t> leaves_of(Dimension const & dimension, bool time)
{
    std::vector<std::uint32_t> leaves;
    for (std::uint32_t i = 0; i < dimension.members.size(); ++i) {
        if (dimension.members[i].breakdowns.empty()) {
            leaves.push_back(i);
        }
    }
    if (time && leaves.size() > quarters_shown) {
        leaves.erase(leaves.begin(), leaves.end() - static_cast<std::ptrdiff_t>(quarters_shown));
    }
    return leaves;
}

/// One table of the edition at one place, along its other dimension: a chart, and the same as a table.
Html one_table(Desk const & desk, Table const & from, View::At const & at)
{
    auto const & words = desk.words;
    auto const & edition = desk.view.edition();
    std::size_t const along = from.dimensions[0] == at.first ? 1 : 0;
    auto const & dimension = desk.view.dimension(from.dimensions[along]);
    bool const time = dimension.id == words.time;
    auto const leaves = leaves_of(dimension, time);
    std::vector<Bar> bars;
    std::vector<Row> rows;
    auto const add = [&](std::uint32_t member, bool total) {
        std::vector<std::uint32_t> places(2, at.second);
        places[along] = member;
        auto const & cell = View::cell(edition, from, places);
        auto const & label = dimension.members[member].label;
        rows.push_back({ { words_in(label), cell_in(cell, words) }, total });
        if (!total) {
            auto const halves = halves_of(dimension.members[member].code);
            bars.push_back({ time ? halves.first : label, halves.second, cell });
        }
    };
    for (auto const member : leaves) {
        add(member, false);
    }
    for (std::uint32_t member = 0; member < dimension.members.size(); ++member) {
        if (!dimension.members[member].breakdowns.empty()) {
            add(member, true);
        }
    }
    auto const * const indicator = desk.view.indicator(from.indicator);
    auto const title = time ? words.say("over_time", { { "title", indicator->title } })
                            : words.say("by", { { "title", indicator->title }, { "dimension", dimension.title } });
    Html html;
    html.open("div", { { "class", "pair" } });
    if (bars.size() <= rows_of_a_chart) {
        html.open("figure").element("figcaption", title);
        html.add(time ? columns(from.id, title, words.say("chart_desc"), bars, words)
                      : monitor::rows(from.id, title, words.say("rows_desc"), bars, words));
        html.close("figure");
    }
    html.add(table(words.say("table_of", { { "title", title } }), { { dimension.title }, { words.say("count"), true } }, rows));
    html.close("div");
    if (time && dimension.members.size() > leaves.size() + 2) {
        html.element("p", words.say("recent", { { "count", in_dutch(static_cast<std::int64_t>(leaves.size())) } }));
    }
    return html;
}

} // namespace

Html figures_of(Desk const & desk, View::At const & at, bool only_first)
{
    auto const & words = desk.words;
    std::vector<std::string> order = words.first;
    for (auto const & indicator : desk.view.edition().indicators) {
        if (!only_first && std::ranges::find(order, indicator.id) == order.end()) {
            order.push_back(indicator.id);
        }
    }
    Html html;
    for (auto const & id : order) {
        Html tables;
        for (auto const * const table : desk.view.tables()) {
            bool const fits = table->indicator == id && table->dimensions.size() == 2
                && std::ranges::find(table->dimensions, at.first) != table->dimensions.end();
            if (fits && (!only_first || std::ranges::find(table->dimensions, words.time) != table->dimensions.end())) {
                tables.add(one_table(desk, *table, at));
            }
        }
        auto const * const indicator = desk.view.indicator(id);
        if (tables.is_empty() || indicator == nullptr) {
            continue;
        }
        html.element("h3", indicator->title).element("p", indicator->definition).add(tables);
    }
    Html all;
    if (!html.is_empty()) {
        all.element("h2", words.say("figures_title")).add(html);
    }
    return all;
}

} // namespace ketensync::monitor
