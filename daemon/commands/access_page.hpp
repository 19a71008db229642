#pragma once

#include "daemon/pipeline/held.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace ketensync::commands {

/// All that is held on a person, with where each value came from and on what ground and how long it is kept; for programs.
nlohmann::ordered_json access_json(pipeline::Held const & held, record::Schema const & schema, pipeline::Names const & names,
    Instant now);
/// The same as a page in plain Dutch, for the person.
std::string access_page(nlohmann::ordered_json const & access);

}
