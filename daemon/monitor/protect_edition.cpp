#include "daemon/monitor/protect_edition.hpp"

#include "daemon/monitor/edition_system.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::monitor {

namespace {

std::string in_words(DisclosurePolicy const & policy)
{
    auto const small = policy.zero_shown ? fmt::format("1 tot en met {}", policy.threshold - 1)
                                         : fmt::format("0 tot en met {}", policy.threshold - 1);
    if (policy.method == DisclosurePolicy::Method::round) {
        return fmt::format("Aantallen zijn afgerond op een veelvoud van {}. Aantallen van {} worden getoond als {}. Een "
                           "aantal blijft weg als het anders uit te rekenen is.",
            policy.base, small, policy.rounded(policy.lowest()));
    }
    return fmt::format("Aantallen van {} tonen we niet, omdat iemand er herkenbaar in kan zijn. Soms tonen we ook een "
                       "ander aantal niet, omdat een klein aantal anders uit te rekenen is.",
        small);
}

/// The worst of the targets' progress, as the edition has it for all of them.
Progress worst_of(std::vector<Target> const & targets)
{
    bool all_known = !targets.empty();
    auto worst = Progress::on_course;
    for (auto const & target : targets) {
        all_known = all_known && target.progress != Progress::unknown;
        worst = target.progress == Progress::unknown ? worst : std::max(worst, target.progress);
    }
    return all_known || worst == Progress::behind ? worst : Progress::unknown;
}

bool tells_progress(EditionSystem const & figures, Protection const & protection, DisclosurePolicy const & policy,
    std::string const & indicator, std::string const & code)
{
    auto const variable = figures.at(indicator, code);
    if (!variable || protection.told[*variable] == Told::hidden) {
        return false;
    }
    // On which side of a line a rounded count lies may tell how small it is.
    return protection.told[*variable] == Told::open
        || policy.rounded(figures.system().variables[*variable].value) > policy.base;
}

void tell_progress(Edition & edition, EditionSystem const & figures, Protection const & protection,
    DisclosurePolicy const & policy)
{
    for (auto & each : edition.projects) {
        bool held_back = false;
        for (auto & target : each.targets) {
            if (!tells_progress(figures, protection, policy, target.indicator, each.code)) {
                target.progress = Progress::unknown;
                held_back = true;
            }
        }
        if (held_back) {
            each.progress = worst_of(each.targets);
        }
    }
}

Cell told_cell(Cell cell, Told told, DisclosurePolicy const & policy)
{
    if (cell.shown == Shown::impossible) {
        return cell;
    }
    if (told == Told::hidden) {
        cell.shown = Shown::hidden;
        cell.count = 0;
    } else if (told == Told::rounded) {
        cell.shown = Shown::rounded;
        cell.count = policy.rounded(cell.count);
    }
    return cell;
}

std::vector<std::string> codes_of(Edition const & edition, Table const & table, Figure const & figure)
{
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < figure.at.size(); ++i) {
        auto const dimension = std::find_if(edition.dimensions.begin(), edition.dimensions.end(),
            [&](auto const & each) { return each.id == table.dimensions[i]; });
        codes.push_back(dimension->members[figure.at[i]].code);
    }
    return codes;
}

/// A revision is told with the figures as they were and are shown; when either is kept back, not at all.
void tell_revisions(Edition & edition, std::vector<EarlierEdition> const & earlier)
{
    auto const cell_in = [](Edition const & shown, Revision const & revision) -> Cell const * {
        for (auto const & table : shown.tables) {
            if (table.id != revision.table) {
                continue;
            }
            for (auto const & figure : table.figures) {
                if (codes_of(shown, table, figure) == revision.at) {
                    return &figure.cell;
                }
            }
        }
        return nullptr;
    };
    auto const before = std::find_if(
        earlier.begin(), earlier.end(), [&](auto const & each) { return each.shown.name == edition.previous; });
    std::vector<Revision> told;
    for (auto & revision : edition.revisions) {
        auto const * const now = cell_in(edition, revision);
        auto const * const then = before == earlier.end() ? nullptr : cell_in(before->shown, revision);
        if (now == nullptr || then == nullptr || now->shown == Shown::hidden || then->shown == Shown::hidden
            || now->count == then->count) {
            continue;
        }
        revision.after = *now;
        revision.before = *then;
        told.push_back(std::move(revision));
    }
    edition.revisions = std::move(told);
}

Result<void> check(Edition const & edition)
{
    for (auto const & table : edition.tables) {
        for (auto const & id : table.dimensions) {
            auto const dimension = std::find_if(edition.dimensions.begin(), edition.dimensions.end(),
                [&](auto const & each) { return each.id == id; });
            if (dimension == edition.dimensions.end()) {
                return fail(Failure::bad_data, fmt::format("table {} has no dimension {}", table.id, id));
            }
            auto const position = static_cast<std::size_t>(&id - table.dimensions.data());
            for (auto const & figure : table.figures) {
                if (figure.at.size() != table.dimensions.size()
                    || figure.at[position] >= dimension->members.size() || figure.cell.count < 0) {
                    return fail(Failure::bad_data, fmt::format("table {} has a figure of nothing", table.id));
                }
            }
        }
    }
    return {};
}

bool same_figures(Edition const & left, Edition const & right)
{
    return std::ranges::equal(left.tables, right.tables, [](auto const & a, auto const & b) {
        return a.id == b.id && a.dimensions == b.dimensions
            && std::ranges::equal(a.figures, b.figures, {}, &Figure::at, &Figure::at);
    });
}

} // namespace

Result<ProtectedEdition> protect(
    Edition const & edition, std::vector<EarlierEdition> const & earlier, DisclosurePolicy const & policy)
{
    KETENSYNC_TRY(check(edition));
    for (auto const & each : earlier) {
        KETENSYNC_TRY(check(each.shown));
        KETENSYNC_TRY(check(each.truth));
        if (!same_figures(each.shown, each.truth)) {
            return fail(Failure::bad_data,
                fmt::format("edition {} was not made from the figures that are given as its truth", each.shown.name));
        }
    }
    EditionSystem const figures(edition, earlier, policy);
    KETENSYNC_TRY_ASSIGN(auto const protection, protect(figures.system(), policy));
    ProtectedEdition result { edition, {}, {} };
    auto & shown = result.edition;
    std::vector<bool> was_public(figures.system().variables.size());
    for (auto const variable : protection.public_before) {
        was_public[variable] = true;
    }
    for (std::size_t t = 0; t < shown.tables.size(); ++t) {
        auto & table = shown.tables[t];
        for (std::size_t f = 0; f < table.figures.size(); ++f) {
            auto const variable = figures.of_table(t)[f];
            auto & figure = table.figures[f];
            auto const count = figure.cell.count;
            figure.cell = told_cell(figure.cell, protection.told[variable], policy);
            if (figure.cell.shown == Shown::hidden) {
                result.hidden.push_back({ table.id, codes_of(edition, table, figure), count, policy.small(count) });
            } else if (was_public[variable]) {
                result.public_before.push_back({ table.id, codes_of(edition, table, figure), count, true });
            }
        }
    }
    tell_progress(shown, figures, protection, policy);
    tell_revisions(shown, earlier);
    shown.left_out.clear();
    shown.protection = in_words(policy);
    return result;
}

} // namespace ketensync::monitor
