#pragma once

#include "connectors/connector.hpp"
#include "connectors/rest_page.hpp"

#include <memory>

namespace ketensync::connectors {

/// Reads what a source has on values of golden records, a batch in one request, as `surroundings.questions` gives them.
/// Who is not in an answer is not there, which is nothing to fail for. A batch that the source refuses as a whole is
/// halved until the value it will not have stands alone; that one is passed over and counted in the log. The cursor
/// means nothing: what was asked, and how much today, is kept where the questions come from.
Result<std::unique_ptr<Connector>> open_look_up(
    RestPages pages, settings::Feed const & feed, Surroundings const & surroundings);

} // namespace ketensync::connectors
