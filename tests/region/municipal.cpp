#include "tests/region/municipal.hpp"

#include "tests/region/dirt.hpp"
#include "tests/region/uwv.hpp"

#include <algorithm>

namespace ketensync::region {
namespace {

// What ended up to two months before the month is still in its file.
constexpr int months_looked_back = 2;

constexpr double corrected_share = 0.03;
constexpr double withdrawn_share = 0.02;

/// A few small municipalities have the work done by Huizen.
std::string_view berichtgever(std::string_view code)
{
    return code == "0376" || code == "0317" || code == "0417" ? std::string_view("0406") : code;
}

std::string_view package(std::string_view code)
{
    return code == "0402" || code == "1942" ? "sam" : "gws";
}

void append_left(std::string & out, std::string_view text, std::size_t width)
{
    out += text.substr(0, width);
    out.append(width - std::min(width, text.size()), ' ');
}

/// "jjjjmmdd", with the parts that nobody knows as zeros.
void append_birth(std::string & out, std::uint64_t seed, Person const & person)
{
    Random random(seed, Purpose::municipal_dirt, person.index, 1);
    auto const at = out.size();
    append_compact(out, person.birth);
    if (random.chance(rates::municipal_birth_partial)) {
        out.replace(at + 6, 2, "00");
        if (random.chance(0.5)) {
            out.replace(at + 4, 2, "00");
        }
    }
}

std::string uitkering_number(Household const & household, Uitkering const & uitkering)
{
    std::string text;
    append_padded(text, household.persons[uitkering.persons.front()].index, 8);
    append_padded(text, uitkering.number, 2);
    return text;
}

void element(std::string & out, std::string_view name, std::string_view text)
{
    out.append("<").append(name).append(">").append(text).append("</").append(name).append(">");
}

/// What a corrected delivery does to a line: nothing, another end, or it is gone.
enum class Correction { none, changed, withdrawn };

Correction correction(std::uint64_t seed, Delivery const & delivery, std::uint64_t person, std::uint64_t number)
{
    if (delivery.revision == 0) {
        return Correction::none;
    }
    Random random(mix(seed, delivery.revision), Purpose::redelivery, person, number);
    auto const share = random.unit();
    return share < withdrawn_share                  ? Correction::withdrawn
        : share < withdrawn_share + corrected_share ? Correction::changed
                                                    : Correction::none;
}

bool is_in(Delivery const & delivery, Share const & part)
{
    auto const first = delivery.month.plus(-months_looked_back).first_day();
    return part.spell.touches(first, delivery.month.last_day())
        && deliverer(part.gemeente, delivery.month.first_day()) == delivery.gemeente->code;
}

} // namespace

std::string Delivery::file_name(std::string_view kind, std::string_view extension) const
{
    return std::string(kind) + "_" + std::string(gemeente->code) + "_" + month.text() + std::string(extension);
}

MunicipalWriter::MunicipalWriter(std::uint64_t seed, std::vector<Delivery> deliveries, Day day)
    : m_seed(seed)
    , m_day(day)
    , m_deliveries(std::move(deliveries))
{
    for (auto & delivery : m_deliveries) {
        auto & out = delivery.bus;
        auto const code = delivery.gemeente->code;
        out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BusLevering>\n  <Levering>";
        element(out, "Statistiekjaar", std::to_string(delivery.month.year()));
        element(out, "Statistiekmaand", delivery.month.text().substr(4));
        element(out, "Berichtgevercode", berichtgever(code));
        element(out, "Gemeentecode", code);
        element(out, "Softwarepakket", package(code));
        element(out, "Release", "2026.1");
        out += "</Levering>\n";
    }
}

void MunicipalWriter::add_voorziening(Delivery & delivery, Person const & person, Voorziening const & voorziening,
    Share const & part, std::string_view bsn)
{
    auto const corrected = correction(m_seed, delivery, person.index, voorziening.number);
    if (corrected == Correction::withdrawn) {
        return;
    }
    auto & out = delivery.srg;
    auto const code = delivery.gemeente->code;
    Random random(m_seed, Purpose::voorziening, person.index, 1);
    auto const ladder = random.between(1, 6);
    auto const capacity = random.between(1, 5);
    out += delivery.month.text();
    out += "10";
    append_left(out, package(code), 3);
    append_left(out, "2026.1", 12);
    append_left(out, code, 4);
    append_left(out, berichtgever(code), 4);
    append_left(out, bsn, 9);
    append_birth(out, m_seed, person);
    out += person.sex == Sex::man ? '1' : '2';
    out += static_cast<char>('0' + ladder);
    append_compact(out, part.spell.begin);
    out += static_cast<char>('0' + capacity);
    std::string number;
    append_padded(number, person.index, 8);
    append_padded(number, voorziening.number, 3);
    append_left(out, number, 15);
    append_padded(out, voorziening.type, 2);
    append_compact(out, part.spell.begin);
    auto end = part.spell.end;
    auto reason = part.ended_by_move ? 3 : static_cast<int>(voorziening.reason);
    if (corrected == Correction::changed) {
        end = std::max(part.spell.begin, delivery.month.first_day() - 1);
        reason = 2;
    }
    if (end <= delivery.month.last_day()) {
        append_compact(out, end);
        out += static_cast<char>('0' + reason);
    } else {
        out += "000000000";
    }
    append_padded(out, voorziening.loonwaarde, 3);
    out += "\r\n";
    ++delivery.documents;
    ++m_documents;
}

void MunicipalWriter::tell(Delivery const & delivery, Household const & household, Person const & person,
    std::string const & bsn, Truth & truth) const
{
    auto const source = delivery.source();
    truth.persoon(source, bsn, person.index);
    // Municipal files hold no names: only UWV, with the same BSN and a name, ties them to the rest.
    auto const at_uwv = [&](bool second) { return ("0" + uwv_bsn(m_seed, household, person, second)).ends_with(bsn); };
    auto const tied
        = (registered_on(person, m_day) && at_uwv(false)) || (registered_twice_on(person, m_day) && at_uwv(true));
    if (!tied) {
        truth.island(source, bsn);
    }
}

void MunicipalWriter::add_srg(Delivery & delivery, Household const & household, Person const & person, Truth & truth)
{
    std::string bsn;
    auto const before = delivery.documents;
    for (auto const & voorziening : person.voorzieningen) {
        if (voorziening.spell.begin > delivery.month.last_day()) {
            continue;
        }
        for (auto const & part : split_by_gemeente(person, voorziening.spell)) {
            if (is_in(delivery, part)) {
                if (bsn.empty()) {
                    bsn = municipal_bsn(m_seed, household, person);
                }
                add_voorziening(delivery, person, voorziening, part, bsn);
            }
        }
    }
    if (delivery.documents != before) {
        tell(delivery, household, person, bsn, truth);
    }
}

void MunicipalWriter::add_bus(
    Delivery & delivery, Household const & household, Uitkering const & uitkering, Truth & truth)
{
    auto const & head = household.persons[uitkering.persons.front()];
    for (auto const & part : split_by_gemeente(head, uitkering.spell)) {
        if (!is_in(delivery, part)) {
            continue;
        }
        auto const corrected = correction(m_seed, delivery, head.index, 1000U + uitkering.number);
        if (corrected == Correction::withdrawn) {
            continue;
        }
        auto & out = delivery.bus;
        auto const couple = uitkering.persons.size() == 2;
        auto const with_children = household.persons.size() > household.parents;
        out += "  <Uitkering>";
        element(out, "Registratienummer", uitkering_number(household, uitkering));
        std::string code;
        append_padded(code, uitkering.statistiekcode, 2);
        element(out, "Statistiekcode", code);
        element(out, "Leefvorm", couple ? "3" : with_children && uitkering.persons.front() == 0 ? "2" : "1");
        code.clear();
        append_padded(code, household.persons.size() + uitkering.extra_kostendelers, 2);
        element(out, "AantalKostendelers", code);
        for (auto const who : uitkering.persons) {
            auto const & person = household.persons[who];
            auto const bsn = municipal_bsn(m_seed, household, person);
            std::string text;
            out += "<Persoon>";
            element(out, "Burgerservicenummer", bsn);
            append_birth(text, m_seed, person);
            element(out, "Geboortedatum", text);
            element(out, "Geslacht", person.sex == Sex::man ? "1" : "2");
            text.clear();
            append_compact(text, part.spell.begin);
            element(out, "Aanvangsdatum", text);
            auto end = part.spell.end;
            auto reason = part.ended_by_move ? 32U : uitkering.reason;
            if (corrected == Correction::changed) {
                end = std::max(part.spell.begin, delivery.month.first_day() - 1);
                reason = 31;
            }
            if (end <= delivery.month.last_day()) {
                text.clear();
                append_compact(text, end);
                element(out, "Einddatum", text);
                text.clear();
                append_padded(text, reason, 2);
                element(out, "RedenBeeindiging", text);
            }
            out += "</Persoon>";
            tell(delivery, household, person, bsn, truth);
        }
        out += "</Uitkering>\n";
        ++delivery.documents;
        ++m_documents;
    }
}

void MunicipalWriter::add(Household const & household, Truth & truth)
{
    for (auto & delivery : m_deliveries) {
        if (delivery.empty) {
            continue;
        }
        for (auto const & person : household.persons) {
            add_srg(delivery, household, person, truth);
        }
        for (auto const & uitkering : household.uitkeringen) {
            if (uitkering.spell.begin <= delivery.month.last_day()) {
                add_bus(delivery, household, uitkering, truth);
            }
        }
    }
}

std::vector<Delivery> MunicipalWriter::finish()
{
    for (auto & delivery : m_deliveries) {
        delivery.bus += "</BusLevering>\n";
    }
    return std::move(m_deliveries);
}

} // namespace ketensync::region
