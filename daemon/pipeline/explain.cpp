#include "daemon/pipeline/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

namespace ketensync::pipeline {

namespace {

using record::RecordId;

/// Records of one golden record that are looked at: more say nothing more.
constexpr std::size_t members_max = 60;

bool says_more(Evidence const & one, Evidence const & other)
{
    return std::pair(one.why.same, one.why.total) > std::pair(other.why.same, other.why.total);
}

/// Of two records of a kind that is compared by likelihood.
Evidence evidence(Memory const & memory, RecordId a, RecordId b, Bench const & bench)
{
    return { a, b, bench.title(memory.ledger[a].source), bench.title(memory.ledger[b].source),
        memory.reconciler->explain(a, b).value_or(reconcile::Explanation()) };
}

/// What holds records together: from the first on, always the record that is held the strongest to those that are in.
std::vector<Evidence> holding(Memory const & memory, std::span<RecordId const> records, Bench const & bench)
{
    std::vector<Evidence> strongest; // of each that is not in yet, to those that are
    for (auto const record : records.subspan(1)) {
        strongest.push_back(evidence(memory, records.front(), record, bench));
    }
    std::vector<Evidence> found;
    while (!strongest.empty()) {
        auto const best = std::min_element(strongest.begin(), strongest.end(), says_more);
        found.push_back(std::move(*best));
        strongest.erase(best);
        for (auto & each : strongest) {
            if (auto other = evidence(memory, found.back().b, each.b, bench); says_more(other, each)) {
                each = std::move(other);
            }
        }
    }
    return found;
}

/// The pair of one of each that says most for their being one, and the pair that forbids it, if that is another.
std::vector<Evidence> between(
    Memory const & memory, std::span<RecordId const> some, std::span<RecordId const> others, Bench const & bench)
{
    std::optional<Evidence> strongest;
    std::optional<Evidence> barred;
    for (auto const a : some) {
        for (auto const b : others) {
            auto each = evidence(memory, a, b, bench);
            if (each.why.barred && (!barred || says_more(each, *barred))) {
                barred = each;
            }
            if (!strongest || says_more(each, *strongest)) {
                strongest = std::move(each);
            }
        }
    }
    std::vector<Evidence> found { std::move(*strongest) };
    if (barred && !found.front().why.barred) {
        found.push_back(std::move(*barred));
    }
    return found;
}

}

Result<std::vector<Evidence>> explain(Bench & bench, std::vector<record::GoldenId> const & golden)
{
    KETENSYNC_TRY_ASSIGN(auto const * const memory, bench.digest.memory());
    std::vector<std::vector<RecordId>> members;
    for (auto const id : golden) {
        memory->reconciler->members(id, members.emplace_back());
        if (members.back().empty()) {
            return fail(Failure::usage,
                fmt::format("there is no golden record {} now: the warehouse's views …_opvolging tell what became of one", id));
        }
        auto const kind = memory->ledger[members.back().front()].kind;
        if (kind != memory->ledger[members.front().front()].kind) {
            return fail(Failure::usage, "the two are of different kinds: nothing makes them one");
        }
        if (!memory->reconciler->explain(members.back().front(), members.back().front())) {
            return fail(Failure::usage,
                fmt::format("golden record {} is of kind {}, whose rules in mappings/reconcile.toml say all there is", id,
                    bench.plan->schema->kinds[kind].name));
        }
        members.back().resize(std::min(members.back().size(), members_max));
    }
    return members.size() == 2 ? between(*memory, members[0], members[1], bench) : holding(*memory, members[0], bench);
}

}
