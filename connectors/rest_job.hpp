#pragma once

#include "connectors/rest_page.hpp"

#include <stop_token>
#include <string>

namespace ketensync::connectors {

/// Has the source make a list, and waits until it is there: what stands for {job} in the path of the list. unavailable
/// when it is not there within `job.timeout`, or was not made; bad_page when the source's answers do not say how it is.
Result<std::string> run_job(RestPages & pages, settings::Job const & job, PageQuestion const & question,
    Clock const & clock, std::stop_token stop);

} // namespace ketensync::connectors
