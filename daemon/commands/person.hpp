#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/pipeline/held.hpp"

#include <charconv>
#include <string>

namespace ketensync::commands {

/// Whom --access or --erase is about: what stands on the command line, or for "-" the first line of the input. What says
/// who somebody is never stands on the command line, which others can see.
inline std::string words_for_person(Options const & options, Streams const & streams)
{
    if (options.person != "-") {
        return options.person;
    }
    std::string line;
    std::getline(streams.in, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
        line.pop_back();
    }
    return line;
}

/// The golden record that those words are for: its id or, for "-", who is known by them.
inline Result<record::GoldenId> person_meant(
    Options const & options, std::string const & words, store::Database & state, record::Schema const & schema)
{
    if (options.person == "-") {
        return words.empty() ? fail(Failure::usage, "nothing was given on the input: one line with a number or address")
                             : pipeline::who_has(state, schema, words);
    }
    record::GoldenId id = 0;
    auto const read = std::from_chars(words.data(), words.data() + words.size(), id);
    if (read.ec != std::errc() || read.ptr != words.data() + words.size() || id == 0) {
        return fail(Failure::usage, "a golden id is a number; who is known otherwise is given on the input, with -");
    }
    return id;
}

}
