#include "tests/region/soap_peer.hpp"

#include "connectors/soap_signature.hpp"
#include "tests/region/bsn.hpp"
#include "tests/region/places.hpp"
#include "tests/region/soap_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace ketensync::region {
namespace {

namespace soap = connectors::soap;

constexpr std::string_view fwi = "http://bkwi.nl/SuwiML/FWI/v0205";
constexpr std::string_view bg = "http://www.egem.nl/StUF/sector/bg/0310";
constexpr std::string_view stuf_space = "http://www.egem.nl/StUF/StUF0301";
/// Each sender has its own; some have none.
constexpr std::array<std::string_view, 4> prefixes { "smls", "ns1", "gsd", "SOAP-BODY" };

std::string compact(Day day)
{
    std::string text;
    append_compact(text, day);
    return text;
}

std::string element(std::string_view name, std::string_view text)
{
    return text.empty() ? std::string() : fmt::format("<{0}>{1}</{0}>", name, soap::escaped(text));
}

/// The text of the first element of that local name.
std::string text_in(std::string const & xml, std::string_view name)
{
    for (auto at = xml.find(name); at != std::string::npos; at = xml.find(name, at + 1)) {
        auto const begin = at + name.size();
        if (at != 0 && (xml[at - 1] == '<' || xml[at - 1] == ':') && begin < xml.size() && xml[begin] == '>') {
            return xml.substr(begin + 1, xml.find('<', begin) - begin - 1);
        }
    }
    return {};
}

support::ScriptedServer::Answer xml(std::string body, int status = 200)
{
    support::ScriptedServer::Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    answer.headers = { { "Content-Type", "text/xml; charset=utf-8" } };
    return answer;
}

support::ScriptedServer::Answer fault(std::string_view code)
{
    return xml(fmt::format(R"(<e:Envelope xmlns:e="{}" xmlns:wsse="{}"><e:Body><e:Fault><faultcode>{}</faultcode>)"
                           R"(<faultstring>Zie de code</faultstring></e:Fault></e:Body></e:Envelope>)",
                   soap::space_soap11, soap::space_security, code),
        500);
}

std::string bron(std::string_view vestiging)
{
    return fmt::format("<Bron><CdKolomSuwi>5</CdKolomSuwi><CdPartijSuwi>0002</CdPartijSuwi>{}</Bron>",
        element("CdVestigingSuwi", vestiging));
}

std::string voorziening(Person const & person, Voorziening const & given)
{
    auto const number = fmt::format("{:08}{:02}", person.index, given.number);
    return "<ReIntegratievoorziening>" + element("RegistratienrRvGsd", number)
        + element("DatBRv", compact(given.spell.begin))
        + (given.spell.end == no_day ? "" : element("DatERv", compact(given.spell.end)))
        + fmt::format("<CdTypeRvGsd>{:02}</CdTypeRvGsd></ReIntegratievoorziening>", given.type);
}

/// "1901-02-03T..." of an hour ago would be refused, so the signer is told another time.
Instant now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

SoapPeer::SoapPeer(World const & world, Day date, support::TestAuthority const & authority)
    : m_date(date)
    , m_authority(authority)
{
    for (auto const & household : world.households) {
        for (auto const & person : household.persons) {
            m_known.emplace(bsn_text(person.bsn), Known { &household, &person });
        }
    }
    m_server = std::make_unique<support::ScriptedServer>([this](Request const & request) { return answer(request); },
        &authority, support::ScriptedServer::Clients::must);
}

void SoapPeer::trouble(std::string const & key, SoapTrouble trouble)
{
    m_trouble[key] = trouble;
}

std::vector<std::string> SoapPeer::bodies() const
{
    std::vector<std::string> all;
    for (auto const & request : m_server->requests()) {
        all.push_back(request.body);
    }
    return all;
}

SoapTrouble SoapPeer::trouble_of(std::string const & key)
{
    auto const found = m_trouble.find(key);
    auto const trouble = found == m_trouble.end() ? SoapTrouble::none : found->second;
    if (trouble == SoapTrouble::busy) {
        m_trouble.erase(found);
    }
    return trouble;
}

SoapPeer::Answer SoapPeer::answer(Request const & request)
{
    auto made = request.path == "/stuf-bg" ? stuf(request) : suwi(request);
    return made;
}

std::string SoapPeer::dossier(std::string const & service, Known const & known, bool half) const
{
    auto const & person = *known.person;
    auto text = element("Burgerservicenr", bsn_text(person.bsn)) + element("Voornamen", person.given.all)
        + element("Voorvoegsel", person.own.prefix) + element("SignificantDeelVanDeAchternaam", person.own.name)
        + element("Geslacht", person.sex == Sex::man ? "1" : "2") + element("Geboortedat", compact(person.birth));
    if (service == "GSDDossierReintegratie") {
        std::size_t count = 0;
        for (auto const & given : person.voorzieningen) {
            if (given.spell.begin <= m_date && !(half && count++ > 0)) {
                text += "<AtlRelatie>" + voorziening(person, given) + bron("0402") + "</AtlRelatie>";
            }
        }
    } else if (service == "Bijstandsregelingen") {
        for (auto const & uitkering : known.household->uitkeringen) {
            auto const & persons = uitkering.persons;
            bool const own = std::any_of(persons.begin(), persons.end(),
                [&](std::uint8_t index) { return &known.household->persons[index] == known.person; });
            if (own && uitkering.spell.begin <= m_date) {
                text += "<Uitkeringsverhouding>" + element("DatBUitkeringsverhouding", compact(uitkering.spell.begin))
                    + (uitkering.spell.end == no_day
                            ? ""
                            : element("DatEUitkeringsverhouding", compact(uitkering.spell.end)))
                    + "<SzWet><CdSzWet>PW</CdSzWet></SzWet><Uitkeringsperiode>"
                    + element("DatBUitkeringsperiode", compact(uitkering.spell.begin)) + "</Uitkeringsperiode>"
                    + bron("0402") + "</Uitkeringsverhouding>";
            }
        }
    } else {
        text += bron("") + "<AtlRelatie>";
        for (auto const & spell : person.registrations) {
            if (spell.begin <= m_date) {
                text += "<InschrijvingsgegevensUwvWb>" + element("DatInschrijvingUwvWb", compact(spell.begin))
                    + (spell.end == no_day ? "" : element("DatEInschrijvingUwvWb", compact(spell.end)))
                    + "</InschrijvingsgegevensUwvWb>";
            }
        }
        text += "</AtlRelatie>";
    }
    return "<ClientSuwi>" + text + "</ClientSuwi>";
}

SoapPeer::Answer SoapPeer::suwi(Request const & request)
{
    auto const question = check_signature(request.body, m_authority.ca_file().string());
    if (!question.fault.empty()) {
        return fault("wsse:InvalidSecurity");
    }
    ++m_verified;
    auto const slash = request.path.rfind('/');
    auto const service = request.path.substr(slash + 1, request.path.find("-v") - slash - 1);
    auto const version = request.path.substr(request.path.find("-v") + 1);
    static std::map<std::string, std::string> const roots { { "GSDDossierReintegratie", "GSDReintegratieInfo" },
        { "Bijstandsregelingen", "BijstandsregelingenInfo" }, { "UWVWbDossierPersoonGSD", "UwvWbPersoonsInfo" } };
    auto const root = roots.find(service);
    auto const key = text_in(request.body, "Burgerservicenr");
    if (root == roots.end() || key.empty()) {
        return fault("e:Client");
    }
    auto const trouble = trouble_of(key);
    if (trouble == SoapTrouble::busy) {
        return fault("e:Server");
    }
    auto const known = m_known.find(key);
    auto const message = [](std::string_view kind) {
        return fmt::format("<fwi:FWI xmlns:fwi=\"{0}\"><{1}><Code>F-1</Code><Tekst>Bij persoon</Tekst>"
                           "<Bron><DN>CN=peer</DN></Bron></{1}></fwi:FWI>",
            fwi, kind);
    };
    auto content = trouble == SoapTrouble::fout ? message("Fout")
        : known == m_known.end()                ? fmt::format("<f:NietsGevonden xmlns:f=\"{}\"/>", fwi)
                                                : dossier(service, known->second, trouble == SoapTrouble::waarschuwing);
    if (trouble == SoapTrouble::waarschuwing) {
        content += message("Waarschuwing");
    }
    soap::Message answer;
    auto const prefix = prefixes.at(static_cast<std::size_t>(m_count++) % prefixes.size());
    answer.body
        = fmt::format(R"(<{0}:{1}Response xmlns:{0}="http://bkwi.nl/SuwiML/Diensten/{2}/{3}">{4}</{0}:{1}Response>)",
            prefix, root->second, service, version, content);
    answer.addressing = { "https://ketensync.example", "https://peer.example", "urn:answer",
        "urn:uuid:" + soap::new_uuid(), trouble == SoapTrouble::other_question ? "urn:uuid:0" : question.id };
    if (trouble == SoapTrouble::unsigned_answer) {
        return xml(soap::compose(answer, {}));
    }
    auto const signer = soap::Signer::create("peer", m_authority.client_certificate(), m_authority.client_key());
    auto const time = trouble == SoapTrouble::stale ? now() - std::chrono::hours(1) : now();
    auto made = xml(signer->sign(answer, time).value());
    if (trouble == SoapTrouble::tampered) {
        made.body.replace(made.body.find(key), key.size(), "123456782");
    }
    made.cut = trouble == SoapTrouble::cut;
    made.delay = trouble == SoapTrouble::slow ? std::chrono::seconds(30) : std::chrono::seconds(0);
    return made;
}

SoapPeer::Answer SoapPeer::stuf(Request const & request)
{
    auto const reference = text_in(request.body, "referentienummer");
    auto const gemeente = text_in(request.body, "inp.gemeenteVanInschrijving");
    auto const bsn = gemeente.empty() ? text_in(request.body, "inp.bsn") : std::string();
    auto const after = text_in(request.body, "indicatorVervolgvraag") == "true" ? text_in(request.body, "inp.bsn") : "";
    auto const most = std::stoul(text_in(request.body, "maximumAantal"));
    if (trouble_of(gemeente + bsn) == SoapTrouble::fout) {
        return xml(
            fmt::format(R"(<e:Envelope xmlns:e="{}"><e:Body><F:Fo02Bericht xmlns:F="{}"><F:stuurgegevens>)"
                        R"(<F:berichtcode>Fo02</F:berichtcode></F:stuurgegevens><F:body><F:code>StUF055</F:code>)"
                        R"(<F:plek>client</F:plek><F:omschrijving>x</F:omschrijving></F:body></F:Fo02Bericht>)"
                        R"(</e:Body></e:Envelope>)",
                soap::space_soap11, stuf_space));
    }
    std::string objects;
    std::size_t count = 0;
    bool more = false;
    for (auto at = after.empty() ? m_known.begin() : m_known.upper_bound(after); at != m_known.end(); ++at) {
        auto const & person = *at->second.person;
        auto const & place = places()[person.home(m_date).place];
        auto const code
            = place.gemeente < 0 ? place.outside : gemeenten()[static_cast<std::size_t>(place.gemeente)].code;
        if (!(gemeente.empty() ? at->first == bsn : code == gemeente)) {
            continue;
        }
        if (count++ == most) {
            more = true;
            break;
        }
        objects += fmt::format(
            R"(<b:object s:entiteittype="NPS"><b:inp.bsn>{}</b:inp.bsn><b:geslachtsnaam>{}</b:geslachtsnaam>)"
            R"(<b:voornamen>{}</b:voornamen><b:geslachtsaanduiding>{}</b:geslachtsaanduiding>)"
            R"(<b:geboortedatum s:indOnvolledigeDatum="V">{}</b:geboortedatum>)"
            R"(<b:verblijfsadres><b:aoa.huisletter xsi:nil="true" s:noValue="nietGeautoriseerd"/>)"
            R"(</b:verblijfsadres></b:object>)",
            at->first, soap::escaped(person.own.name), soap::escaped(person.given.all),
            person.sex == Sex::man ? "M" : "V", compact(person.birth));
    }
    return xml(fmt::format(R"(<e:Envelope xmlns:e="{0}"><e:Body><b:npsLa01 xmlns:b="{1}" xmlns:s="{2}" )"
                           R"(xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b:stuurgegevens>)"
                           R"(<s:berichtcode>La01</s:berichtcode><s:crossRefnummer>{3}</s:crossRefnummer>)"
                           R"(<s:entiteittype>NPS</s:entiteittype></b:stuurgegevens><b:parameters>)"
                           R"(<s:indicatorVervolgvraag>{4}</s:indicatorVervolgvraag></b:parameters>{5}</b:npsLa01>)"
                           R"(</e:Body></e:Envelope>)",
        soap::space_soap11, bg, stuf_space, reference, more,
        objects.empty() ? std::string() : "<b:antwoord>" + objects + "</b:antwoord>"));
}

} // namespace ketensync::region
