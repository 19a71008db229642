#include "daemon/commands/sync.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::commands {

using pipeline::Progress;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds between_lines { 1'000 };
constexpr milliseconds between_bars { 200 };
constexpr std::size_t bar_width = 20;
constexpr std::size_t runs_looked_at = 10;

std::string_view to_text(Progress::Phase phase)
{
    switch (phase) {
    case Progress::Phase::waiting: return "waiting";
    case Progress::Phase::reading: return "reading";
    case Progress::Phase::digesting: return "digesting";
    }
    return "";
}

}

Follower::Follower(pipeline::Plan const & plan, Options const & options, Streams const & streams, Clock const & clock)
    : m_plan(plan), m_options(options), m_streams(streams), m_clock(clock), m_shown(clock.monotonic())
{
}

Follower::Numbers Follower::numbers(Progress const & progress)
{
    Numbers numbers { progress.fetched, 0 };
    if (!m_state) {
        auto opened = pipeline::open_state_to_look(m_plan.config);
        if (!opened) {
            return numbers; // there is none yet: the count alone says enough
        }
        m_state.emplace(std::move(*opened));
    }
    auto runs = pipeline::Runs::open(*m_state);
    if (!runs) {
        return numbers;
    }
    auto const & feed = m_plan.feeds[progress.feed];
    if (!m_expected.contains(progress.feed)) {
        auto & expected = m_expected[progress.feed];
        if (auto const history = runs->history(runs_looked_at, feed.source->name, feed.feed->name)) {
            auto const last = std::ranges::find_if(*history, &health::Run::succeeded);
            expected = last == history->end() ? 0 : last->fetched;
        }
    }
    numbers.all = m_expected[progress.feed];
    if (progress.phase == Progress::Phase::digesting && progress.run != 0) {
        if (auto const run = runs->run(progress.run)) {
            numbers = { run->unchanged + run->mapped + run->filtered + run->rejected, run->fetched };
        }
    }
    return numbers;
}

std::string Follower::text(Progress const & progress, Numbers const & numbers) const
{
    auto line = fmt::format("{} {}", m_plan.feeds[progress.feed].name, progress.cancelled ? "ending" : to_text(progress.phase));
    if (numbers.all > 0 && progress.phase != Progress::Phase::waiting) {
        auto const share = std::min(1.0, static_cast<double>(numbers.done) / static_cast<double>(numbers.all));
        auto const full = static_cast<std::size_t>(share * bar_width);
        line += fmt::format(" [{}{}] {:.0f} %", std::string(full, '#'), std::string(bar_width - full, '-'), share * 100);
    }
    return line + fmt::format(" {}", numbers.done);
}

void Follower::show(std::vector<Progress> const & progress)
{
    auto const now = m_clock.monotonic();
    if (m_options.quiet || now - m_shown < (m_streams.live && !m_options.json ? between_bars : between_lines)) {
        return;
    }
    m_shown = now;
    std::string line;
    for (auto const & each : progress) {
        if (each.feed >= m_plan.feeds.size()) {
            continue; // of another configuration
        }
        auto const counted = numbers(each);
        if (m_streams.live && !m_options.json) {
            line += (line.empty() ? "" : "; ") + text(each, counted);
            continue;
        }
        nlohmann::ordered_json json { { "type", "progress" }, { "feed", m_plan.feeds[each.feed].name }, { "run", each.run },
            { "phase", to_text(each.phase) }, { "fetched", each.fetched }, { "unchanged", each.unchanged }, { "done", counted.done } };
        if (counted.all > 0) {
            json["expected"] = counted.all;
        }
        (m_options.json ? m_streams.out : m_streams.error) << json.dump() << '\n' << std::flush;
    }
    if (!line.empty()) {
        constexpr std::size_t width = 110;
        line.resize(std::min(line.size(), width));
        m_streams.error << '\r' << line << std::string(m_width > line.size() ? m_width - line.size() : 0, ' ') << std::flush;
        m_width = line.size();
    }
}

void Follower::end()
{
    if (m_width > 0) {
        m_streams.error << '\r' << std::string(m_width, ' ') << '\r' << std::flush;
        m_width = 0;
    }
}

}
