#include "tests/region/soap_check.hpp"

#include "connectors/soap_crypto.hpp"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <xmlsec/crypto.h>
#include <xmlsec/openssl/x509.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <memory>
#include <string_view>
#include <vector>

namespace ketensync::region {
namespace {

constexpr auto utility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

xmlChar const * x(char const * text)
{
    return reinterpret_cast<xmlChar const *>(text);
}

/// The elements that an XPath finds; prefixes are those of the specifications.
std::vector<xmlNode *> select(xmlDoc * document, char const * path)
{
    std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)> const context(
        xmlXPathNewContext(document), xmlXPathFreeContext);
    for (auto const & [prefix, space] : { std::pair { "soap", "http://schemas.xmlsoap.org/soap/envelope/" },
             std::pair { "wsa", "http://www.w3.org/2005/08/addressing" }, std::pair { "wsu", utility },
             std::pair { "ds", "http://www.w3.org/2000/09/xmldsig#" },
             std::pair {
                 "wsse", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" } }) {
        xmlXPathRegisterNs(context.get(), x(prefix), x(space));
    }
    std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)> const found(
        xmlXPathEvalExpression(x(path), context.get()), xmlXPathFreeObject);
    std::vector<xmlNode *> nodes;
    for (int i = 0; found && found->nodesetval != nullptr && i < found->nodesetval->nodeNr; ++i) {
        nodes.push_back(found->nodesetval->nodeTab[i]);
    }
    return nodes;
}

std::string text(xmlNode * node)
{
    auto * const content = xmlNodeGetContent(node);
    std::string result(reinterpret_cast<char const *>(content));
    xmlFree(content);
    return result;
}

std::string attribute(xmlNode * node, char const * space, char const * name)
{
    auto * const content = space == nullptr ? xmlGetNoNsProp(node, x(name)) : xmlGetNsProp(node, x(name), x(space));
    std::string result(content == nullptr ? "" : reinterpret_cast<char const *>(content));
    xmlFree(content);
    return result;
}

/// xmlsec takes the certificate as PEM and gives its public key; OpenSSL says whether it is of the authority.
xmlSecKey * key_of(std::string token, std::string const & ca_file)
{
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < token.size(); at += 64) {
        pem += token.substr(at, 64) + "\n";
    }
    pem += "-----END CERTIFICATE-----\n";
    auto * const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    auto * const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    auto * const store = X509_STORE_new();
    auto * const check = X509_STORE_CTX_new();
    bool const sound = certificate != nullptr && X509_STORE_load_file(store, ca_file.c_str()) == 1
        && X509_STORE_CTX_init(check, store, certificate, nullptr) == 1 && X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    X509_free(certificate);
    return sound ? xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<xmlSecByte const *>(pem.data()),
               static_cast<xmlSecSize>(pem.size()), xmlSecKeyDataFormatCertPem, nullptr, nullptr, nullptr)
                 : nullptr;
}

std::string fault_of(xmlDoc * document, std::string const & ca_file)
{
    for (auto * const node : select(document, "//*[@wsu:Id]")) {
        auto const id = attribute(node, utility, "Id");
        xmlAddID(nullptr, document, x(id.c_str()), xmlHasNsProp(node, x("Id"), x(utility)));
    }
    auto const signatures = select(document, "/soap:Envelope/soap:Header/wsse:Security/ds:Signature");
    auto const tokens = select(document, "/soap:Envelope/soap:Header/wsse:Security/wsse:BinarySecurityToken");
    if (signatures.size() != 1 || tokens.size() != 1) {
        return "no signature";
    }
    auto const to_token = select(document, "//ds:KeyInfo/wsse:SecurityTokenReference/wsse:Reference");
    if (to_token.size() != 1 || attribute(to_token[0], nullptr, "URI") != "#" + attribute(tokens[0], utility, "Id")) {
        return "no reference to the token";
    }
    auto * const key = key_of(text(tokens[0]), ca_file);
    if (key == nullptr) {
        return "not a certificate of the authority";
    }
    auto * const context = xmlSecDSigCtxCreate(nullptr);
    context->signKey = key;
    bool const holds = xmlSecDSigCtxVerify(context, signatures[0]) == 0 && context->status == xmlSecDSigStatusSucceeded;
    xmlSecDSigCtxDestroy(context);
    if (!holds) {
        return "the signature does not hold";
    }
    // "Alle opgenomen header elementen" and the body, each by its own id.
    auto needed = select(document, "/soap:Envelope/soap:Header/wsa:*");
    for (auto const * const path : { "/soap:Envelope/soap:Body", "//wsse:Security/wsu:Timestamp" }) {
        auto const more = select(document, path);
        needed.insert(needed.end(), more.begin(), more.end());
    }
    if (needed.size() < 7) {
        return "something is missing in the header";
    }
    for (auto * const node : needed) {
        auto const reference = "//ds:Reference[@URI='#" + attribute(node, utility, "Id") + "']";
        if (select(document, reference.c_str()).size() != 1) {
            return "not everything is signed";
        }
    }
    for (auto const * const path : { "//ds:Transform[@Algorithm!='http://www.w3.org/2001/10/xml-exc-c14n#']",
             "//ds:DigestMethod[@Algorithm!='http://www.w3.org/2001/04/xmlenc#sha256']" }) {
        if (!select(document, path).empty()) {
            return "an algorithm that is not agreed on";
        }
    }
    return {};
}

} // namespace

SignedQuestion check_signature(std::string const & message, std::string const & ca_file)
{
    // Once for the process, and not a second time beside the product's own.
    connectors::soap::start_xmlsec();
    SignedQuestion question;
    std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> const document(
        xmlReadMemory(message.data(), static_cast<int>(message.size()), nullptr, nullptr, XML_PARSE_NONET), xmlFreeDoc);
    if (!document) {
        question.fault = "no XML";
        return question;
    }
    question.fault = fault_of(document.get(), ca_file);
    auto const ids = select(document.get(), "/soap:Envelope/soap:Header/wsa:MessageID");
    question.id = ids.empty() ? std::string() : text(ids.front());
    return question;
}

} // namespace ketensync::region
