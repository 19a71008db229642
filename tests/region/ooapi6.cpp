#include "tests/region/ooapi6.hpp"

#include <nlohmann/json.hpp>

namespace ketensync::region {

namespace {

using nlohmann::json;

json parsed(ItemList const & list)
{
    return json::parse("[" + std::string(list.slice(0, list.size())) + "]");
}

/// Copies a member under another name, when it is there.
void move(json const & from, char const * name, json & to, char const * other)
{
    if (auto const found = from.find(name); found != from.end()) {
        to[other] = *found;
    }
}

/// The codes of v6 are words in lower case with underscores.
json code(json const & of_v5)
{
    auto type = of_v5.at("codeType").get<std::string>();
    type = type == "studentNumber" ? "student_number" : type == "crohoCreboCode" ? "programme_code" : type;
    return { { "codeType", type }, { "code", of_v5.at("code") } };
}

json codes(json const & item)
{
    auto list = json::array();
    if (auto const found = item.find("otherCodes"); found != item.end()) {
        for (auto const & each : *found) {
            list.push_back(code(each));
        }
    }
    return list;
}

json person(json const & item)
{
    json made { { "personId", item.at("personId") }, { "primaryCode", code(item.at("primaryCode")) } };
    for (auto const * const same : { "givenName", "surnamePrefix", "surname", "initials", "displayName", "dateOfBirth",
             "mobileNumber", "affiliations" }) {
        move(item, same, made, same);
    }
    move(item, "mail", made, "email");
    move(item, "activeEnrollment", made, "activeEnrolment");
    auto const gender = item.value("gender", "U");
    made["gender"] = gender == "M" ? "m" : gender == "F" ? "f" : gender == "X" ? "x" : "u";
    if (auto const address = item.find("address"); address != item.end()) {
        made["address"] = { { "addressType", "postal" }, { "postCode", address->at("postalCode") } };
        for (auto const * const same : { "street", "streetNumber", "city", "countryCode" }) {
            move(*address, same, made["address"], same);
        }
    }
    return made;
}

std::string at_nine(json const & date)
{
    return date.get<std::string>() + "T09:00:00+01:00";
}

json association(json const & item)
{
    auto const & ext = item.at("ext");
    bool const ended = ext.contains("x-endDate");
    auto const state = item.at("state").get<std::string>();
    json made { { "associationId", item.at("associationId") }, { "role", item.at("role") },
        { "state", ended && state == "associated" ? "finished" : state }, { "personId", item.at("person") },
        { "programmeOfferingId", item.at("offering") }, { "startDateTime", at_nine(ext.at("x-startDate")) },
        { "actualEndDateTime", ended ? json(at_nine(ext.at("x-endDate"))) : json() }, { "result", nullptr },
        { "ext", json::object() } };
    move(ext, "x-projectcode", made["ext"], "x-projectcode");
    if (auto const result = item.find("result"); result != item.end()) {
        made["result"] = { { "state", ended ? "completed" : "in_progress" }, { "pass", result->at("pass") } };
    }
    return made;
}

} // namespace

ProviderPages6 in_version_6(ProviderPages const & pages)
{
    ProviderPages6 made;
    for (auto const & item : parsed(pages.persons)) {
        made.persons.add(person(item).dump());
        made.associations[item.at("personId").get<std::string>()];
    }
    for (auto const & item : parsed(pages.offerings)) {
        // Each offering is of a programme of its own, which has its identifier.
        auto const id = item.at("offeringId").get<std::string>();
        auto const codes_of_it = codes(item);
        auto const primary = code(item.at("primaryCode"));
        made.programmes.add(json { { "programmeId", id }, { "primaryCode", primary }, { "name", item.at("name") },
            { "levelOfQualification", "eqf_3" }, { "validFrom", at_nine(item.at("startDate")) } }
                .dump());
        made.offerings[id].add(json { { "programmeOfferingId", id }, { "primaryCode", primary },
            { "otherCodes", codes_of_it }, { "name", item.at("name") }, { "startDateTime", at_nine(item.at("startDate")) },
            { "endDateTime", at_nine(item.at("endDate")) } }
                .dump());
    }
    for (auto const & [offering, list] : pages.associations) {
        for (auto const & item : parsed(list)) {
            made.associations[item.at("person").get<std::string>()].add(association(item).dump());
        }
    }
    return made;
}

} // namespace ketensync::region
