#include "tests/region/brp.hpp"

#include "tests/region/bsn.hpp"
#include "tests/region/letters.hpp"
#include "tests/region/places.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::region {
namespace {

constexpr std::size_t asked_max = 20;

Answer params_validation(std::string_view name, std::string_view code, std::string_view reason)
{
    nlohmann::json const body { { "type", "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1" },
        { "title", "Een of meerdere parameters zijn niet correct." }, { "status", 400 }, { "code", "paramsValidation" },
        { "invalidParams", { { { "name", name }, { "code", code }, { "reason", reason } } } } };
    Answer answer;
    answer.status = 400;
    answer.content_type = "application/problem+json";
    answer.head = body.dump();
    return answer;
}

bool nine_digits(std::string const & text)
{
    return text.size() == 9 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

void add_persoonslijst(Persoonslijsten & lists, Person const & person, Day day)
{
    auto const number = bsn_text(person.bsn);
    auto const & home = person.home(day);
    auto const sex = person.sex == Sex::man ? "M" : "V";
    nlohmann::json list { { "burgerservicenummer", number }, { "geslacht", { { "code", sex } } },
        { "naam",
            { { "voornamen", person.given.all }, { "geslachtsnaam", person.own.name },
                { "aanduidingNaamgebruik", { { "code", std::string(1, person.naamgebruik) } } } } },
        { "geboorte", { { "datum", { { "type", "Datum" }, { "datum", iso(person.birth) }, { "langFormaat", "-" } } } } },
        { "verblijfplaats",
            { { "type", "Adres" },
                { "verblijfadres",
                    { { "officieleStraatnaam", home.street() }, { "huisnummer", home.house_number }, { "postcode", home.postcode() },
                        { "woonplaats", std::string(home.woonplaats()) } } } } } };
    if (auto const code = gemeente_code(home, day); !code.empty()) {
        list["gemeenteVanInschrijving"] = { { "code", std::string(code) } };
    }
    if (!person.own.prefix.empty()) {
        list["naam"]["voorvoegsel"] = person.own.prefix;
    }
    lists[number] = list.dump();
}

Answer raadpleeg(Persoonslijsten const & lists, Request const & request)
{
    auto const asked = nlohmann::json::parse(request.body, nullptr, false);
    if (!asked.is_object() || asked.value("type", "") != "RaadpleegMetBurgerservicenummer") {
        return params_validation("type", "value", "Waarde is geen geldig zoek type.");
    }
    if (!asked.contains("fields") || !asked["fields"].is_array() || asked["fields"].empty()) {
        return params_validation("fields", "required", "Parameter is verplicht.");
    }
    auto const numbers = asked.value("burgerservicenummer", nlohmann::json());
    if (!numbers.is_array() || numbers.empty()) {
        return params_validation("burgerservicenummer", "required", "Parameter is verplicht.");
    }
    if (numbers.size() > asked_max) {
        return params_validation("burgerservicenummer", "maxItems", "Array bevat meer dan 20 items.");
    }
    std::string persons;
    for (auto const & number : numbers) {
        if (!number.is_string() || !nine_digits(number.get<std::string>())) {
            return params_validation(
                "burgerservicenummer[0]", "pattern", "Waarde voldoet niet aan patroon ^[0-9]{9}$.");
        }
        if (auto const found = lists.find(number.get<std::string>()); found != lists.end()) {
            persons += (persons.empty() ? "" : ",") + found->second;
        }
    }
    Answer answer;
    answer.head = R"({"type":"RaadpleegMetBurgerservicenummer","personen":[)" + persons + "]}";
    return answer;
}

} // namespace ketensync::region
