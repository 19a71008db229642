#pragma once

#include "connectors/connector.hpp"
#include "daemon/golden/golden.hpp"
#include "daemon/pipeline/plan.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// What a look-up feed asks: a field of golden records of one kind, those first that were never asked about, then those
/// that were longest ago; never twice in a run, never more than so many a day (UTC). When each was asked about, under
/// which feed, stays in the state: it is also the account of what was asked of whom. One thread.
class GoldenQuestions final : public connectors::Questions {
public:
    static std::string_view const tables;

    /// `database` outlives it. Failure::configuration when the schema has no such kind or field.
    static Result<std::unique_ptr<GoldenQuestions>> open(store::Database & database, record::Schema const & schema,
        settings::Feed const & feed, record::FeedId number, Clock const & clock);

    Result<std::vector<std::string>> next(std::size_t most) override;
    /// The answers are safe: what was asked counts as asked; without `all`, but for what `next` gave last. Whatever is not
    /// settled is asked again. In the caller's transaction.
    Result<void> settle(bool all);

private:
    GoldenQuestions(store::Database & database, settings::Ask ask, record::FeedId number, Clock const & clock)
        : m_database(database), m_ask(std::move(ask)), m_number(number), m_clock(clock)
    {
    }
    Result<void> look();
    Result<std::uint64_t> left_today();
    Result<void> spend(std::uint64_t count);

    store::Database & m_database;
    settings::Ask m_ask;
    record::FeedId m_number;
    Clock const & m_clock;
    std::unique_ptr<golden::Golden> m_golden;
    record::KindId m_kind = 0;
    record::FieldId m_field = 0;
    bool m_looked = false;
    std::vector<record::GoldenId> m_due; ///< in the order in which they are asked about
    std::size_t m_next = 0;
    std::vector<record::GoldenId> m_asked; ///< in this run
    std::size_t m_answered = 0; ///< of these, what was asked before the last call of `next`
    std::set<std::string> m_values; ///< asked in this run
};

}
