#include "daemon/pipeline/explain.hpp"

#include "daemon/pipeline/workbench.hpp"

#include <fmt/format.h>

#include <algorithm>
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

struct Between {
    Evidence strongest; ///< of all pairs of one of each
    std::optional<Evidence> barred; ///< of those that can never be one
};

Between between(
    Memory const & memory, std::span<RecordId const> some, std::span<RecordId const> others, Workbench const & bench)
{
    std::optional<Evidence> strongest;
    std::optional<Evidence> barred;
    for (auto const a : some) {
        for (auto const b : others) {
            Evidence const evidence { a, b, bench.title(memory.ledger[a].source), bench.title(memory.ledger[b].source),
                memory.reconciler->explain(a, b).value_or(reconcile::Explanation()) };
            if (evidence.why.barred && (!barred || says_more(evidence, *barred))) {
                barred = evidence;
            }
            if (!strongest || says_more(evidence, *strongest)) {
                strongest = evidence;
            }
        }
    }
    return { std::move(*strongest), std::move(barred) };
}

}

Result<std::vector<Evidence>> explain(
    std::shared_ptr<Plan const> plan, Clock const & clock, std::vector<record::GoldenId> const & golden)
{
    KETENSYNC_TRY_ASSIGN(auto const bench, Workbench::open(std::move(plan), clock, Workbench::Purpose::trial));
    KETENSYNC_TRY_ASSIGN(auto const * const memory, bench->digest().memory());
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
                    bench->plan().schema->kinds[kind].name));
        }
        members.back().resize(std::min(members.back().size(), members_max));
    }
    std::vector<Evidence> found;
    if (members.size() == 2) {
        auto pairs = between(*memory, members[0], members[1], *bench);
        if (pairs.barred && !pairs.strongest.why.barred) {
            found.push_back(std::move(*pairs.barred));
        }
        found.insert(found.begin(), std::move(pairs.strongest));
        return found;
    }
    // What is held together already, and of the rest always the record that is held to it the strongest.
    auto & rest = members.front();
    std::vector<RecordId> held { rest.front() };
    rest.erase(rest.begin());
    while (!rest.empty()) {
        found.push_back(between(*memory, held, rest, *bench).strongest);
        held.push_back(found.back().b);
        std::erase(rest, held.back());
    }
    return found;
}

}
