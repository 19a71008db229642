#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/web/api_shapes.hpp"
#include "daemon/web/http.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::web {

/// Where the interface for programs begins; its major version is part of it (NL API Design Rules 2, /core/uri-version).
inline constexpr std::string_view api_path = "/api/v1";
/// In full, as the header API-Version of every answer under it tells (/core/version-header).
inline constexpr std::string_view api_version = "1.1.0";

/// What a GET below `api_path` is answered with: how the service and its feeds stand, as JSON; errors as problem+json
/// (RFC 9457). Pure. Every answer is made from the same description as `api_description`, so that they cannot differ. Holds no
/// personal data.
Response answer_api(Request const & request, health::Snapshot const & snapshot);

/// The OpenAPI 3.0 document, with what is done for programs (api_acts.hpp), served at `api_path`/openapi.json.
std::string api_description();

/// What its paths take and how it refuses; for its routes (http.hpp).
std::shared_ptr<Manners const> api_manners();
/// An answer in the form of the interface.
Response answered(int status, Json const & body, std::vector<std::pair<std::string, std::string>> headers = {});
/// A problem in the form of the interface.
Response problem(int status, std::string_view title, std::string_view detail);

} // namespace ketensync::web
