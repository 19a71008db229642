#include "daemon/monitor/shelf.hpp"

#include "daemon/store/compress.hpp"
#include "daemon/store/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

namespace ketensync::monitor {

namespace {

constexpr std::size_t edition_bytes_max = 512U << 20;

Result<Edition> unpacked(std::string_view bytes)
{
    KETENSYNC_TRY_ASSIGN(auto const text, store::decompress(bytes, edition_bytes_max));
    return edition_from_json(text);
}

/// As it lies in the table.
struct Packed {
    std::string truth;
    std::string shown; ///< empty: it is not published
};

Packed packed_in(store::Statement const & row)
{
    return { std::string(row.blob(0)), row.is_null(1) ? std::string() : std::string(row.blob(1)) };
}

Result<Shelf::Kept> unpacked(Packed const & packed)
{
    Shelf::Kept kept;
    KETENSYNC_TRY_ASSIGN(kept.truth, unpacked(std::string_view(packed.truth)));
    if (!packed.shown.empty()) {
        KETENSYNC_TRY_ASSIGN(kept.shown, unpacked(std::string_view(packed.shown)));
    }
    return kept;
}

tl::unexpected<Error> published(std::string const & name)
{
    return fail(Failure::held, fmt::format("edition {} is published: it stays as it is. What changed since comes in the next one", name));
}

}

std::string hash_of(Edition const & edition) { return store::sha256(to_json(edition)); }

std::string_view const Shelf::tables
    = "CREATE TABLE edition(name TEXT PRIMARY KEY, truth BLOB NOT NULL, shown BLOB) STRICT, WITHOUT ROWID;";

Result<std::optional<Shelf::Kept>> Shelf::find(std::string const & name)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_state.prepare("SELECT truth, shown FROM edition WHERE name = ?"));
    select.bind(1, std::string_view(name));
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (!row) {
        return std::nullopt;
    }
    KETENSYNC_TRY_ASSIGN(auto kept, unpacked(packed_in(select)));
    return std::optional(std::move(kept));
}

Result<bool> Shelf::is_published(std::string const & name)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_state.prepare("SELECT 1 FROM edition WHERE name = ? AND shown IS NOT NULL"));
    select.bind(1, std::string_view(name));
    return select.step();
}

Result<std::optional<Edition>> Shelf::last_shown_before(std::string const & name)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_state.prepare("SELECT truth, shown FROM edition WHERE name < ? AND shown IS NOT NULL ORDER BY name DESC LIMIT 1"));
    select.bind(1, std::string_view(name));
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (!row) {
        return std::nullopt;
    }
    KETENSYNC_TRY_ASSIGN(auto shown, unpacked(select.blob(1)));
    return std::optional(std::move(shown));
}

Result<std::vector<Shelf::Kept>> Shelf::published_before(std::string const & name)
{
    std::vector<Packed> packed;
    KETENSYNC_TRY_ASSIGN(auto select,
        m_state.prepare("SELECT truth, shown FROM edition WHERE name < ? AND shown IS NOT NULL ORDER BY name"));
    select.bind(1, std::string_view(name));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            break;
        }
        packed.push_back(packed_in(select));
    }
    // Reading them takes longer than anything else here: the one half beside the other.
    std::vector<Result<Kept>> read(packed.size());
    auto const read_every_other = [&](std::size_t from) {
        for (auto i = from; i < packed.size(); i += 2) {
            read[i] = unpacked(packed[i]);
        }
    };
    {
        auto const beside = std::async(std::launch::async, read_every_other, 1U);
        read_every_other(0);
    }
    std::vector<Kept> all;
    for (auto & each : read) {
        KETENSYNC_TRY_ASSIGN(auto kept, std::move(each));
        all.push_back(std::move(kept));
    }
    return all;
}

Result<void> Shelf::put(Edition const & truth, std::string const & shown)
{
    KETENSYNC_TRY_ASSIGN(auto put, m_state.prepare("REPLACE INTO edition VALUES(?, ?, ?)"));
    auto const packed = store::compress(to_json(truth));
    auto const packed_shown = shown.empty() ? std::string() : store::compress(shown);
    put.bind(1, std::string_view(truth.name)).bind_blob(2, packed);
    if (shown.empty()) {
        put.bind_null(3);
    } else {
        put.bind_blob(3, packed_shown);
    }
    return put.run();
}

Result<void> Shelf::keep(Edition const & draft)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
    KETENSYNC_TRY_ASSIGN(auto const there, find(draft.name));
    if (there && there->shown) {
        return published(draft.name);
    }
    KETENSYNC_TRY(put(draft, {}));
    return transaction.commit();
}

Result<Edition> Shelf::approve(std::string const & name, Approval const & approval)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
    KETENSYNC_TRY_ASSIGN(auto there, find(name));
    if (!there) {
        return fail(Failure::usage, fmt::format("there is no draft of edition {} yet: make it first", name));
    }
    if (there->shown) {
        return published(name);
    }
    auto & edition = there->truth;
    if (std::ranges::find(edition.approvals, approval.by, &Approval::by) != edition.approvals.end()) {
        return fail(Failure::usage, fmt::format("{} approved edition {} already: it takes another person", approval.by, name));
    }
    edition.approvals.push_back(approval);
    if (edition.approvals.size() >= approvals_needed) {
        edition.stage = Stage::approved;
    }
    KETENSYNC_TRY(put(edition, {}));
    KETENSYNC_TRY(transaction.commit());
    return std::move(edition);
}

Result<void> Shelf::publish(Edition const & truth, Edition const & shown)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
    KETENSYNC_TRY_ASSIGN(auto const there, find(truth.name));
    if (there && there->shown) {
        return published(truth.name);
    }
    if (!there || there->truth.stage != Stage::approved) {
        return fail(Failure::held, fmt::format("edition {} is not approved by {} people", truth.name, approvals_needed));
    }
    KETENSYNC_TRY(put(truth, to_json(shown)));
    return transaction.commit();
}

}
