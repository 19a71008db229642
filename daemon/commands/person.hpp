#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/pipeline/held.hpp"

#include <charconv>
#include <string>

namespace ketensync::commands {

/// Whom --access or --erase is about: a golden id or, for "-", who is known by the first line of the input. What says who
/// somebody is never stands on the command line, which others can see.
inline Result<record::GoldenId> person_meant(
    Options const & options, Streams const & streams, store::Database & state, record::Schema const & schema)
{
    if (options.person == "-") {
        std::string line;
        std::getline(streams.in, line);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
            line.pop_back();
        }
        return line.empty() ? fail(Failure::usage, "nothing was given on the input: one line with a number or address")
                            : pipeline::who_has(state, schema, line);
    }
    record::GoldenId id = 0;
    auto const & text = options.person;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || id == 0) {
        return fail(Failure::usage, "a golden id is a number; who is known otherwise is given on the input, with -");
    }
    return id;
}

}
