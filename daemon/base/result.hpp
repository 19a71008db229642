#pragma once

#include "daemon/base/error.hpp"

#include <tl/expected.hpp>

namespace ketensync {

/// The value, or the expected failure instead of it. Expected failures travel as values; exceptions are for bugs and
/// stop at the folder that owns the library which throws them.
template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Failure failure, std::string what)
{
    return tl::unexpected<Error>(Error { failure, std::move(what) });
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}

#define KETENSYNC_JOIN_(a, b) a##b
#define KETENSYNC_JOIN(a, b) KETENSYNC_JOIN_(a, b)

/// Returns the failure of `expression` to the caller, or goes on.
#define KETENSYNC_TRY(expression)                                                                                      \
    do {                                                                                                               \
        if (auto ketensync_result = (expression); !ketensync_result) {                                                 \
            return ::ketensync::fail(std::move(ketensync_result).error());                                             \
        }                                                                                                              \
    } while (false)

#define KETENSYNC_TRY_ASSIGN_(result, declaration, expression)                                                         \
    auto result = (expression);                                                                                        \
    if (!result) {                                                                                                     \
        return ::ketensync::fail(std::move(result).error());                                                           \
    }                                                                                                                  \
    declaration = std::move(*result)

/// KETENSYNC_TRY_ASSIGN(auto const page, connector.read(cursor)): the value, or returns the failure to the caller.
#define KETENSYNC_TRY_ASSIGN(declaration, expression)                                                                  \
    KETENSYNC_TRY_ASSIGN_(KETENSYNC_JOIN(ketensync_result_, __LINE__), declaration, expression)
