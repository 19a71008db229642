#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/in_force.hpp"
#include "daemon/settings/effective.hpp"
#include "daemon/web/tongue.hpp"

#include <string>
#include <vector>

namespace ketensync::web {

/// What stands on /configuratie.
struct ConfigurationShown {
    std::string version; ///< in force
    Instant since {};
    bool reload_succeeded = true;                     ///< the last one
    std::vector<pipeline::ConfigurationPart> in_force; ///< as the state noted them
    std::vector<pipeline::ConfigurationPart> in_files; ///< as the files are now
    std::string source {};                            ///< whose settings are shown; empty: those of the service
    std::vector<std::string> sources {};              ///< all there are
    std::vector<settings::Setting> settings {};
};

/// HTML. Holds no secret: `settings` has none. Pure.
std::string configuration_body(ConfigurationShown const & shown, Instant now, Tongue const & say);

} // namespace ketensync::web
