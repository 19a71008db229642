#pragma once

#include "daemon/pipeline/run_story.hpp"
#include "daemon/web/tongue.hpp"

#include <span>
#include <string>
#include <vector>

namespace ketensync::web {

/// What can be chosen from on the page of runs: "source/feed", with how people call it.
struct FeedName {
    std::string source;
    std::string feed;
    std::string title;
};

/// What stands on /runs: `runs` as `choice` chose them. HTML. Pure.
std::string runs_body(std::span<health::Run const> runs, pipeline::RunChoice const & choice, std::span<FeedName const> feeds, Instant now,
    Tongue const & say);

/// What stands on /runs/ID: all but the samples. HTML, without personal data. Pure.
std::string run_body(pipeline::RunStory const & story, std::string_view title, Instant now, Tongue const & say);

/// What stands on /veranderd/ID: the samples, with what is personal masked. Pure.
std::string samples_body(pipeline::RunStory const & story, Tongue const & say);

} // namespace ketensync::web
