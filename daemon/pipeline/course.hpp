#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/change.hpp"
#include "daemon/record/record.hpp"
#include "daemon/store/database.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// What is kept of a run besides its numbers: when it was read and what that took, why documents were set aside, which golden
/// records it changed (a few of them, by number alone: what they hold is looked up when somebody asks, so that nothing is kept
/// twice) and until when its data tells. Goes when its run goes. No transactions of its own. One thread, on its connection.
class Course {
public:
    static std::string_view const tables;
    static Result<Course> open(store::Database & database);

    /// What reading has taken so far: `bytes` as the source sent them, unpacked.
    Result<void> was_read(std::int64_t run, Instant at, std::uint64_t pages, std::uint64_t bytes);

    // Of the batch at hand, kept in memory until `write`.
    /// A record of a document that was news. What tells of a time after `now` says nothing of how far the data is.
    void tells(record::Record const & record, Instant now);
    void sets_aside(std::vector<record::Reject> const & rejects);
    void changes(record::Change const & change);

    /// In the transaction of the batch. Nothing of a batch that brought no news.
    Result<void> write(std::int64_t run, std::int64_t feed, Instant now);
    /// The batch came to nothing.
    void forget();

private:
    Course() = default;

    store::Database * m_database = nullptr;
    std::int64_t m_order = 0;
    bool m_news = false;
    std::map<std::string, std::int64_t, std::less<>> m_rejects;
    std::vector<record::Change> m_samples; ///< without their values
    std::int64_t m_run = 0;                ///< that the counts are of
    std::array<std::size_t, 4> m_sampled {};
};

/// Until when data tells that has this order: the moment, or the end of the month; nothing when the order says nothing of time,
/// or lies after `now`.
std::optional<Instant> told_until(std::int64_t order, Instant now);

/// What is known of a feed's news.
struct News {
    std::optional<Instant> told_until; ///< the latest moment that its data tells of; nothing: it tells no moments
    Instant came {};                   ///< when it last brought anything
};
/// By number of the feed; empty in a state of an earlier version.
Result<std::map<record::FeedId, News>> news(store::Database & state);

}
