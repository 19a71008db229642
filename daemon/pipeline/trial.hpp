#pragma once

#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/pipeline.hpp"

#include <vector>

namespace ketensync::pipeline {

struct Trial {
    std::vector<health::Run> runs;
    std::vector<Difference> kinds; ///< those with differences, in schema order
};

/// Does everything a synchronisation of these feeds would do, in their order, in one transaction that is taken back at the
/// end: exact numbers, and nothing written anywhere. What the held run `accept_run` was about is believed.
Result<Trial> try_out(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::optional<std::int64_t> accept_run, std::stop_token stop);

/// Beside a running service: on a copy of its state, which is destroyed afterwards. One at a time: Failure::busy.
Result<Trial> try_out_on_copy(std::shared_ptr<Plan const> plan, Surroundings surroundings, std::vector<std::size_t> const & feeds,
    RunOptions const & options, std::optional<std::int64_t> accept_run, std::stop_token stop);

/// Takes away what a copy left that a crash did not let be destroyed: for who holds the lock on the state folder.
void sweep_copies(std::filesystem::path const & state_folder);

}
