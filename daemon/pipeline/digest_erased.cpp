// The part of Digest that sees to it that who was erased stays so.

#include "daemon/pipeline/digest.hpp"

#include "daemon/landing/leaves.hpp"

#include <algorithm>

namespace ketensync::pipeline {

Result<void> Digest::withdraw(std::vector<landing::Version> const & versions)
{
    KETENSYNC_TRY(memory());
    return batch([&](Settle & settle) -> Result<void> {
        for (auto const version : versions) {
            KETENSYNC_TRY_ASSIGN(auto const told, m_landing->supersede(version));
            for (auto const record : told) {
                KETENSYNC_TRY(settle.untell(record, version, false));
            }
        }
        return elect(settle);
    });
}

// What is of somebody who was erased is not told, and does not stay among the documents either.
Result<std::vector<std::size_t>> Digest::bar_erased(PlannedFeed const & feed, MappedPage const & mapped)
{
    std::vector<std::size_t> barred;
    if (m_tombstones->empty()) {
        return barred;
    }
    auto const & page = mapped.page;
    for (std::size_t i = 0; i < page.entries.size(); ++i) {
        auto const covers = [&](record::Record const & record) {
            return m_tombstones->cover(feed.source->name, *m_plan->schema, record);
        };
        if (!page.entries[i].gone
            && (m_tombstones->cover(page.feed, page.entries[i].key) || std::ranges::any_of(mapped.documents[i].records, covers))) {
            barred.push_back(i);
        }
    }
    if (!barred.empty()) {
        auto emptied = page;
        landing::take_out(emptied, barred);
        KETENSYNC_TRY(landing::rewrite(m_database, emptied));
    }
    return barred;
}

}
