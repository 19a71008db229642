#include "tests/region/monitor_wholes.hpp"

#include "tests/region/places.hpp"
#include "tests/region/projects.hpp"
#include "tests/region/random.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace ketensync::region {
namespace {

constexpr std::array reasons { "", "werk", "onderwijs", "verhuizing", "uitval", "overig" };
constexpr std::array kinds { "regulier", "leerbaan", "werkervaring", "proefplaatsing" };

std::vector<Telling> tellings_of(Deelname const & deelname, std::uint64_t dice)
{
    std::vector<Telling> told;
    Day const late = dice % 10 == 0 ? 100 : 2;
    told.push_back({ deelname.spell.begin + late, deelname.spell.begin, no_day, Outcome::running });
    if (deelname.spell.end == no_day) {
        return told;
    }
    auto const known = std::max(deelname.spell.end, deelname.spell.begin + late) + (dice % 7 == 0 ? 80 : 3);
    auto const truth = Telling { known, deelname.spell.begin, deelname.spell.end, deelname.outcome };
    told.push_back(truth);
    if (dice % 9 == 0) {
        // Told wrong at first, and put right more than a quarter later; some of it more than a year later.
        told.back().outcome = Outcome::uitval;
        told.back().end -= std::min<Day>(20, deelname.spell.end - deelname.spell.begin);
        told.push_back(truth);
        told.back().known += dice % 27 == 0 ? 600 : 130;
    }
    // Once a week everything is passed on.
    for (auto & telling : told) {
        telling.known = (telling.known + 6) / 7 * 7;
    }
    return told;
}

Telling const * believed(TrajectTold const & one, Day known)
{
    Telling const * last = nullptr;
    for (auto const & telling : one.tellings) {
        last = telling.known <= known ? &telling : last;
    }
    return last;
}

std::string quarter_of(Day day)
{
    auto const date = date_of(day);
    return std::to_string(date.year) + "-K" + std::to_string((date.month + 2) / 3);
}

std::string half_of(Day until)
{
    auto const date = date_of(until);
    return std::to_string(date.year) + (date.month <= 6 ? "-H1" : "-H2");
}

std::string now_of(std::string const & gemeente, Day until)
{
    for (auto const & one : gemeenten()) {
        if (one.code == gemeente && one.until <= until) {
            return one.successor == "0402" ? std::string(one.successor) : "anders";
        }
    }
    return gemeente;
}

void count_running(std::map<std::string, std::int64_t> & figures, std::map<std::uint64_t, std::vector<Whole const *>> const & persons, Day until)
{
    for (int year = 2021; year <= date_of(until).year; ++year) {
        for (int month = 4; month <= 13; month += 3) {
            auto const end = (month == 13 ? day_of(year + 1, 1, 1) : day_of(year, month, 1)) - 1;
            for (auto const & [person, list] : persons) {
                std::set<std::string> seen;
                for (auto const * whole : list) {
                    if (end > until || whole->begin > end || whole->end <= end) {
                        continue;
                    }
                    for (auto const & part : whole->parts) {
                        if (!seen.insert(part).second) {
                            continue;
                        }
                        auto const date = date_of(end);
                        auto const day = std::to_string(date.year) + (date.month < 10 ? "-0" : "-") + std::to_string(date.month) + "-"
                            + std::to_string(date.day);
                        auto const at = "|peildag=" + day;
                        ++figures["trajecten_lopend" + (part == "totaal" ? "" : "|onderdeel=" + part) + at];
                        if (part == "totaal") {
                            ++figures["trajecten_lopend|gemeente=" + whole->gemeente + at];
                        }
                    }
                }
            }
        }
    }
}

} // namespace

std::vector<Whole> wholes(std::vector<TrajectTold> const & told, Day known)
{
    std::map<std::pair<std::uint64_t, std::string>, Whole> all;
    for (auto const & one : told) {
        auto const * is = believed(one, known);
        if (is == nullptr) {
            continue;
        }
        auto const & project = projects()[static_cast<std::size_t>(one.project)];
        auto & whole = all[{ one.person, std::string(project.code) }];
        whole.person = one.person;
        whole.project = project.code;
        whole.parts = { whole.project, "hoofdgroep:" + std::string(project.category), "lijn:" + std::string(project.theme), "totaal" };
        if (is->begin < whole.begin) {
            whole.begin = is->begin;
            whole.gemeente = one.gemeente;
        }
        if (is->end > whole.end || whole.end == 0) {
            whole.end = is->end;
            whole.outcome = is->outcome;
        }
        if (is->outcome == Outcome::werk && one.placement >= 0 && (!whole.work || is->end < whole.work->begin)) {
            whole.work = { is->end, one.placement, one.work_end_known <= known ? one.work_end : no_day };
        }
        bool const completed = is->outcome == Outcome::werk || is->outcome == Outcome::opleiding || is->outcome == Outcome::anders;
        if (project.provider >= 0 && one.twice_since <= known && completed) {
            whole.trained = std::min(whole.trained, is->end);
        }
    }
    std::vector<Whole> list;
    for (auto & [key, whole] : all) {
        list.push_back(std::move(whole));
    }
    return list;
}

