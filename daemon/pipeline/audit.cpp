#include "daemon/pipeline/audit.hpp"

#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/state.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace ketensync::pipeline {

std::string_view const Audit::tables = R"(
CREATE TABLE secret(one INTEGER PRIMARY KEY CHECK(one = 1), bytes BLOB NOT NULL) STRICT;
CREATE TABLE audit(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    chain BLOB NOT NULL) STRICT;
)";

std::string Audit::account()
{
    std::array<char, 4096> room {};
    passwd entry {};
    passwd * found = nullptr;
    auto const uid = ::getuid();
    std::string name = ::getpwuid_r(uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr
        ? std::string(found->pw_name)
        : fmt::format("uid {}", uid);
    auto const * const before = std::getenv("SUDO_USER");
    return before == nullptr ? name : fmt::format("{} as {}", before, name);
}

namespace {

/// Each part with its length, so that no two entries read the same.
std::string chained(std::string_view key, std::string_view before, Audit::Entry const & entry)
{
    std::string text(before);
    for (auto const & part : { std::to_string(entry.id), std::to_string(entry.at.time_since_epoch().count()), entry.who,
             entry.action, entry.detail }) {
        text += fmt::format("{}:{}", part.size(), part);
    }
    return store::keyed_hash(key, text);
}

}

Result<std::string> key_in_state(store::Database & state)
{
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT bytes FROM secret"));
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (row) {
        return std::string(select.blob(0));
    }
    auto key = store::random_bytes();
    KETENSYNC_TRY_ASSIGN(auto insert, state.prepare("INSERT INTO secret VALUES(1, ?)"));
    insert.bind_blob(1, key);
    KETENSYNC_TRY(insert.run());
    return key;
}

Result<void> Audit::append(
    store::Database & state, Instant at, std::string_view action, std::string_view detail, std::string_view who)
{
    KETENSYNC_TRY_ASSIGN(auto const key, key_in_state(state));
    Entry entry { 1, at, who.empty() ? account() : std::string(who), std::string(action), std::string(detail), {} };
    std::string before;
    {
        KETENSYNC_TRY_ASSIGN(auto last, state.prepare("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1"));
        KETENSYNC_TRY_ASSIGN(bool const row, last.step());
        if (row) {
            entry.id = last.integer(0) + 1;
            before = last.blob(1);
        }
    }
    auto const chain = chained(key, before, entry);
    KETENSYNC_TRY_ASSIGN(auto insert, state.prepare("INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?)"));
    insert.bind(1, entry.id).bind(2, std::int64_t { at.time_since_epoch().count() }).bind(3, std::string_view(entry.who));
    insert.bind(4, action).bind(5, detail).bind_blob(6, chain);
    return insert.run();
}

Result<void> Audit::note(settings::Config const & config, Instant at, std::string_view action, std::string_view detail,
    record::GoldenId about)
{
    KETENSYNC_TRY_ASSIGN(auto seal, read_seal(config));
    KETENSYNC_TRY_ASSIGN(auto state,
        store::Database::open(config.state_folder / "state.sqlite", { .cache_bytes = 1U << 20, .seal = std::move(seal) }));
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(append(state, at, action, detail));
    if (about != 0) {
        Processing processing(state, nullptr);
        processing.see(about);
        KETENSYNC_TRY(processing.write(action, 0, 0, at, at));
    }
    return transaction.commit();
}

Result<std::vector<Audit::Entry>> Audit::read(store::Database & state)
{
    std::vector<Entry> entries;
    KETENSYNC_TRY_ASSIGN(auto const has_tables,
        state.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('audit', 'secret')"));
    KETENSYNC_TRY_ASSIGN(auto const written, has_tables == 2 ? state.number("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
                                                             : Result<std::int64_t>(0));
    if (written == 0) {
        return entries;
    }
    KETENSYNC_TRY_ASSIGN(auto const key, key_in_state(state));
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT id, at, who, action, detail, chain FROM audit ORDER BY id"));
    std::string before;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            break;
        }
        Entry entry { select.integer(0), Instant(std::chrono::milliseconds(select.integer(1))), std::string(select.text(2)),
            std::string(select.text(3)), std::string(select.text(4)), {} };
        auto const expected = entries.size() + 1;
        if (entry.id != static_cast<std::int64_t>(expected) || chained(key, before, entry) != select.blob(5)) {
            return fail(Failure::configuration,
                fmt::format("the audit log was tampered with: entry {} is not as it was written", expected));
        }
        before = select.blob(5);
        entry.chain = store::in_hex(before);
        entries.push_back(std::move(entry));
    }
    if (static_cast<std::int64_t>(entries.size()) != written) {
        return fail(Failure::configuration,
            fmt::format("the audit log was tampered with: it ends at entry {} of {}", entries.size(), written));
    }
    return entries;
}

}
