#pragma once

#include "daemon/warehouse/layout.hpp"
#include "daemon/warehouse/postgres_session.hpp"

namespace ketensync::warehouse {

/// What the tables of a PostgreSQL warehouse are made from.
struct PostgresLayout {
    settings::PostgresServer const * server = nullptr;
    std::string holder;   ///< who asks; while another has the turn nothing is changed
    record::Schema const * kinds = nullptr;
    std::vector<SourceName> const * sources = nullptr;
    std::vector<View> const * views = nullptr;
};

/// Makes what is not there and adds what is lacking, in the transaction of `work`; writes nothing where everything is as
/// it should be. A layout that cannot be brought up to date by adding is refused before anything was changed.
Result<void> bring_up_to_date(PostgresSession::Work & work, PostgresLayout const & layout);

}
