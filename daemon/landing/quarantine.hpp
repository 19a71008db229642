#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/landing/directory.hpp"
#include "daemon/record/record.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ketensync::landing {

/// The records set aside: raw bytes, reason and the mapping line that was not satisfied, until retried or dropped. A
/// document that is delivered anew and is sound then, leaves by itself. No transactions of its own. One thread.
class Quarantine {
public:
    static std::string_view const tables;
    /// What finds a group of many at once; of a layout later than `tables`.
    static std::string_view const groups;
    static Result<Quarantine> open(store::Database & database);

    /// A document's rejects replace what was held of it.
    Result<void> put(record::FeedId feed, record::Fingerprint const & key, Version version,
        std::vector<record::Reject> const & rejects, std::string_view raw, Instant seen);
    /// The document is sound now, or gone.
    Result<void> clear(record::FeedId feed, record::Fingerprint const & key);
    /// True when the feed has anything in quarantine: a cheap question before `clear`.
    Result<bool> holds(record::FeedId feed);

    struct Item {
        std::int64_t id = 0;
        std::string source;
        std::string feed;
        record::FeedId feed_id = 0;
        Version version = 0;
        std::string reason;
        std::string detail;
        std::string where;
        Instant first_seen;
        std::int64_t tries = 0;
    };
    /// Which items an operator means; empty is all.
    struct Selection {
        std::string source;
        std::string reason;
        std::optional<std::int64_t> id;
        std::string feed;            ///< of that source
        std::uint64_t at_most = 0;   ///< the first so many; 0: all
        std::int64_t after = 0;      ///< only those with a higher number
    };
    /// By number.
    Result<std::vector<Item>> list(Selection const & selection);
    /// What one was set aside with, as it came; nothing when there is none of that number.
    Result<std::optional<std::string>> raw(std::int64_t id);
    Result<std::int64_t> drop(Selection const & selection);
    struct Count {
        std::string source;
        std::string feed;
        std::string reason;
        std::int64_t items = 0;
        Instant oldest;
    };
    Result<std::vector<Count>> counts();

private:
    Quarantine() = default;
    store::Database * m_database = nullptr;
    store::Statement m_put;
    store::Statement m_clear;
    store::Statement m_holds;
    store::Statement m_first_seen;
};

}
