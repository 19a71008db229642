#include "daemon/store/migrations.hpp"

#include <fmt/format.h>

namespace ketensync::store {

Result<void> migrate(Database & database, std::span<Migration const> steps)
{
    KETENSYNC_TRY_ASSIGN(auto const version, database.number("PRAGMA user_version"));
    auto const known = static_cast<std::int64_t>(steps.size());
    if (version > known) {
        return fail(Failure::configuration,
            fmt::format("{} was made by a newer ketensync (layout {}, this one knows {}): install that version",
                database.file().string(), version, known));
    }
    for (auto step = version; step < known; ++step) {
        KETENSYNC_TRY_ASSIGN(auto transaction, Transaction::begin(database));
        KETENSYNC_TRY(database.execute(steps[static_cast<std::size_t>(step)].sql));
        KETENSYNC_TRY(database.execute(fmt::format("PRAGMA user_version={}", step + 1)));
        KETENSYNC_TRY(transaction.commit());
    }
    return {};
}

}
