#include "daemon/monitor/count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace ketensync::monitor {

namespace {

Result<std::int64_t> number_in(std::string_view text, Definition const & definition)
{
    std::int64_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return fail(Failure::configuration,
            fmt::format("indicator {}: a row has no whole number where it should", definition.indicator.id));
    }
    return value;
}

/// "2026-01-31" as 20260131, so that what is known to the month comes first in it.
std::int32_t in_order(std::string_view day)
{
    std::int32_t value = 0;
    int digits = 0;
    for (char const c : day) {
        if (c >= '0' && c <= '9' && digits < 8) {
            value = value * 10 + (c - '0');
            ++digits;
        }
    }
    for (; digits < 8; ++digits) {
        value *= 10;
    }
    return value;
}

}

Facts::Facts(Axes const & axes, Definition const & definition, std::string peildatum)
    : m_axes(axes), m_definition(definition), m_peildatum(std::move(peildatum))
{
    for (auto const & id : definition.by) {
        ByColumn column;
        column.dimension = axes.number_of(id);
        auto const & members = axes.dimensions[column.dimension].members;
        for (std::uint16_t i = 1; i < members.size(); ++i) {
            column.members[members[i].code] = i;
        }
        column.other = column.members[std::string(other_code)];
        column.unknown = column.members[std::string(unknown_code)];
        m_by.push_back(std::move(column));
    }
}

std::vector<std::string> Facts::columns() const
{
    std::vector<std::string> columns { m_definition.counts == Counts::amount ? "aantal" : "wie", "dag" };
    if (m_definition.in_parts) {
        columns.emplace_back("deel");
    }
    if (m_definition.counts == Counts::present) {
        columns.emplace_back("tot");
    }
    columns.insert(columns.end(), m_definition.by.begin(), m_definition.by.end());
    return columns;
}

std::uint16_t Facts::member_of(std::size_t column, std::string_view code) const
{
    auto const & by = m_by[column];
    if (code.empty()) {
        return by.unknown;
    }
    auto const found = by.members.find(code);
    return found == by.members.end() ? by.other : found->second;
}

Result<void> Facts::add(std::vector<std::string_view> const & row)
{
    Fact fact;
    std::size_t at = 0;
    KETENSYNC_TRY_ASSIGN(fact.who, number_in(row[at++], m_definition));
    auto const day = row[at++];
    auto const part = m_definition.in_parts ? row[at++] : std::string_view();
    auto const quarter = quarter_of(day);
    auto const project = m_definition.in_parts ? m_axes.projects.find(part) : m_axes.projects.end();
    if (!quarter || (m_definition.in_parts && project == m_axes.projects.end())) {
        ++m_unplaced[std::string(part)];
        return {};
    }
    fact.part = m_definition.in_parts ? project->second : 0;
    fact.day = in_order(day);
    fact.from = *quarter;
    if (m_definition.counts == Counts::present) {
        // What ends on the last day of a quarter is not there any more at its end: it was begun, and it has ended.
        auto const until = row[at++];
        auto const end = until.empty() ? std::nullopt : quarter_of(until.size() == 4 ? std::string(until) + "-12" : std::string(until));
        auto const gone_at_end = end && in_order(until) <= in_order(last_day(*end));
        fact.until = !end ? m_axes.last : gone_at_end ? *end - 1 : *end;
    }
    for (std::size_t i = 0; i < m_by.size() && i < Fact::columns_max; ++i) {
        fact.by[i] = member_of(i, row[at++]);
    }
    bool const before = m_definition.counts == Counts::present ? fact.until < m_axes.first : fact.from < m_axes.first;
    if (!before && fact.from <= m_axes.last) {
        m_facts.push_back(fact);
    }
    return {};
}

