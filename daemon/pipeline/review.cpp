#include "daemon/pipeline/review.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace ketensync::pipeline {

Result<Review> Review::open(Bench & bench, Clock const & clock)
{
    Review review(bench, clock);
    KETENSYNC_TRY_ASSIGN(review.m_golden, golden::Golden::open(bench.state));
    KETENSYNC_TRY_ASSIGN(review.m_judgements, golden::Judgements::open(bench.state));
    return review;
}

std::size_t Review::referred(Memory const & memory, record::RecordId record, std::size_t & records) const
{
    auto const & ledger = memory.ledger;
    std::vector<record::RecordId> referrers;
    std::vector<golden::GoldenId> found;
    std::vector<record::RecordId> members;
    memory.reconciler->members(ledger[record].golden, members);
    records = members.size();
    for (auto const member : members) {
        ledger.referrers(member, referrers);
        for (auto const referrer : referrers) {
            if (ledger[referrer].told > 0) {
                found.push_back(ledger[referrer].golden);
            }
        }
    }
    std::ranges::sort(found);
    return static_cast<std::size_t>(std::unique(found.begin(), found.end()) - found.begin());
}

Result<std::vector<Pair>> Review::pairs()
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    auto const & ledger = memory->ledger;
    KETENSYNC_TRY_ASSIGN(auto const doubts, m_golden->doubts());
    std::vector<Pair> pairs;
    for (auto const & doubt : doubts) {
        if (ledger[doubt.a].told == 0 || ledger[doubt.b].told == 0) {
            continue;
        }
        Pair pair { doubt.a, doubt.b, ledger[doubt.a].kind, doubt.bits, doubt.reason, 0, std::nullopt };
        std::size_t records = 0;
        pair.effect = std::min(referred(*memory, pair.a, records), referred(*memory, pair.b, records));
        KETENSYNC_TRY_ASSIGN(auto const judged, m_judgements->of(pair.a));
        auto const before = std::ranges::find(judged, std::tie(pair.a, pair.b),
            [](golden::Judged const & each) { return std::tie(each.a, each.b); });
        if (before != judged.end()) {
            pair.before = *before;
        }
        pairs.push_back(std::move(pair));
    }
    std::ranges::sort(pairs, [](Pair const & x, Pair const & y) {
        return std::tuple(y.effect, y.bits, x.a, x.b) < std::tuple(x.effect, x.bits, y.a, y.b);
    });
    return pairs;
}

Result<Side> Review::side(record::RecordId record)
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    Side side;
    auto const & entry = memory->ledger[record];
    side.source = m_bench->title(entry.source);
    side.golden = entry.golden;
    side.referred = referred(*memory, record, side.records);
    KETENSYNC_TRY_ASSIGN(side.values, m_golden->values(record));
    m_golden->forget();
    return side;
}

Result<std::optional<reconcile::Explanation>> Review::explain(Pair const & pair)
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    return memory->reconciler->explain(pair.a, pair.b);
}

Result<void> Review::judge(Pair const & pair, bool same, std::string const & who)
{
    golden::Judged const judged { 0, pair.a, pair.b, same, who, m_clock->now(), pair.bits, pair.reason };
    return m_bench->digest.judge(pair.a, pair.b, judgement(same),
        [&](golden::Judgements & judgements) -> Result<void> {
            KETENSYNC_TRY(Audit::append(m_bench->state, judged.at, "judge",
                fmt::format("records {} and {}: {}", pair.a, pair.b, same ? "one" : "two"), who));
            return judgements.put(judged);
        });
}

Result<std::optional<golden::Judged>> Review::undo(std::string const & who)
{
    KETENSYNC_TRY_ASSIGN(auto last, m_judgements->last());
    if (!last) {
        return last;
    }
    auto const now = m_clock->now();
    // All on one connection: the question comes back in the transaction that takes the judgement back, or neither does.
    auto const ask_again = [&](golden::Judgements & judgements) -> Result<void> {
        KETENSYNC_TRY(judgements.take_back(last->id, now));
        KETENSYNC_TRY(Audit::append(
            m_bench->state, now, "judge", fmt::format("records {} and {}: taken back", last->a, last->b), who));
        return m_golden->doubt(last->a, last->b, last->bits, last->reason, now);
    };
    KETENSYNC_TRY(m_bench->digest.judge(last->a, last->b, reconcile::Judgement::none, ask_again));
    return last;
}

}
