#include "tests/monitor/small_region.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ketensync::monitor {

namespace {

std::string half_year(int half) { return std::to_string(2021 + half / 2) + "-H" + std::to_string(half % 2 + 1); }
std::string quarter_code(int quarter)
{
    return std::to_string(2021 + quarter / 4) + "-K" + std::to_string(quarter % 4 + 1);
}
std::string project_code(int project) { return "P" + std::to_string(project); }

} // namespace

SmallRegion::SmallRegion(std::uint64_t seed, Size size)
    : m_size(size)
{
    std::mt19937_64 random(seed);
    auto const below = [&](int limit) { return static_cast<int>(random() % static_cast<std::uint64_t>(limit)); };
    for (int person = 0; person < size.persons; ++person) {
        for (int facts = 1 + below(3) / 2 + below(4) / 3; facts > 0; --facts) {
            int const quarter = below(size.quarters);
            bool const late = below(100) < size.late;
            // Small projects and large ones.
            int const project = std::min(below(size.projects), below(size.projects));
            m_facts.push_back({ person, project, std::min(below(size.municipalities), below(size.municipalities)), quarter,
                quarter / 2 + (late ? 1 : 0) });
        }
    }
    std::stable_sort(m_facts.begin(), m_facts.end(), [](auto const & a, auto const & b) { return a.quarter < b.quarter; });
}

std::vector<Dimension> SmallRegion::dimensions(int half) const
{
    Dimension parts { "onderdeel", "Onderdeel", "totaal", false, {} };
    Member region { "totaal", "De regio", "regio", { {}, {} }, {} };
    std::vector<Member> groups;
    auto const group = [&](char const * kind, int number, std::size_t breakdown) {
        for (int i = 0; i < number; ++i) {
            Member member { std::string(kind) + ":" + std::to_string(i), std::string(kind) + " " + std::to_string(i), kind,
                { {} }, {} };
            for (int project = 0; project < m_size.projects; ++project) {
                if ((breakdown == 0 ? project % number : project / 2 % number) == i) {
                    member.breakdowns.front().push_back(project_code(project));
                }
            }
            if (!member.breakdowns.front().empty()) {
                region.breakdowns[breakdown].push_back(member.code);
                groups.push_back(std::move(member));
            }
        }
    };
    group("hoofdgroep", m_size.categories, 0);
    group("lijn", m_size.themes, 1);
    parts.members.push_back(std::move(region));
    std::move(groups.begin(), groups.end(), std::back_inserter(parts.members));
    for (int project = 0; project < m_size.projects; ++project) {
        parts.members.push_back({ project_code(project), "Project " + std::to_string(project), "project", {}, {} });
    }

    Dimension time { "kwartaal", "Kwartaal", "totaal", true, {} };
    Member all { "totaal", "Tot nu toe", "totaal", { {} }, {} };
    for (int quarter = 0; quarter < 2 * (half + 1); ++quarter) {
        all.breakdowns.front().push_back(quarter_code(quarter));
    }
    time.members = { all,
        { half_year(half), "Dit halfjaar", "halfjaar", { { quarter_code(2 * half), quarter_code(2 * half + 1) } }, {} } };
    for (auto const & code : all.breakdowns.front()) {
        time.members.push_back({ code, code, "kwartaal", {}, {} });
    }

    Dimension place { "gemeente", "Gemeente", "totaal", true, { { "totaal", "Totaal", "totaal", { {} } } } };
    Dimension now { "gemeente_nu", "Gemeente nu", "totaal", true, { { "totaal", "Totaal", "totaal", { {} } } }, "gemeente" };
    for (int i = 0; i < m_size.municipalities; ++i) {
        auto const code = "G" + std::to_string(i);
        place.members.push_back({ code, "Gemeente " + std::to_string(i), "gemeente", {}, {} });
        place.members.front().breakdowns.front().push_back(code);
        if (i != 1) { // the second is part of the first now
            now.members.push_back({ code, "Gemeente " + std::to_string(i), "gemeente_nu", {}, { code } });
            now.members.front().breakdowns.front().push_back(code);
        }
    }
    now.members[1].takes.push_back("G1");
    return { parts, time, place, now };
}

