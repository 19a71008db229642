#include "tests/region/publication.hpp"

#include "tests/region/municipal.hpp"
#include "tests/region/places.hpp"
#include "tests/region/project_sheet.hpp"
#include "tests/region/projects.hpp"
#include "tests/region/um.hpp"
#include "tests/region/uwv.hpp"

#include <algorithm>

namespace ketensync::region {
namespace {

std::vector<Delivery> deliveries_of(State const & state)
{
    std::vector<Delivery> deliveries;
    for (auto month = state.first_month; month < Month::of(state.date); month = month.plus(1)) {
        for (auto const & gemeente : gemeenten()) {
            if (month.first_day() >= gemeente.until) {
                continue;
            }
            Delivery delivery;
            delivery.gemeente = &gemeente;
            delivery.month = month;
            auto const key = std::string(gemeente.code) + ":" + month.text();
            if (auto const found = state.revisions.find(key); found != state.revisions.end()) {
                delivery.revision = found->second;
            }
            delivery.empty = state.empty.contains(key);
            deliveries.push_back(std::move(delivery));
        }
    }
    return deliveries;
}

bool in_bijstand(Household const & household, std::size_t person, Day day)
{
    return std::any_of(household.uitkeringen.begin(), household.uitkeringen.end(), [&](Uitkering const & uitkering) {
        auto const & persons = uitkering.persons;
        return uitkering.spell.touches(day, day) && std::find(persons.begin(), persons.end(), person) != persons.end();
    });
}

struct Registered {
    std::uint64_t rank;
    Household const * household;
    std::size_t person;
};

/// UWV, and the profiles that municipalities have of the same people: in the order of their numbers.
void publish_werkzoekenden(Publication & out, World const & world, Day day, Truth & truth)
{
    std::vector<Registered> registered;
    for (auto const & household : world.households) {
        for (std::size_t i = 0; i < household.persons.size(); ++i) {
            if (registered_on(household.persons[i], day)) {
                registered.push_back({ household.persons[i].registration_rank, &household, i });
            }
        }
    }
    std::sort(registered.begin(), registered.end(), [](auto const & a, auto const & b) { return a.rank < b.rank; });
    for (auto const & gemeente : gemeenten()) {
        if (day < gemeente.until) {
            out.profiles[std::string(gemeente.oin)];
        }
    }
    for (auto const & entry : registered) {
        auto const & person = entry.household->persons[entry.person];
        append_werkzoekende(out.werkzoekenden.out(), world.seed, *entry.household, person, day, false);
        out.werkzoekenden.end_item();
        truth.persoon("uwv-werkzoekenden", werkzoekende_id(person, false), person.index);
        if (registered_twice_on(person, day)) {
            append_werkzoekende(out.werkzoekenden.out(), world.seed, *entry.household, person, day, true);
            out.werkzoekenden.end_item();
            truth.persoon("uwv-werkzoekenden", werkzoekende_id(person, true), person.index);
        }
        if (!in_bijstand(*entry.household, entry.person, day) || !in_region(person.home(day), day)) {
            continue;
        }
        auto const code = gemeente_code(person.home(day), day);
        for (auto const & gemeente : gemeenten()) {
            if (gemeente.code == code) {
                auto & list = out.profiles[std::string(gemeente.oin)];
                append_profile(list.out(), world.seed, person, day);
                list.end_item();
                truth.persoon("um-" + std::string(gemeente.slug), werkzoekende_id(person, false), person.index);
            }
        }
    }
}

} // namespace

Publication publish(World const & world, State const & state)
{
    Publication out;
    out.date = state.date;
    Truth truth;
    MunicipalWriter municipal(world.seed, deliveries_of(state), state.date);
    ProviderWriter first(world.seed, 0, state.date);
    ProviderWriter second(world.seed, 1, state.date);
    SheetWriter sheet(world.seed, state.date);
    for (auto const & household : world.households) {
        municipal.add(household, truth);
        first.add(household, truth);
        second.add(household, truth);
        sheet.add(household, truth);
        for (auto const & person : household.persons) {
            add_persoonslijst(out.persoonslijsten, person, state.date);
            for (auto const & deelname : person.deelnames) {
                count_for_monitor(world.seed, person, deelname, state.date, truth);
            }
        }
    }
    publish_werkzoekenden(out, world, state.date, truth);
    out.providers = { first.finish(), second.finish() };
    for (auto & delivery : municipal.finish()) {
        auto const folder = "drop/" + delivery.source() + "/";
        out.documents["srg"] += static_cast<std::uint64_t>(std::count(delivery.srg.begin(), delivery.srg.end(), '\n'));
        out.documents["srg and bus"] += delivery.documents;
        out.files[folder + delivery.file_name("SRG", ".txt")] = std::move(delivery.srg);
        out.files[folder + delivery.file_name("BUS", ".xml")] = std::move(delivery.bus);
    }
    out.files["drop/projectadministratie/projecten.csv"] = projects_csv(state.persons, state.date, truth);
    out.files["drop/projectadministratie/deelnemers.csv"] = sheet.finish();
    out.files["truth/records.csv"] = truth.records_csv();
    out.files["truth/islands.csv"] = truth.islands_csv();
    out.files["truth/monitor.csv"] = truth.monitor_csv();
    out.documents["bus"] = out.documents["srg and bus"] - out.documents["srg"];
    out.documents.erase("srg and bus");
    out.documents["projectdeelnemers"] = sheet.rows();
    out.documents["uwv-werkzoekenden"] = out.werkzoekenden.size();
    for (auto const & [oin, list] : out.profiles) {
        out.documents["um-profielen"] += list.size();
    }
    for (auto const & pages : out.providers) {
        out.documents["ooapi5-personen"] += pages.persons.size();
        out.documents["ooapi5-aanbod"] += pages.offerings.size();
        out.documents["ooapi5-deelnames"] += pages.association_count;
    }
    return out;
}

void write_files(Publication const & publication, std::filesystem::path const & folder)
{
    for (auto const & [path, content] : publication.files) {
        write_file(folder / path, content);
    }
}

} // namespace ketensync::region
