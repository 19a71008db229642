#include "daemon/reconcile/groups.hpp"

#include "daemon/base/room.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace ketensync::reconcile {

namespace {

constexpr auto no_part = std::numeric_limits<std::size_t>::max();

template <typename T>
void reach(std::vector<T> & items, std::size_t index)
{
    if (index >= items.size()) {
        make_room(items, index + 1);
        items.resize(index + 1);
    }
}

} // namespace

Groups::Entry & Groups::entry(RecordId record)
{
    reach(m_records, record);
    return m_records[record];
}

void Groups::set_local(RecordId record, std::uint32_t local)
{
    entry(record).local = local;
}

void Groups::load(RecordId record, KindId kind, GoldenId golden)
{
    auto & added = entry(record);
    reach(m_heads, golden);
    auto & head = m_heads[golden];
    added.golden = golden;
    added.kind = kind;
    if (head == 0) {
        head = record;
        added.next = record;
    } else {
        added.next = m_records[head].next;
        m_records[head].next = record;
    }
    m_next = std::max(m_next, golden + 1);
}

void Groups::members(RecordId record, std::vector<RecordId> & out) const
{
    out.clear();
    for (auto at = record; out.empty() || at != record; at = m_records[at].next) {
        out.push_back(at);
    }
    std::sort(out.begin(), out.end());
}

void Groups::expect(RecordId record, GoldenId before)
{
    m_returning = record;
    m_was = before < m_next && any_of(before) == 0 ? before : 0;
}

GoldenId Groups::unclaimed(std::vector<RecordId> const & part)
{
    if (m_was != 0 && std::ranges::binary_search(part, m_returning)) {
        return std::exchange(m_was, 0);
    }
    return m_next++;
}

void Groups::count_shares(std::span<std::vector<RecordId> const> parts, std::span<RecordId const> gone)
{
    m_shares.clear();
    auto const add = [&](RecordId record, std::size_t part) {
        if (auto const held = golden(record); held != 0) {
            m_shares.push_back({ held, part, 1, record });
        }
    };
    for (std::size_t part = 0; part < parts.size(); ++part) {
        for (auto const record : parts[part]) {
            add(record, part);
        }
    }
    for (auto const record : gone) {
        add(record, no_part);
    }
    std::sort(m_shares.begin(), m_shares.end(), [](Share const & a, Share const & b) {
        return std::tie(a.golden, a.part, a.lowest) < std::tie(b.golden, b.part, b.lowest);
    });
    std::size_t kept = 0;
    for (auto const & share : m_shares) {
        if (kept > 0 && m_shares[kept - 1].golden == share.golden && m_shares[kept - 1].part == share.part) {
            ++m_shares[kept - 1].count;
        } else {
            m_shares[kept++] = share;
        }
    }
    m_shares.resize(kept);
}

void Groups::link(std::vector<RecordId> const & part, KindId kind, GoldenId golden)
{
    for (std::size_t i = 0; i < part.size(); ++i) {
        auto & member = entry(part[i]);
        member.golden = golden;
        member.kind = kind;
        member.next = part[i + 1 == part.size() ? 0 : i + 1];
    }
    reach(m_heads, golden);
    m_heads[golden] = part.front();
}

/// Gives each old id to the part with the largest share of its records; a part with several keeps the lowest.
void Groups::settle_claims()
{
    m_ended.clear();
    for (std::size_t from = 0; from < m_shares.size();) {
        auto to = from;
        std::size_t size = 0;
        auto best = no_part;
        for (; to < m_shares.size() && m_shares[to].golden == m_shares[from].golden; ++to) {
            auto const & share = m_shares[to];
            size += share.count;
            if (share.part == no_part) {
                continue;
            }
            ++m_fates[share.part].claims;
            if (best == no_part || share.count > m_shares[best].count
                || (share.count == m_shares[best].count && share.lowest < m_shares[best].lowest)) {
                best = to;
            }
        }
        // Ids come ascending, so the first that a part gets is its lowest.
        if (best != no_part && m_fates[m_shares[best].part].golden == 0) {
            auto & fate = m_fates[m_shares[best].part];
            fate.golden = m_shares[from].golden;
            fate.old_size = size;
        } else {
            m_ended.push_back(m_shares[from].golden);
        }
        from = to;
    }
}

bool Groups::unchanged(std::vector<RecordId> const & part, Fate const & fate) const
{
    return fate.golden != 0 && fate.claims == 1 && fate.old_size == part.size()
        && std::all_of(part.begin(), part.end(), [&](RecordId record) { return golden(record) == fate.golden; });
}

void Groups::replace(
    KindId kind, std::span<std::vector<RecordId> const> parts, std::span<RecordId const> gone, std::vector<Group> & out)
{
    auto const first_out = out.size();
    if (parts.size() == 1 && parts[0].size() == 1 && gone.empty() && golden(parts[0][0]) == 0) { // new, and like nobody
        out.push_back({ unclaimed(parts[0]), kind, parts[0] });
        link(parts[0], kind, out.back().golden);
        return;
    }
    count_shares(parts, gone);
    m_fates.assign(parts.size(), {});
    settle_claims();
    for (auto const golden : m_ended) {
        m_heads[golden] = 0;
        out.push_back({ golden, kind, {} });
    }
    m_order.resize(parts.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t { 0 });
    std::sort(m_order.begin(), m_order.end(),
        [&](std::size_t a, std::size_t b) { return parts[a].front() < parts[b].front(); });
    for (auto const part : m_order) {
        auto & fate = m_fates[part];
        if (unchanged(parts[part], fate)) {
            continue;
        }
        if (fate.golden == 0) {
            fate.golden = unclaimed(parts[part]);
        }
        out.push_back({ fate.golden, kind, parts[part] });
    }
    for (auto at = first_out; at < out.size(); ++at) {
        if (!out[at].records.empty()) {
            link(out[at].records, kind, out[at].golden);
        }
    }
    for (auto const record : gone) {
        m_records[record] = {};
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first_out), out.end(),
        [](Group const & a, Group const & b) { return a.golden < b.golden; });
}

} // namespace ketensync::reconcile
