#include "daemon/health/run_log.hpp"

#include <algorithm>
#include <iterator>

namespace ketensync::health {

namespace {

constexpr std::array<std::string_view, 2> trigger_texts { "schedule", "manual" };
constexpr std::array<std::string_view, 6> state_texts { "running", "succeeded", "rejects", "held", "failed",
    "interrupted" };

template <typename Enum, typename Texts>
std::optional<Enum> value_of(std::string_view text, Texts const & texts)
{
    auto const found = std::find(texts.begin(), texts.end(), text);
    return found == texts.end() ? std::nullopt : std::optional(static_cast<Enum>(std::distance(texts.begin(), found)));
}

} // namespace

bool Run::adds_up() const
{
    return fetched == unchanged + mapped + filtered + rejected;
}

std::string_view reason_code(Failure failure)
{
    switch (failure) {
    case Failure::unavailable:
        return "unavailable";
    case Failure::busy:
        return "busy";
    case Failure::bad_data:
        return "bad_data";
    case Failure::bad_page:
        return "bad_page";
    case Failure::held:
        return "held";
    case Failure::refused:
        return "refused";
    case Failure::configuration:
    case Failure::usage:
        return "configuration";
    case Failure::cannot_write:
        return "cannot_write";
    case Failure::interrupted:
        return "interrupted";
    case Failure::bug:
        return "bug";
    }
    return "bug";
}

std::string_view to_text(Trigger trigger)
{
    return trigger_texts.at(static_cast<std::size_t>(trigger));
}
std::string_view to_text(RunState state)
{
    return state_texts.at(static_cast<std::size_t>(state));
}
std::optional<Trigger> trigger_of(std::string_view text)
{
    return value_of<Trigger>(text, trigger_texts);
}
std::optional<RunState> run_state_of(std::string_view text)
{
    return value_of<RunState>(text, state_texts);
}

} // namespace ketensync::health