std::vector<std::string> times_of(Day day, Day until)
{
    std::vector<std::string> times { "", "|kwartaal=" + quarter_of(day) };
    if (half_of(day) == half_of(until)) {
        times.push_back("|kwartaal=" + half_of(until));
    }
    return times;
}

void put_in_order(std::vector<Event> & events)
{
    std::sort(events.begin(), events.end(), [](auto const & a, auto const & b) {
        return std::pair(a.first, a.second->project) < std::pair(b.first, b.second->project);
    });
}

void Counting::count(std::string const & indicator, std::vector<Event> const & events, std::string const & by,
    std::string (*code_of)(Whole const &), bool by_part, bool gemeente_by_quarter)
{
    std::set<std::string> seen;
    for (auto const & [day, whole] : events) {
        for (auto const & part : whole->parts) {
            if (day > m_until || !seen.insert(part).second) {
                continue;
            }
            auto const at = part == "totaal" ? std::string() : "|onderdeel=" + part;
            for (auto const & time : times_of(day, m_until)) {
                ++m_figures[indicator + at + time];
                if (part == "totaal" && gemeente_by_quarter) {
                    ++m_figures[indicator + "|gemeente=" + whole->gemeente + time];
                }
                if (part == "totaal" && indicator == "trajecten_gestart") {
                    ++m_figures[indicator + "|gemeente_nu=" + now_of(whole->gemeente, m_until) + time];
                }
                if (part == "totaal" && code_of != nullptr) {
                    ++m_figures[indicator + '|' + by + '=' + code_of(*whole) + time];
                }
            }
            if (part != "totaal" && by_part) {
                ++m_figures[indicator + at + '|' + by + '=' + code_of(*whole)];
            }
            if (part != "totaal" && indicator == "trajecten_gestart") {
                ++m_figures[indicator + at + "|gemeente=" + whole->gemeente];
            }
        }
    }
}

std::vector<TrajectTold> trajecten_told(World const & world)
{
    std::vector<TrajectTold> all;
    for (auto const & household : world.households) {
        for (auto const & person : household.persons) {
            for (auto const & deelname : person.deelnames) {
                if (deelname.project < 0) {
                    continue;
                }
                auto const dice = mix(mix(world.seed, person.index), deelname.number);
                TrajectTold one;
                one.person = person.index;
                one.project = deelname.project;
                one.gemeente = gemeente_code(person.home(deelname.spell.begin), deelname.spell.begin);
                one.tells_gemeente = dice % 3 != 0;
                one.placement = deelname.outcome == Outcome::werk ? deelname.placement : -1;
                one.tellings = tellings_of(deelname, dice);
                if (one.placement >= 0 && dice % 3 == 0) {
                    one.work_end = deelname.spell.end + 20 + static_cast<Day>(dice / 3 % 400);
                    one.work_end_known = (std::max(one.tellings.back().known, one.work_end) + (dice % 4 == 0 ? 150 : 5)) / 7 * 7 + 7;
                }
                if (dice % 5 == 0) {
                    one.twice_since = one.tellings.front().known + 42;
                    one.twice_later = std::min<int>(3 + static_cast<int>(dice % 11), deelname.spell.end - 20 - deelname.spell.begin);
                    one.twice_later = std::max(0, one.twice_later);
                }
                all.push_back(std::move(one));
            }
        }
    }
    return all;
}

std::map<std::string, std::int64_t> true_figures(std::vector<TrajectTold> const & told, Day known, Day until)
{
    std::map<std::string, std::int64_t> figures;
    auto const all = wholes(told, known);
    std::map<std::uint64_t, std::vector<Whole const *>> persons;
    for (auto const & whole : all) {
        persons[whole.person].push_back(&whole);
    }
    Counting counting(figures, until);
    for (auto & [person, list] : persons) {
        std::vector<std::pair<Day, Whole const *>> starts;
        std::vector<std::pair<Day, Whole const *>> ends;
        std::vector<std::pair<Day, Whole const *>> works;
        for (auto const * whole : list) {
            starts.emplace_back(whole->begin, whole);
            if (whole->end != no_day) {
                ends.emplace_back(whole->end, whole);
            }
            if (whole->work) {
                works.emplace_back(whole->work->begin, whole);
            }
        }
        for (auto * const events : { &starts, &ends, &works }) {
            put_in_order(*events);
        }
        std::sort(list.begin(), list.end(), [](auto const * a, auto const * b) {
            return std::pair(a->begin, a->project) < std::pair(b->begin, b->project);
        });
        counting.count("trajecten_gestart", starts, "", nullptr, false, true);
        counting.count("uitstroom", ends, "reden",
            [](Whole const & whole) { return std::string(reasons[static_cast<std::size_t>(whole.outcome)]); }, true, true);
        counting.count("plaatsingen", works, "soort",
            [](Whole const & whole) { return std::string(kinds[static_cast<std::size_t>(whole.work->kind)]); }, true, true);
    }
    count_running(figures, persons, until);
    return figures;
}

} // namespace ketensync::region
