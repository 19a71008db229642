#pragma once

#include "daemon/base/result.hpp"
#include "daemon/web/api_shapes.hpp"
#include "daemon/web/door.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ketensync::web {

/// What a program asks to be done, found to be as the description says.
struct Call {
    std::string who;    ///< whom the proxy names: stands in the audit log
    std::string source; ///< empty: all
    std::string feed;   ///< of that source; empty: all of it
    Json body;
};

/// What is done for programs. Each call is a row of the description, waits until it is done, and gives what is told of it.
/// Failure::usage: it cannot be meant (400); busy: not as things stand (409); any other: not now (503). Of the thread that
/// makes the pages.
class Acts {
public:
    virtual ~Acts() = default;
    /// There is that source, with that feed unless it is empty.
    virtual bool knows(std::string_view source, std::string_view feed) const = 0;

    virtual Result<Json> begin(Call const & call) = 0;
    virtual Result<Json> cancel(Call const & call) = 0;
    virtual Result<Json> pause(Call const & call) = 0;
    virtual Result<Json> resume(Call const & call) = 0;
    virtual Result<Json> retry(Call const & call) = 0;
    virtual Result<Json> drop(Call const & call) = 0;
};

/// At most so many documents are tried again, and dropped, by one call.
inline constexpr std::int64_t retried_max = 1'000;
inline constexpr std::int64_t dropped_max = 1'000'000;

/// What POSTs below `api_path` (api.hpp) are answered with: the same door as for pages, and the role `operate`.
Route api_acts(Door const & door, std::shared_ptr<Acts> acts);
/// There is something to be done at that path, below `api_path`.
bool is_act(std::string_view path);
/// Adds them to the description: to its `paths`, and to its `schemas`.
void describe_acts(Json & paths, Json & schemas);

} // namespace ketensync::web
