#include "daemon/landing/leaves.hpp"

#include "daemon/store/compress.hpp"

#include <algorithm>
#include <cstring>

namespace ketensync::landing {

Result<void> leaf_through(store::Database & database, std::function<Result<void>(Leaf const & leaf)> const & visit)
{
    std::atomic<std::int64_t> none = 0;
    KETENSYNC_TRY_ASSIGN(auto landing, Landing::open(database, none));
    std::vector<std::pair<std::int64_t, Instant>> pages;
    {
        KETENSYNC_TRY_ASSIGN(auto select, database.prepare("SELECT id, received FROM page ORDER BY id"));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                break;
            }
            pages.emplace_back(select.integer(0), Instant(std::chrono::milliseconds(select.integer(1))));
        }
    }
    KETENSYNC_TRY_ASSIGN(auto told, database.prepare("SELECT tellings FROM page_tellings WHERE page = ?"));
    for (auto const & [id, received] : pages) {
        Leaf leaf;
        KETENSYNC_TRY_ASSIGN(leaf.page, landing.page(id));
        leaf.received = received;
        told.bind(1, id);
        KETENSYNC_TRY_ASSIGN(bool const row, told.step());
        auto tellings = row ? decode_tellings(told.blob(0)) : Tellings();
        told.reset();
        if (!tellings) {
            return fail(Failure::configuration, "a stored page is damaged: restore the state from a backup");
        }
        leaf.tellings = std::move(*tellings);
        KETENSYNC_TRY(visit(leaf));
    }
    return {};
}

std::vector<std::string_view> documents_of(Page const & page)
{
    std::vector<std::string_view> documents;
    documents.reserve(page.entries.size());
    std::size_t at = 0;
    for (auto const & entry : page.entries) {
        documents.push_back(std::string_view(page.body).substr(std::min(at, page.body.size()), entry.length));
        at += entry.length;
    }
    return documents;
}

void take_out(Page & page, std::vector<std::size_t> const & documents)
{
    std::string body;
    auto const before = documents_of(page);
    for (std::size_t i = 0; i < page.entries.size(); ++i) {
        auto & entry = page.entries[i];
        if (std::ranges::find(documents, i) == documents.end()) {
            body += before[i];
            continue;
        }
        auto const nobody = store::random_bytes();
        std::memcpy(&entry.key, nobody.data(), sizeof(entry.key));
        entry.content = {};
        entry.previous = 0;
        entry.length = 0;
        entry.gone = true;
    }
    page.body = std::move(body);
}

Result<void> rewrite(store::Database & database, Page const & page)
{
    auto const packed = pack(page);
    KETENSYNC_TRY_ASSIGN(auto update, database.prepare("UPDATE page_body SET directory = ?2, body = ?3 WHERE page = ?1"));
    update.bind(1, page.id).bind_blob(2, packed.directory).bind_blob(3, packed.body);
    return update.run();
}

}
