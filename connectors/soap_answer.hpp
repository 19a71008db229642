#pragma once

#include "connectors/soap_envelope.hpp"

#include <string>

namespace ketensync::connectors::soap {

/// What an answer says, by the rules of its service.
struct Answer {
    settings::Meaning means = settings::Meaning::found; ///< found, partial, nothing or set_aside
    std::string code; ///< the source's own code for it, where it may be told; otherwise empty
    bool more = false; ///< another part follows
    std::string start; ///< where that part begins: XML
};

/// What was sent with the question and must come back.
struct Expected {
    std::string id; ///< the wsa:MessageID; empty: none
    std::string reference; ///< for `reference` of the service
};

/// Reads an answer. What it means for whoever asked, when it is not about this one question, is a failure: refused,
/// unavailable, configuration, or bad_page (also for an answer to another question, and one of no kind that is known).
Result<Answer> read_answer(settings::Service const & service, Envelope const & envelope, Expected const & expected);

/// A template with its names between braces filled in: escaped, unless the name is in `raw`. Names nobody knows stay.
std::string filled_in(std::string_view text, std::map<std::string, std::string> const & values,
    std::map<std::string, std::string> const & raw = {});

} // namespace ketensync::connectors::soap
