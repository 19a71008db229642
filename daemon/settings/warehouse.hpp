#pragma once

#include "daemon/settings/source.hpp"

namespace ketensync::settings {

/// Reads [warehouse]. A key that belongs to another type of warehouse is a fault.
void read_warehouse(Table const & table, Surroundings const & surroundings, Config & config);

}