/// One table as it grows.
struct Facts::Counting {
    struct Over {
        std::size_t dimension = 0;
        MadeOf made_of = MadeOf::members;
        std::size_t column = 0; ///< of members: of the fact
        std::vector<std::uint32_t> translated; ///< of members as now: from those as then; else empty
        std::size_t size = 0;
    };
    Definition::Layout const * layout = nullptr;
    std::vector<Over> over;
    std::vector<std::int64_t> counts;
    bool in_parts = false;
    bool all_ends = false; ///< has a dimension of ends of quarters

    void add(Axes const & axes, Fact const & fact, std::uint32_t part, Quarter quarter, std::int64_t amount)
    {
        add_from(axes, fact, part, quarter, amount, 0, 0);
    }
    void add_from(Axes const & axes, Fact const & fact, std::uint32_t part, Quarter quarter, std::int64_t amount,
        std::size_t depth, std::size_t at)
    {
        if (depth == over.size()) {
            counts[at] += amount;
            return;
        }
        auto const & here = over[depth];
        auto const go = [&](std::uint32_t member) {
            add_from(axes, fact, part, quarter, amount, depth + 1, at * here.size + member);
        };
        auto const all = [&](std::uint32_t member) {
            for (auto const each : axes.adds_to[here.dimension][member]) {
                go(each);
            }
        };
        auto const past = static_cast<std::uint32_t>(quarter - axes.first);
        switch (here.made_of) {
        case MadeOf::parts: go(part); break;
        case MadeOf::quarters: all(past + 2); break; // behind the total and the half-year
        case MadeOf::quarter_ends: go(past); break;
        case MadeOf::members: {
            auto const member = std::uint32_t { fact.by[here.column] };
            all(here.translated.empty() ? member : here.translated[member]);
            break;
        }
        }
    }
};

/// What a member of a list as it was then is now, by number; none where the dimension is not of now.
std::vector<std::uint32_t> Facts::translated(std::size_t dimension) const
{
    auto const & plan = m_axes.plans[dimension];
    if (plan.as_now.empty()) {
        return {};
    }
    auto const then = m_axes.number_of(plan.as_now);
    std::vector<std::uint32_t> now(m_axes.dimensions[then].members.size());
    auto const & members = m_axes.dimensions[dimension].members;
    for (std::uint32_t i = 0; i < members.size(); ++i) {
        for (auto const & code : members[i].takes) {
            now[m_axes.member(then, code).value_or(0)] = i;
        }
    }
    return now;
}

Facts::Counting Facts::counting_of(Definition::Layout const & layout) const
{
    Counting counting;
    counting.layout = &layout;
    std::size_t cells = 1;
    for (auto const & id : layout.dimensions) {
        auto const dimension = m_axes.number_of(id);
        auto const & plan = m_axes.plans[dimension];
        Counting::Over over { dimension, plan.made_of, 0, translated(dimension), m_axes.dimensions[dimension].members.size() };
        auto const & column = plan.as_now.empty() ? plan.id : plan.as_now;
        over.column = static_cast<std::size_t>(std::ranges::find(m_definition.by, column) - m_definition.by.begin());
        counting.in_parts = counting.in_parts || plan.made_of == MadeOf::parts;
        counting.all_ends = counting.all_ends || plan.made_of == MadeOf::quarter_ends;
        cells *= over.size;
        counting.over.push_back(std::move(over));
    }
    counting.counts.resize(cells);
    return counting;
}

