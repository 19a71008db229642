#include "daemon/monitor/count.hpp"

#include <algorithm>

namespace ketensync::monitor {

namespace {

std::string prefixed(std::string_view kind, std::string const & title) { return std::string(kind) + ':' + title; }

/// The region, its categories, its themes and its projects.
Dimension parts_of(DimensionPlan const & plan, Edition const & edition)
{
    std::map<std::string, std::vector<std::string>> categories;
    std::map<std::string, std::vector<std::string>> themes;
    std::vector<Member> projects;
    for (auto const & project : edition.projects) {
        if (!project.category.empty()) {
            categories[project.category].push_back(project.code);
            themes[project.theme].push_back(project.code);
            projects.push_back({ project.code, project.name, "project", {} });
        }
    }
    Dimension made { plan.id, plan.title, std::string(total_code), false, {} };
    Member region { std::string(total_code), "De regio", "regio", {} };
    std::vector<Member> groups;
    auto const group = [&](std::string_view kind, auto const & all, std::string_view without) {
        auto & breakdown = region.breakdowns.emplace_back();
        for (auto const & [title, of_it] : all) {
            auto const code = prefixed(kind, title);
            groups.push_back({ code, title.empty() ? std::string(without) : title, std::string(kind), { of_it } });
            breakdown.push_back(code);
        }
    };
    group("hoofdgroep", categories, "");
    group("lijn", themes, plan.unknown);
    if (projects.empty()) {
        region.breakdowns.clear();
    }
    made.members.push_back(std::move(region));
    std::ranges::move(groups, std::back_inserter(made.members));
    std::ranges::move(projects, std::back_inserter(made.members));
    return made;
}

Dimension quarters_of(DimensionPlan const & plan, Edition const & edition, Quarter first, Quarter last)
{
    Dimension made { plan.id, plan.title, std::string(total_code), true, {} };
    std::vector<std::string> codes;
    for (auto quarter = first; quarter <= last; ++quarter) {
        codes.push_back(code_of(quarter));
    }
    made.members.push_back({ std::string(total_code), "Tot en met " + in_words(edition.peildatum), "totaal", { codes } });
    auto const half = std::min<std::size_t>(2, codes.size());
    std::vector<std::string> const of_half(codes.end() - static_cast<std::ptrdiff_t>(half), codes.end());
    made.members.push_back({ edition.period.name, edition.period.title, "halfjaar", { of_half } });
    for (auto quarter = first; quarter <= last; ++quarter) {
        made.members.push_back({ code_of(quarter), title_of(quarter), "kwartaal", {} });
    }
    return made;
}

Dimension quarter_ends_of(DimensionPlan const & plan, Quarter first, Quarter last)
{
    Dimension made { plan.id, plan.title, last_day(last), true, {} };
    for (auto quarter = first; quarter <= last; ++quarter) {
        made.members.push_back({ last_day(quarter), in_words(last_day(quarter)), "peildag", {} });
    }
    return made;
}

bool holds(ListedMember const & member, std::string const & day) { return member.until.empty() || member.until > day; }

Dimension listed(DimensionPlan const & plan, std::string const & peildatum)
{
    Dimension made { plan.id, plan.title, std::string(total_code), true, {} };
    Member total { std::string(total_code), "Totaal", "totaal", { {} } };
    std::vector<Member> members;
    for (auto const & member : plan.members) {
        if (plan.as_now.empty() || holds(member, peildatum)) {
            members.push_back({ member.code, member.label, plan.id, {} });
        }
    }
    members.push_back({ std::string(other_code), plan.other, "anders", {} });
    members.push_back({ std::string(unknown_code), plan.unknown, "onbekend", {} });
    for (auto const & member : members) {
        total.breakdowns.front().push_back(member.code);
    }
    made.members.push_back(std::move(total));
    std::ranges::move(members, std::back_inserter(made.members));
    return made;
}

/// What a code of a list is on that day.
std::string code_now(DimensionPlan const & plan, std::string code, std::string const & day)
{
    // So many steps at most: a list that leads in a circle ends too.
    for (std::size_t steps = 0; steps < plan.members.size(); ++steps) {
        auto const listed = std::ranges::find(plan.members, code, &ListedMember::code);
        if (listed == plan.members.end() || holds(*listed, day)) {
            break;
        }
        code = listed->successor;
    }
    return code;
}

/// Which members of a dimension are which of one that regroups it.
void regroup(Dimension const & then, DimensionPlan const & plan, std::string const & day, Dimension & now)
{
    now.regroups = then.id;
    for (auto const & member : then.members) {
        if (member.code == then.whole) {
            continue;
        }
        auto const code = code_now(plan, member.code, day);
        auto found = std::ranges::find(now.members, code, &Member::code);
        if (found == now.members.end()) {
            found = std::ranges::find(now.members, other_code, &Member::code);
        }
        found->takes.push_back(member.code);
    }
}

/// For each member: itself and the totals that have it in a breakdown, directly or through another total.
std::vector<std::vector<std::uint32_t>> totals_of(Dimension const & dimension)
{
    std::map<std::string_view, std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < dimension.members.size(); ++i) {
        numbers[dimension.members[i].code] = i;
    }
    std::vector<std::vector<std::uint32_t>> above(dimension.members.size());
    for (std::uint32_t i = 0; i < dimension.members.size(); ++i) {
        for (auto const & breakdown : dimension.members[i].breakdowns) {
            for (auto const & code : breakdown) {
                above[numbers.at(code)].push_back(i);
            }
        }
    }
    std::vector<std::vector<std::uint32_t>> all(dimension.members.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        all[i].push_back(i);
        for (std::size_t at = 0; at < all[i].size(); ++at) {
            for (auto const total : above[all[i][at]]) {
                if (std::ranges::find(all[i], total) == all[i].end()) {
                    all[i].push_back(total);
                }
            }
        }
    }
    return all;
}

/// Totals may have figures at any time, and so may a project whose days are not known.
std::vector<std::pair<Quarter, Quarter>> runs_of(Axes const & axes, Edition const & edition, Dimension const & parts)
{
    std::vector<std::pair<Quarter, Quarter>> runs(parts.members.size(), { axes.first, axes.last });
    for (auto const & project : edition.projects) {
        if (auto const found = axes.projects.find(project.code); found != axes.projects.end()) {
            runs[found->second] = { quarter_of(project.begin).value_or(axes.first), quarter_of(project.end).value_or(axes.last) };
        }
    }
    return runs;
}

}

