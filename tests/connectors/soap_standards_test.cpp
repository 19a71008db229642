#include "connectors/soap_answer.hpp"
#include "tests/connectors/soap_service.hpp"

#include <libxml/xmlschemas.h>

#include <gmock/gmock.h>

#include <array>
#include <cctype>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

// The questions that the shipped service files ask, and the examples beside the mappings, against the schemas of the
// standards themselves. Those are not ours to ship: KETENSYNC_STANDARDS names a folder with suwinet/ and stuf-bg/.

namespace ketensync::connectors::soap {

namespace fs = std::filesystem;

namespace {

std::string content_of(fs::path const & path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

fs::path mapping(std::string const & name)
{
    return fs::path(KETENSYNC_SOURCE_DIR) / "mappings" / name;
}

class SoapStandards : public testing::Test {
protected:
    void SetUp() override
    {
        auto const * const folder = std::getenv("KETENSYNC_STANDARDS");
        if (folder == nullptr || !fs::is_directory(fs::path(folder) / "suwinet")) {
            GTEST_SKIP() << "KETENSYNC_STANDARDS names no folder with the standards";
        }
        standards = folder;
    }

    static void keep(void * errors, char const * format, ...)
    {
        std::va_list arguments;
        va_start(arguments, format);
        std::array<char, 512> text {};
        std::vsnprintf(text.data(), text.size(), format, arguments);
        va_end(arguments);
        static_cast<std::string *>(errors)->append(text.data());
    }

    /// What a schema says of an element; empty: it is valid.
    static std::string faults(fs::path const & schema, xmlNode & element)
    {
        std::string errors;
        auto * const parser = xmlSchemaNewParserCtxt(schema.c_str());
        xmlSchemaSetParserErrors(parser, keep, keep, &errors);
        auto * const read = xmlSchemaParse(parser);
        xmlSchemaFreeParserCtxt(parser);
        if (read == nullptr) {
            return "no schema: " + errors;
        }
        auto const document = parse(dump(element), 64);
        auto * const validity = xmlSchemaNewValidCtxt(read);
        xmlSchemaSetValidErrors(validity, keep, keep, &errors);
        auto const result = xmlSchemaValidateDoc(validity, document->get());
        xmlSchemaFreeValidCtxt(validity);
        xmlSchemaFree(read);
        return result == 0 ? std::string() : errors + " ";
    }

    static std::string faults(fs::path const & schema, std::string const & text)
    {
        auto const document = parse(text, 64);
        return document ? faults(schema, *xmlDocGetRootElement(document->get())) : document.error().what;
    }

    static std::shared_ptr<settings::Service const> service(std::string const & name)
    {
        return settings::read_service(mapping(name) / "service.toml").value();
    }

    fs::path standards;
};

struct Suwi {
    std::string mapping;
    std::string folder; ///< with BodyAction.xsd and BodyReaction.xsd
};

std::vector<Suwi> const services { { "suwi-reintegratie", "GSDDossierReintegratie" },
    { "suwi-bijstandsregelingen", "Bijstandsregelingen" }, { "suwi-uwvwb-persoon", "UWVWbDossierPersoonGSD" } };

fs::path schema_folder(fs::path const & standards, std::string const & service)
{
    for (auto const & entry : fs::directory_iterator(standards / "suwinet")) {
        if (entry.path().filename().string().starts_with(service + "-")) {
            return fs::directory_iterator(entry.path() / "Diensten" / service)->path();
        }
    }
    return {};
}

} // namespace

TEST_F(SoapStandards, QuestionsOfSuwiMlAreValidAndTheirActionsAreThoseOfTheWsdl)
{
    for (auto const & [name, folder] : services) {
        auto const asked = service(name);
        auto const body = filled_in(asked->requests.at("bsn").body, { { "key", "123456782" } });
        auto const schemas = schema_folder(standards, folder);
        EXPECT_EQ(faults(schemas / "BodyAction.xsd", body), "") << name;
        EXPECT_NE(
            faults(schemas / "BodyAction.xsd", filled_in(asked->requests.at("bsn").body, { { "key", "12" } })), "");
        auto const wsdl = content_of(schemas / (folder + ".wsdl"));
        EXPECT_NE(wsdl.find("wsdl:input message=\"smls:" + asked->action.substr(asked->action.rfind('/') + 1)
                      + "\" wsaw:Action=\"" + asked->action + "\""),
            std::string::npos)
            << name;
    }
}

TEST_F(SoapStandards, ExamplesOfSuwiMlAreValidAndHoldEveryElementTheMappingReads)
{
    for (auto const & [name, folder] : services) {
        auto const schema = schema_folder(standards, folder) / "BodyReaction.xsd";
        std::string examples;
        for (auto const & entry : fs::directory_iterator(mapping(name) / "examples")) {
            auto const file = entry.path().filename().string();
            if (!file.ends_with(".in.xml") || file.starts_with("02_")) {
                continue; // what is not sound is shown there on purpose
            }
            auto const document = parse(content_of(entry.path()), 64);
            ASSERT_TRUE(document) << file;
            auto * root = xmlDocGetRootElement(document->get());
            if (name_of(*root) == "Envelope") {
                root = first_element(*child(*root, space_soap11, "Body"));
            } else {
                root = first_element(*root);
            }
            EXPECT_EQ(faults(schema, *root), "") << name << "/" << file;
            examples += content_of(entry.path());
        }
        // Names with a capital are those of the standard: SuwiML begins all of its names so.
        std::set<std::string> read;
        std::string word;
        bool inside = false;
        auto const text = content_of(mapping(name) / "mapping.toml");
        for (char const c : text.substr(text.find("[document]"))) {
            if (c == '"' || c == '\n') {
                inside = c == '"' && !inside;
            }
            if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
                word += c;
                continue;
            }
            if (inside && word.size() > 5 && std::isupper(static_cast<unsigned char>(word.front())) != 0
                && (c == '.' || c == '"' || c == ' ' || c == '}')) {
                read.insert(word);
            }
            word.clear();
        }
        EXPECT_GE(read.size(), 8U) << name;
        for (auto const & element : read) {
            auto const known = content_of(schema).find('"' + element + '"') != std::string::npos
                || examples.find('<' + element + '>') != std::string::npos;
            EXPECT_TRUE(known || element == "Envelope" || element == "Question") << name << ": " << element;
        }
    }
}

TEST_F(SoapStandards, QuestionsOfStufHaveItsEnvelopeAndItsNames)
{
    // The schema of the whole question is not published with the rest: its head is checked by a schema of one's own
    // around the standard's types, its names against those of the entity.
    support::TemporaryFolder const folder;
    auto const stuf = standards / "stuf-bg/xsd";
    folder.write("head.xsd",
        fmt::format(R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:S="http://www.egem.nl/StUF/StUF0301"
 targetNamespace="http://www.egem.nl/StUF/sector/bg/0310" elementFormDefault="qualified">
 <xs:import namespace="http://www.egem.nl/StUF/StUF0301" schemaLocation="{}"/>
 <xs:element name="npsLv01"><xs:complexType><xs:sequence>
  <xs:element name="stuurgegevens" type="S:StuurgegevensLv01"/>
  <xs:element name="parameters" type="S:ParametersVraag"/>
  <xs:any processContents="skip" minOccurs="2" maxOccurs="3"/>
 </xs:sequence></xs:complexType></xs:element></xs:schema>)",
            (stuf / "0301/stuf0301.xsd").string()));
    auto const entity = content_of(stuf / "bg0310/entiteiten/bg0310_ent_basis.xsd");
    auto const asked = service("stuf-bg-npslv01");
    for (auto const & [name, request] : asked->requests) {
        auto const body = filled_in(request.body,
            { { "key", "123456782" }, { "size", "50" }, { "more", "true" }, { "reference", new_uuid() },
                { "moment", "20261122110006078" }, { "zender_organisatie", "0402" },
                { "zender_applicatie", "KETENSYNC" }, { "ontvanger_organisatie", "0402" },
                { "ontvanger_applicatie", "MAKELAAR" } },
            { { "start", filled_in(asked->paging.start, { { "bg:inp.bsn", "123456782" } }) } });
        EXPECT_EQ(body.find('{'), std::string::npos) << body;
        EXPECT_EQ(faults(folder.path() / "head.xsd", body), "") << name;
        auto const document = parse(body, 64);
        auto const * const object = find(*xmlDocGetRootElement(document->get()), { { "", "scope" }, { "", "object" } });
        ASSERT_NE(object, nullptr);
        for (auto * node = first_element(*object); node != nullptr; node = next_element(*node)) {
            EXPECT_NE(entity.find(fmt::format("name=\"{}\"", name_of(*node))), std::string::npos) << name_of(*node);
        }
    }
}

