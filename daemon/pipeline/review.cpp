#include "daemon/pipeline/review.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace ketensync::pipeline {

Result<Review> Review::open(Bench & bench, Clock const & clock)
{
    Review review(bench, clock);
    KETENSYNC_TRY_ASSIGN(review.m_golden, golden::Golden::open(bench.state));
    KETENSYNC_TRY_ASSIGN(review.m_judgements, golden::Judgements::open(bench.state));
    KETENSYNC_TRY_ASSIGN(review.m_second_looks, golden::SecondLooks::open(bench.state));
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
    KETENSYNC_TRY_ASSIGN(auto const judgements, m_judgements->all());
    std::map<std::pair<record::RecordId, record::RecordId>, golden::Judged const *> judged;
    for (auto const & each : judgements) {
        judged.emplace(std::pair(each.a, each.b), &each);
    }
    std::vector<Pair> pairs;
    for (auto const & doubt : doubts) {
        if (ledger[doubt.a].told == 0 || ledger[doubt.b].told == 0) {
            continue;
        }
        Pair pair { doubt.a, doubt.b, ledger[doubt.a].kind, doubt.bits, doubt.reason, 0, std::nullopt };
        std::size_t records = 0;
        pair.effect = std::min(referred(*memory, pair.a, records), referred(*memory, pair.b, records));
        if (auto const before = judged.find({ pair.a, pair.b }); before != judged.end()) {
            pair.before = *before->second;
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

Result<bool> Review::waits(Pair const & pair)
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    if (memory->ledger[pair.a].told == 0 || memory->ledger[pair.b].told == 0) {
        return false;
    }
    KETENSYNC_TRY_ASSIGN(auto const doubts, m_golden->doubts_of(pair.a));
    return std::ranges::any_of(doubts, [&pair](golden::Golden::Doubt const & doubt) { return doubt.a == pair.a && doubt.b == pair.b; });
}

Result<record::Values> Review::merged(Pair const & pair)
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    auto const & plan = *m_bench->plan;
    std::vector<record::RecordId> members, of_b;
    memory->reconciler->members(memory->ledger[pair.a].golden, members);
    memory->reconciler->members(memory->ledger[pair.b].golden, of_b);
    members.insert(members.end(), of_b.begin(), of_b.end());
    std::ranges::sort(members);
    members.erase(std::unique(members.begin(), members.end()), members.end());
    std::vector<record::Values> values;
    values.reserve(members.size());
    std::vector<golden::Contribution> contributions;
    for (auto const member : members) {
        KETENSYNC_TRY_ASSIGN(auto told, m_golden->values(member));
        auto const & entry = memory->ledger[member];
        values.push_back(std::move(told));
        contributions.push_back({ member, entry.source, entry.order, &values.back(), entry.identity_rest });
    }
    m_golden->forget();
    std::vector<int> chosen;
    auto const & sources = m_bench->numbers.sources;
    golden::choose(pair.kind, plan.schema->kinds[pair.kind], ranks(plan, { sources.begin(), sources.end() }), contributions, chosen);
    std::vector<std::string_view> texts(chosen.size());
    for (std::size_t field = 0; field < chosen.size(); ++field) {
        if (chosen[field] >= 0) {
            texts[field] = values[static_cast<std::size_t>(chosen[field])][static_cast<record::FieldId>(field)];
        }
    }
    return record::Values(std::span<std::string_view const>(texts));
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

Result<std::optional<golden::Judged>> Review::undo(std::string const & who, bool own)
{
    KETENSYNC_TRY_ASSIGN(auto last, m_judgements->last(own ? std::string_view(who) : std::string_view()));
    if (!last) {
        return last;
    }
    auto const now = m_clock->now();
    // All on one connection: the question comes back in the transaction that takes the judgement back, or neither does.
    auto const ask_again = [&](golden::Judgements & judgements) -> Result<void> {
        KETENSYNC_TRY(judgements.take_back(last->id, now));
        KETENSYNC_TRY(m_second_looks->forget(last->a, last->b));
        KETENSYNC_TRY(Audit::append(
            m_bench->state, now, "judge", fmt::format("records {} and {}: taken back", last->a, last->b), who));
        return m_golden->doubt(last->a, last->b, last->bits, last->reason, now);
    };
    KETENSYNC_TRY(m_bench->digest.judge(last->a, last->b, reconcile::Judgement::none, ask_again));
    return last;
}

Result<void> Review::ask_again(Pair const & pair, bool same, std::string const & who)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_bench->state));
    KETENSYNC_TRY(m_second_looks->ask(pair.a, pair.b, same, who, m_clock->now()));
    return transaction.commit();
}

Result<std::optional<Pair>> Review::again(std::string const & who)
{
    KETENSYNC_TRY_ASSIGN(auto const next, m_second_looks->next(who));
    if (!next) {
        return std::optional<Pair>();
    }
    KETENSYNC_TRY_ASSIGN(auto const * const memory, m_bench->digest.memory());
    auto const & ledger = memory->ledger;
    if (ledger[next->a].told > 0 && ledger[next->b].told > 0) {
        Pair pair { next->a, next->b, ledger[next->a].kind, 0, "score", 0, std::nullopt };
        return std::optional(std::move(pair));
    }
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_bench->state));
    KETENSYNC_TRY(m_second_looks->forget(next->a, next->b)); // nobody tells it any more
    KETENSYNC_TRY(transaction.commit());
    return std::optional<Pair>();
}

Result<bool> Review::judge_again(Pair const & pair, bool same, std::string const & who)
{
    auto const now = m_clock->now();
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_bench->state));
    KETENSYNC_TRY_ASSIGN(bool const asked, m_second_looks->put(pair.a, pair.b, same, who, now));
    if (asked) {
        KETENSYNC_TRY(Audit::append(m_bench->state, now, "judge-again",
            fmt::format("records {} and {}: {}", pair.a, pair.b, same ? "one" : "two"), who));
    }
    KETENSYNC_TRY(transaction.commit());
    return asked;
}

Result<golden::SecondLooks::Agreement> Review::agreement() { return m_second_looks->agreement(); }

}
