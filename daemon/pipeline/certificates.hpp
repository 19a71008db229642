#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/settings/config.hpp"

#include <vector>

namespace ketensync::pipeline {

/// When the certificates end that the configuration names: those that we show to sources, those that sign messages, and the
/// authority of our own that vouches for the warehouse. By name. Their files are read each time, so that a new one shows.
std::vector<health::CertificateState> certificates(settings::Config const & config);

}
