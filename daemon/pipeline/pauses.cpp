#include "daemon/pipeline/pauses.hpp"

#include <fmt/format.h>

namespace ketensync::pipeline {

std::string_view const Pauses::tables = R"(
CREATE TABLE pause(
    source TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

namespace {

std::int64_t number_of(Instant instant) { return instant.time_since_epoch().count(); }

}

Result<std::vector<Pause>> Pauses::all(Instant now)
{
    std::vector<Pause> found;
    KETENSYNC_TRY_ASSIGN(auto const known, m_state->number("SELECT count(*) FROM sqlite_schema WHERE name = 'pause'"));
    if (known == 0) {
        return found;
    }
    KETENSYNC_TRY_ASSIGN(
        auto select, m_state->prepare("SELECT source, who, reason, since, until FROM pause WHERE until > ? ORDER BY source"));
    select.bind(1, number_of(now));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return found;
        }
        found.push_back({ std::string(select.text(0)), std::string(select.text(1)), std::string(select.text(2)),
            Instant(std::chrono::milliseconds(select.integer(3))), Instant(std::chrono::milliseconds(select.integer(4))) });
    }
}

Result<void> Pauses::put(Pause const & pause)
{
    KETENSYNC_TRY_ASSIGN(auto replace, m_state->prepare("REPLACE INTO pause VALUES(?, ?, ?, ?, ?)"));
    replace.bind(1, std::string_view(pause.source)).bind(2, std::string_view(pause.who));
    replace.bind(3, std::string_view(pause.reason)).bind(4, number_of(pause.since)).bind(5, number_of(pause.until));
    return replace.run();
}

Result<bool> Pauses::end(std::string_view source)
{
    KETENSYNC_TRY_ASSIGN(auto const before, m_state->number("SELECT count(*) FROM pause"));
    KETENSYNC_TRY_ASSIGN(auto remove, m_state->prepare("DELETE FROM pause WHERE source = ?"));
    remove.bind(1, source);
    KETENSYNC_TRY(remove.run());
    KETENSYNC_TRY_ASSIGN(auto const after, m_state->number("SELECT count(*) FROM pause"));
    return after < before;
}

std::string sentence_of(Pause const & pause)
{
    return fmt::format("{} is paused until {} by {}: {}; --resume={} ends that", pause.source,
        to_text(Instant(std::chrono::floor<std::chrono::seconds>(pause.until))), pause.who, pause.reason, pause.source);
}

}
