#include "connectors/rest_job.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::connectors {

namespace {

bool among(std::vector<std::string> const & words, std::string const & word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

Result<std::string> text_at(std::string_view body, std::string const & path, std::string_view what)
{
    KETENSYNC_TRY_ASSIGN(auto text, formats::json_scalar(body, path));
    if (!text || text->empty() || *text == "." || *text == "..") {
        return fail(Failure::bad_page, fmt::format("{} has no usable '{}'", what, path));
    }
    return std::move(*text);
}

} // namespace

Result<std::string> run_job(RestPages & pages, settings::Job const & job, PageQuestion const & question,
    Clock const & clock, std::stop_token stop)
{
    auto const deadline = clock.monotonic() + job.timeout;
    KETENSYNC_TRY_ASSIGN(auto const created, pages.ask(job.create, pages.body_for(question, {}), stop));
    KETENSYNC_TRY_ASSIGN(auto key, text_at(created.body, job.key, "the answer to asking for a report"));
    auto path = job.status;
    if (auto const at = path.find("{job}"); at != std::string::npos) {
        path.replace(at, 5, http::encoded(key));
    }
    for (;;) {
        KETENSYNC_TRY_ASSIGN(auto const answer, pages.ask(path, std::nullopt, stop));
        KETENSYNC_TRY_ASSIGN(auto const state, text_at(answer.body, job.state, "the state of a report"));
        if (among(job.done, state)) {
            return key;
        }
        if (among(job.failed, state)) {
            return fail(Failure::unavailable, "the source says that it could not make the report");
        }
        if (clock.monotonic() + job.every > deadline) {
            return fail(Failure::unavailable,
                fmt::format("the report is not there after {} seconds",
                    std::chrono::duration_cast<std::chrono::seconds>(job.timeout).count()));
        }
        if (!clock.wait_for(job.every, stop)) {
            return fail(Failure::interrupted, "asked to stop");
        }
    }
}

} // namespace ketensync::connectors