Edition SmallRegion::edition(int number) const
{
    Edition edition;
    edition.name = half_year(number);
    edition.period = { edition.name, "halfjaar " + edition.name, "", "" };
    edition.peildatum = std::to_string(2021 + number / 2) + (number % 2 == 0 ? "-06-30" : "-12-31");
    edition.previous = number == 0 ? "" : half_year(number - 1);
    edition.indicators = { { "trajecten_gestart", "Gestarte trajecten", "Inwoners die begonnen.", "inwoners", "1", "de regio", {}, "", "" } };
    edition.dimensions = dimensions(number);
    for (std::vector<std::string> const & layout : std::vector<std::vector<std::string>> {
             { "onderdeel", "kwartaal" }, { "onderdeel", "gemeente" }, { "gemeente", "kwartaal" }, { "gemeente_nu", "kwartaal" } }) {
        edition.tables.push_back(count(edition, layout, number));
    }
    for (int project = 0; project < m_size.projects; ++project) {
        Project each;
        each.code = project_code(project);
        each.name = "Project " + std::to_string(project);
        each.targets = { { "trajecten_gestart", 60, 40, Progress::behind } };
        each.progress = Progress::behind;
        edition.projects.push_back(std::move(each));
    }
    edition.left_out = { { "P0", "einde voor begin", 1, { 4711 } } };
    return edition;
}

Table SmallRegion::count(Edition const & edition, std::vector<std::string> const & wanted, int half) const
{
    Table table { "trajecten_gestart", "trajecten_gestart", "Gestarte trajecten", wanted, {} };
    std::vector<Dimension const *> axes;
    for (auto const & id : wanted) {
        table.id += "." + id;
        axes.push_back(&*std::find_if(edition.dimensions.begin(), edition.dimensions.end(),
            [&](auto const & each) { return each.id == id; }));
    }
    // A person counts once in a part or total of parts, where and when it first took part in that.
    auto const & parts = edition.dimensions[0].members;
    std::map<std::string, std::set<std::string>> projects_of;
    for (auto const & part : parts) {
        if (part.kind == "project") {
            projects_of[part.code] = { part.code };
        } else if (part.kind != "regio") {
            projects_of[part.code] = { part.breakdowns[0].begin(), part.breakdowns[0].end() };
        }
    }
    for (int project = 0; project < m_size.projects; ++project) {
        projects_of["totaal"].insert(project_code(project));
    }
    auto const is_at = [&](Fact const & fact, Dimension const & axis, Member const & member) {
        std::string code = "G" + std::to_string(fact.municipality);
        if (axis.id == "kwartaal") {
            code = quarter_code(fact.quarter);
        } else if (axis.id == "gemeente_nu" && fact.municipality == 1) {
            code = "G0";
        }
        return member.breakdowns.empty() ? member.code == code
                                         : std::ranges::find(member.breakdowns[0], code) != member.breakdowns[0].end();
    };
    std::vector<std::uint32_t> at(wanted.size(), 0);
    for (bool more = true; more;) {
        std::string part = "totaal";
        for (std::size_t i = 0; i < axes.size(); ++i) {
            part = axes[i]->id == "onderdeel" ? axes[i]->members[at[i]].code : part;
        }
        std::set<int> seen;
        std::int64_t found = 0;
        for (auto const & fact : m_facts) {
            if (fact.quarter > 2 * half + 1 || fact.known > half || !projects_of[part].contains(project_code(fact.project))
                || !seen.insert(fact.person).second) {
                continue;
            }
            bool here = true;
            for (std::size_t i = 0; i < axes.size(); ++i) {
                here = here && (axes[i]->id == "onderdeel" || is_at(fact, *axes[i], axes[i]->members[at[i]]));
            }
            found += here ? 1 : 0;
        }
        table.figures.push_back({ at, { found, Shown::open, false } });
        more = false;
        for (std::size_t i = at.size(); i-- > 0 && !more;) {
            more = ++at[i] < axes[i]->members.size();
            at[i] = more ? at[i] : 0;
        }
    }
    return table;
}

} // namespace ketensync::monitor
