#include "daemon/monitor/chart.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::monitor {

namespace {

constexpr int column_height = 160; ///< of the highest column, in pixels as all of these
constexpr int row_height = 46;
constexpr int bar_height = 20;
constexpr int goal_height = 66;
constexpr int least_height = 3;

bool is_told(Cell const & cell) { return cell.shown == Shown::open || cell.shown == Shown::rounded; }

std::string percent(double share) { return fmt::format("{:.2f}%", share * 100); }

double share_of(std::int64_t part, std::int64_t most)
{
    return most <= 0 ? 0 : std::clamp(static_cast<double>(part) / static_cast<double>(most), 0.0, 1.0);
}

std::int64_t most_of(std::vector<Bar> const & bars)
{
    std::int64_t most = 1;
    for (auto const & bar : bars) {
        most = std::max(most, is_told(bar.cell) ? bar.cell.count : 0);
    }
    return most;
}

/// Provisional bars are open with a dashed line, so that they differ in form.
std::string_view look_of(Cell const & cell) { return cell.provisional ? "bar bar-provisional" : "bar"; }

Html begin(std::string const & id, std::string const & title, std::string const & description, int height)
{
    Html svg;
    svg.open("svg", { { "class", "chart" }, { "role", "img" }, { "width", "100%" }, { "height", fmt::format("{}", height) },
                        { "aria-labelledby", id + "-t " + id + "-d" }, { "xmlns", "http://www.w3.org/2000/svg" } });
    svg.element("title", title, { { "id", id + "-t" } });
    svg.element("desc", description, { { "id", id + "-d" } });
    return svg;
}

void rectangle(Html & svg, std::string const & x, int y, std::string const & width, int height, std::string_view look)
{
    svg.empty("rect", { { "x", x }, { "y", fmt::format("{}", y) }, { "width", width },
                          { "height", fmt::format("{}", height) }, { "class", look } });
}

void label(Html & svg, std::string const & x, int y, std::string_view text, std::string_view look)
{
    svg.element("text", text, { { "x", x }, { "y", fmt::format("{}", y) }, { "class", look } });
}

void line(Html & svg, std::string const & x, int from, int to, std::string_view look)
{
    svg.empty("line", { { "x1", x }, { "x2", x }, { "y1", fmt::format("{}", from) }, { "y2", fmt::format("{}", to) },
                          { "class", look } });
}

std::string short_form(Cell const & cell, Words const & words)
{
    return is_told(cell) ? in_dutch(cell, words) : words.say(cell.shown == Shown::hidden ? "hidden_short" : "impossible_short");
}

} // namespace

Html columns(std::string const & id, std::string const & title, std::string const & description,
    std::vector<Bar> const & bars, Words const & words)
{
    constexpr int top = 22;
    constexpr int below = 40;
    auto svg = begin(id, title, description, top + column_height + below);
    auto const most = most_of(bars);
    auto const width = 1.0 / static_cast<double>(std::max<std::size_t>(1, bars.size()));
    for (std::size_t i = 0; i < bars.size(); ++i) {
        auto const & bar = bars[i];
        auto const middle = percent((static_cast<double>(i) + 0.5) * width);
        int height = 0;
        if (is_told(bar.cell) && bar.cell.count > 0) {
            height = std::max(least_height, static_cast<int>(share_of(bar.cell.count, most) * column_height));
            rectangle(svg, percent((static_cast<double>(i) + 0.14) * width), top + column_height - height,
                percent(width * 0.72), height, look_of(bar.cell));
        }
        label(svg, middle, top + column_height - height - 6, short_form(bar.cell, words), "number middle");
        label(svg, middle, top + column_height + 16, bar.label, "label middle");
        label(svg, middle, top + column_height + 32, bar.second_label, "label middle");
    }
    svg.empty("line", { { "x1", "0" }, { "x2", "100%" }, { "y1", fmt::format("{}", top + column_height) },
                          { "y2", fmt::format("{}", top + column_height) }, { "class", "axis" } });
    return svg.close("svg");
}

Html rows(std::string const & id, std::string const & title, std::string const & description,
    std::vector<Bar> const & bars, Words const & words)
{
    auto svg = begin(id, title, description, row_height * static_cast<int>(bars.size()) + 4);
    auto const most = most_of(bars);
    int y = 0;
    for (auto const & bar : bars) {
        label(svg, "0", y + 14, fmt::format("{}: {}", bar.label, short_form(bar.cell, words)), "label");
        rectangle(svg, "0.2%", y + 20, "99.6%", bar_height, "track");
        if (is_told(bar.cell) && bar.cell.count > 0) {
            rectangle(svg, "0.2%", y + 20, percent(std::max(0.006, share_of(bar.cell.count, most) * 0.996)), bar_height,
                look_of(bar.cell));
        }
        y += row_height;
    }
    return svg.close("svg");
}

Html goals(std::string const & id, std::string const & title, std::string const & description,
    std::vector<GoalBar> const & bars, Words const & words)
{
    auto svg = begin(id, title, description, goal_height * static_cast<int>(bars.size()) + 4);
    int y = 0;
    for (auto const & bar : bars) {
        auto const most = std::max({ bar.goal, bar.expected, is_told(bar.result) ? bar.result.count : 0, std::int64_t { 1 } });
        label(svg, "0", y + 14,
            fmt::format("{}: {}", bar.label,
                words.say("result_of_goal", { { "result", short_form(bar.result, words) }, { "goal", in_dutch(bar.goal) } })),
            "label strong");
        rectangle(svg, "0.2%", y + 22, "99.6%", bar_height, "track");
        if (is_told(bar.result) && bar.result.count > 0) {
            rectangle(svg, "0.2%", y + 22, percent(std::max(0.006, share_of(bar.result.count, most) * 0.996)), bar_height,
                look_of(bar.result));
        }
        // A white edge keeps a line apart from the bar that it crosses.
        line(svg, percent(0.002 + share_of(bar.goal, most) * 0.994), y + 18, y + 22 + bar_height + 4, "edge");
        line(svg, percent(0.002 + share_of(bar.goal, most) * 0.994), y + 18, y + 22 + bar_height + 4, "goal");
        if (bar.expected > 0) {
            auto const share = share_of(bar.expected, most);
            line(svg, percent(0.002 + share * 0.994), y + 22, y + 22 + bar_height + 6, "edge");
            line(svg, percent(0.002 + share * 0.994), y + 22, y + 22 + bar_height + 6, "expected");
            // On the side where there is room.
            label(svg, percent(share), y + 22 + bar_height + 18, words.say("expected_now", { { "count", in_dutch(bar.expected) } }),
                share < 0.5 ? "label small" : "label small end");
        }
        y += goal_height;
    }
    return svg.close("svg");
}

} // namespace ketensync::monitor