TEST_F(SoapStandards, FaultsOfStufAreUnderstood)
{
    auto const asked = service("stuf-bg-npslv01");
    auto const schema = standards / "stuf-bg/xsd/0301/stuf0301.xsd";
    auto const fault = [](std::string const & kind, std::string const & place) {
        auto const head = kind == "Fo02"
            ? std::string()
            : std::string("<zender><organisatie>0402</organisatie><applicatie>AAA</applicatie></zender>"
                          "<ontvanger><organisatie>0402</organisatie><applicatie>BBB</applicatie></ontvanger>"
                          "<referentienummer>1</referentienummer><tijdstipBericht>20261122110006078</tijdstipBericht>"
                          "<crossRefnummer>2</crossRefnummer>");
        return fmt::format("<{0}Bericht xmlns=\"http://www.egem.nl/StUF/StUF0301\"><stuurgegevens><berichtcode>{0}"
                           "</berichtcode>{1}</stuurgegevens><body><code>StUF055</code><plek>{2}</plek>"
                           "<omschrijving>x</omschrijving></body></{0}Bericht>",
            kind, head, place);
    };
    for (auto const * const kind : { "Fo01", "Fo02", "Fo03" }) {
        EXPECT_EQ(faults(schema, fault(kind, "client")), "") << kind;
        for (bool const inside : { false, true }) {
            auto const content = [&](char const * place) {
                return envelope(inside ? "<s:Fault><faultcode>s:Server</faultcode><detail>" + fault(kind, place)
                            + "</detail></s:Fault>"
                                       : fault(kind, place));
            };
            auto const aside = read_answer(*asked, open_envelope(content("client"), 64).value(), {});
            ASSERT_TRUE(aside) << aside.error().what;
            EXPECT_EQ(aside->means, settings::Meaning::set_aside);
            EXPECT_EQ(aside->code, "StUF055");
            auto const later = read_answer(*asked, open_envelope(content("server"), 64).value(), {});
            ASSERT_FALSE(later);
            EXPECT_EQ(later.error().failure, Failure::unavailable);
        }
    }
}

TEST_F(SoapStandards, AnswersOfAnExistingStufServiceAreUnderstood)
{
    auto const asked = service("stuf-bg-npslv01");
    int found = 0;
    for (auto const & entry : fs::directory_iterator(standards / "stuf-bg/voorbeelden")) {
        if (!entry.path().filename().string().ends_with("-response.xml")) {
            continue;
        }
        auto const opened = open_envelope(content_of(entry.path()), 64);
        ASSERT_TRUE(opened) << entry.path() << opened.error().what;
        auto const * const reference = find(*opened->body, asked->reference);
        auto const answer
            = read_answer(*asked, *opened, { "", reference == nullptr ? std::string() : text_of(*reference) });
        ASSERT_TRUE(answer) << entry.path() << answer.error().what;
        found += answer->means == settings::Meaning::found ? 1 : 0;
        EXPECT_FALSE(answer->more);
    }
    EXPECT_GE(found, 5);
}

} // namespace ketensync::connectors::soap