std::size_t Axes::number_of(std::string_view dimension) const
{
    auto const found = std::ranges::find(dimensions, dimension, &Dimension::id);
    return static_cast<std::size_t>(found - dimensions.begin());
}

std::optional<std::uint32_t> Axes::member(std::size_t dimension, std::string_view code) const
{
    auto const & members = dimensions[dimension].members;
    auto const found = std::ranges::find(members, code, &Member::code);
    return found == members.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(found - members.begin()));
}

Axes axes_of(Frame const & frame, Edition const & edition)
{
    Axes axes;
    axes.first = frame.first_quarter;
    axes.last = quarter_of(edition.peildatum).value_or(axes.first);
    auto const known = day_number(edition.known).value_or(0);
    axes.provisional_from = axes.last + 1;
    for (auto quarter = axes.last; quarter >= axes.first; --quarter) {
        if (day_number(last_day(quarter)).value_or(0) + frame.provisional_days >= known) {
            axes.provisional_from = quarter;
        }
    }
    axes.plans = frame.dimensions;
    for (auto const & plan : frame.dimensions) {
        switch (plan.made_of) {
        case MadeOf::parts: axes.dimensions.push_back(parts_of(plan, edition)); break;
        case MadeOf::quarters: axes.dimensions.push_back(quarters_of(plan, edition, axes.first, axes.last)); break;
        case MadeOf::quarter_ends: axes.dimensions.push_back(quarter_ends_of(plan, axes.first, axes.last)); break;
        case MadeOf::members: axes.dimensions.push_back(listed(plan, edition.peildatum)); break;
        }
        if (!plan.as_now.empty()) {
            regroup(axes.dimensions[axes.number_of(plan.as_now)], plan, edition.peildatum, axes.dimensions.back());
        }
        axes.adds_to.push_back(totals_of(axes.dimensions.back()));
        if (plan.made_of == MadeOf::parts) {
            auto const & members = axes.dimensions.back().members;
            for (std::uint32_t i = 0; i < members.size(); ++i) {
                if (members[i].breakdowns.empty() && i > 0) {
                    axes.projects[members[i].code] = i;
                }
            }
            axes.runs = runs_of(axes, edition, axes.dimensions.back());
        }
    }
    return axes;
}

}
