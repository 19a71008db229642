#pragma once

#include "daemon/pipeline/run_story.hpp"

#include <string_view>

namespace ketensync::web {

/// How a run stands or ended, in plain Dutch.
std::string_view in_dutch(health::RunState state);
std::string_view in_dutch(health::Trigger trigger);
std::string_view in_dutch(record::Change::What what);

/// What went wrong, for one of health::reason_codes: why, whether it comes right by itself, and what a person can do.
struct Trouble {
    std::string_view why;
    bool heals = false; ///< by itself, at a next turn
    std::string_view advice;
};
/// Of a code that is none of those: that of a bug.
Trouble trouble_of(std::string_view reason);

/// What an entry of the audit log is about; the action itself where there is no word for it.
std::string_view act_in_dutch(std::string_view action);

} // namespace ketensync::web
