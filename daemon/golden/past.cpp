// The part of Golden that reads what golden records were before.

#include "daemon/golden/golden.hpp"

namespace ketensync::golden {

namespace {

Result<Golden::Past> past_in(store::Statement const & row)
{
    auto values = record::Values::from_bytes(row.blob(4));
    if (!values) {
        return fail(Failure::configuration, "the history of a golden record is damaged: restore the state from a backup");
    }
    return Golden::Past { static_cast<GoldenId>(row.integer(0)), static_cast<KindId>(row.integer(1)),
        Instant(std::chrono::milliseconds(row.integer(2))), Instant(std::chrono::milliseconds(row.integer(3))),
        std::move(*values) };
}

}

Result<std::vector<Golden::Past>> Golden::past(GoldenId golden, std::int64_t mark)
{
    std::vector<Past> found;
    m_past.bind(1, std::int64_t { golden }).bind(2, mark);
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, m_past.step());
        if (!row) {
            m_past.reset();
            return found;
        }
        KETENSYNC_TRY_ASSIGN(auto past, past_in(m_past));
        found.push_back(std::move(past));
    }
}

Result<std::int64_t> Golden::history_mark()
{
    return m_database->number("SELECT coalesce(max(rowid), 0) FROM golden_history");
}

}
