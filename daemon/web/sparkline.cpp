#include "daemon/web/sparkline.hpp"

#include "daemon/web/run_words.hpp"

#include <algorithm>
#include <bit>

namespace ketensync::web {

namespace {

using health::RunMark;
using health::RunState;

constexpr int step = 12;      ///< from bar to bar
constexpr int bar_width = 8;
constexpr int height = 24;
constexpr int bar_min = 3;    ///< of a run that brought nothing
constexpr int per_doubling = 2;

/// By doublings: one document and a hundred thousand are both to be seen.
int bar_height(RunMark const & run)
{
    return std::min(height, bar_min + per_doubling * static_cast<int>(std::bit_width(run.news)));
}

bool failed(RunState state) { return state == RunState::failed || state == RunState::held; }

std::string drawn(RunMark const & run, int x)
{
    if (failed(run.state)) {
        return fmt::format("<path class=\"mis\" d=\"M{} 14l8 8m0-8l-8 8\"/>", x);
    }
    auto const high = bar_height(run);
    auto const * const how = run.state == RunState::running ? "nu" : run.state == RunState::interrupted ? "half"
        : run.state == RunState::rejects                    ? "apart"
                                                            : "goed";
    return fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", how, x, height - high, bar_width, high);
}

} // namespace

std::string runs_in_words(std::span<RunMark const> runs, Tongue const & say)
{
    auto const good = std::ranges::count_if(
        runs, [](RunMark const & run) { return run.state == RunState::succeeded || run.state == RunState::rejects; });
    return say("{} van {} gelukt", good, runs.size());
}

std::string sparkline(std::span<RunMark const> runs, Tongue const & say)
{
    if (runs.empty()) {
        return "";
    }
    std::string bars;
    std::string told;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        bars += drawn(runs[i], static_cast<int>(i) * step + 2);
        told += (i == 0 ? "" : ", ") + std::string(say(in_dutch(runs[i].state)));
        told += runs[i].news == 0 ? std::string() : " " + say("({} nieuws)", say.number(runs[i].news));
    }
    auto const width = static_cast<int>(runs.size()) * step;
    return fmt::format("<svg class=\"lopen\" role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" aria-label=\"{2}\">{3}</svg>",
        width, height, escaped(say("Laatste keren, de oudste eerst: {}", told)), bars);
}

} // namespace ketensync::web