void Facts::count_into(std::vector<Counting> & countings)
{
    auto const parts = std::ranges::find(m_axes.plans, MadeOf::parts, &DimensionPlan::made_of);
    auto const parts_at = static_cast<std::size_t>(parts - m_axes.plans.begin());
    std::vector<std::vector<std::uint32_t>> const region_only { { 0 } };
    auto const & adds_to = m_definition.in_parts ? m_axes.adds_to[parts_at] : region_only;
    auto const quarters = static_cast<std::size_t>(m_axes.last - m_axes.first + 1);
    auto const present = m_definition.counts == Counts::present;
    // Who was counted last in each part (and at each end of a quarter): facts come person by person.
    std::vector<std::int64_t> last(adds_to.size() * (present ? quarters : 1), -1);
    for (auto const & fact : m_facts) {
        auto const from = present ? std::max(fact.from, m_axes.first) : fact.from;
        auto const until = present ? std::min(fact.until, m_axes.last) : fact.from;
        for (auto const part : adds_to[fact.part]) {
            for (auto quarter = from; quarter <= until; ++quarter) {
                if (m_definition.counts != Counts::amount) {
                    auto const end = present ? static_cast<std::size_t>(quarter - m_axes.first) : 0;
                    auto & counted = last[present ? part * quarters + end : part];
                    if (counted == fact.who) {
                        continue;
                    }
                    counted = fact.who;
                }
                for (auto & counting : countings) {
                    bool const here = (counting.in_parts || part == 0) && (!present || counting.all_ends || quarter == m_axes.last);
                    if (here) {
                        counting.add(m_axes, fact, part, quarter, m_definition.counts == Counts::amount ? fact.who : 1);
                    }
                }
            }
        }
    }
}

Table Facts::table_of(Counting const & counting, std::vector<std::int64_t> const & counts) const
{
    auto const & indicator = m_definition.indicator;
    Table table { indicator.id, indicator.id, counting.layout->title, counting.layout->dimensions, {} };
    for (auto const & id : counting.layout->dimensions) {
        table.id += '.' + id;
    }
    auto const valid_from = indicator.valid_from.empty() ? m_axes.first : quarter_of(indicator.valid_from).value_or(m_axes.first);
    table.figures.reserve(counts.size());
    for (std::size_t cell = 0; cell < counts.size(); ++cell) {
        Figure figure { std::vector<std::uint32_t>(counting.over.size()), { counts[cell], Shown::open, false } };
        auto rest = cell;
        auto quarter = m_axes.last;
        bool of_quarter = false;
        std::pair<Quarter, Quarter> runs { m_axes.first, m_axes.last };
        for (auto i = counting.over.size(); i-- > 0;) {
            auto const & over = counting.over[i];
            auto const member = static_cast<std::uint32_t>(rest % over.size);
            rest /= over.size;
            figure.at[i] = member;
            if (over.made_of == MadeOf::parts) {
                runs = m_axes.runs[member];
            } else if (over.made_of == MadeOf::quarter_ends || (over.made_of == MadeOf::quarters && member > 1)) {
                of_quarter = true;
                quarter = m_axes.first + static_cast<Quarter>(member) - (over.made_of == MadeOf::quarters ? 2 : 0);
            }
        }
        figure.cell.provisional = quarter >= m_axes.provisional_from;
        if (of_quarter && figure.cell.count == 0 && (quarter < valid_from || quarter < runs.first || quarter > runs.second)) {
            figure.cell.shown = Shown::impossible;
        }
        table.figures.push_back(std::move(figure));
    }
    return table;
}

Facts::Counted Facts::count()
{
    if (m_definition.counts != Counts::amount) {
        auto const order = [](Fact const & fact) { return std::tie(fact.who, fact.day, fact.part, fact.by, fact.until); };
        std::ranges::sort(m_facts, [&order](Fact const & a, Fact const & b) { return order(a) < order(b); });
    }
    std::vector<Counting> countings;
    for (auto const & layout : m_definition.tables) {
        countings.push_back(counting_of(layout));
    }
    count_into(countings);
    std::vector<Fact>().swap(m_facts);
    Counted counted;
    for (auto & counting : countings) {
        counted.push_back(std::move(counting.counts));
    }
    return counted;
}

std::vector<Table> Facts::tables(Counted const & counted) const
{
    std::vector<Table> tables;
    for (std::size_t i = 0; i < counted.size(); ++i) {
        tables.push_back(table_of(counting_of(m_definition.tables[i]), counted[i]));
    }
    return tables;
}

}
