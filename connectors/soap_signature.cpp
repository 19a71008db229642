#include "connectors/soap_signature.hpp"

#include "connectors/soap_crypto.hpp"

#include <libxml/valid.h>
#include <libxml/xmlerror.h>
#include <openssl/pem.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <fmt/format.h>

#include <set>

namespace ketensync::connectors::soap {

namespace {

using std::chrono::minutes;

constexpr auto encoding_base64
    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/// libxml2's way of telling; what is wrong is told by the caller.
void keep_silent(void *, char const *, ...) { }

bool register_id(xmlDoc & document, xmlNode & node, std::set<std::string> & seen)
{
    for (auto * attribute = node.properties; attribute != nullptr; attribute = attribute->next) {
        std::string_view const name = reinterpret_cast<char const *>(attribute->name);
        auto const space = attribute->ns == nullptr
            ? std::string_view()
            : std::string_view(reinterpret_cast<char const *>(attribute->ns->href));
        if ((name != "Id" || (!space.empty() && space != space_utility)) && name != "AssertionID") {
            continue;
        }
        auto const id = attribute_of(node, space, name);
        if (!seen.insert(id).second) {
            return false;
        }
        xmlAddID(nullptr, &document, reinterpret_cast<xmlChar const *>(id.c_str()), attribute);
    }
    return true;
}

bool register_below(xmlDoc & document, xmlNode & node, std::set<std::string> & seen)
{
    if (!register_id(document, node, seen)) {
        return false;
    }
    for (auto * next = first_element(node); next != nullptr; next = next_element(*next)) {
        if (!register_below(document, *next, seen)) {
            return false;
        }
    }
    return true;
}

std::string base64_of(X509 & certificate)
{
    unsigned char * der = nullptr;
    auto const size = i2d_X509(&certificate, &der);
    std::string text;
    if (size > 0) {
        text.resize(static_cast<std::size_t>(size) * 4 / 3 + 8);
        auto const written = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()), der, size);
        text.resize(static_cast<std::size_t>(written));
    }
    OPENSSL_free(der);
    return text;
}

std::string reference_to(std::string_view id)
{
    return fmt::format(R"(<ds:Reference URI="#{}"><ds:Transforms><ds:Transform Algorithm="{}"/></ds:Transforms>)"
                       R"(<ds:DigestMethod Algorithm="{}"/><ds:DigestValue/></ds:Reference>)",
        id, algorithm_exclusive, algorithm_sha256);
}

} // namespace

bool start_xmlsec()
{
    static bool const started = [] {
        xmlSecErrorsDefaultCallbackEnableOutput(0);
        return xmlSecInit() == 0 && xmlSecCheckVersion() == 1 && xmlSecCryptoAppInit(nullptr) == 0
            && xmlSecCryptoInit() == 0;
    }();
    xmlSetGenericErrorFunc(nullptr, keep_silent);
    return started;
}

bool register_ids(xmlDoc & document)
{
    std::set<std::string> seen;
    auto * const root = xmlDocGetRootElement(&document);
    return root != nullptr && register_below(document, *root, seen);
}

struct Signer::Inner {
    std::string name;
    std::string token; ///< our certificate, in base64
    Key key;
    char const * algorithm = algorithm_rsa_sha256;
};

Signer::Signer(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
Signer::~Signer() = default;
Signer::Signer(Signer &&) noexcept = default;
Signer & Signer::operator=(Signer &&) noexcept = default;

Result<Signer> Signer::create(std::string name, std::string const & chain, std::string const & key)
{
    auto const wrong = [&name](std::string_view what) {
        return fail(Failure::configuration, fmt::format("the credential '{}' {}", name, what));
    };
    if (!start_xmlsec()) {
        return fail(Failure::bug, "xmlsec cannot start");
    }
    Certificate const certificate(PEM_read_bio_X509(bio_of(chain).get(), nullptr, nullptr, nullptr));
    if (!certificate) {
        return wrong("holds no certificate in PEM");
    }
    // An empty passphrase, so that nobody is asked for one.
    std::string none;
    auto inner = std::make_unique<Inner>();
    inner->key.reset(PEM_read_bio_PrivateKey(bio_of(key).get(), nullptr, nullptr, none.data()));
    if (!inner->key) {
        return wrong("holds no private key in PEM without a passphrase");
    }
    if (X509_check_private_key(certificate.get(), inner->key.get()) != 1) {
        return wrong("holds a key that is not of its certificate");
    }
    switch (EVP_PKEY_get_base_id(inner->key.get())) {
    case EVP_PKEY_RSA:
        break;
    case EVP_PKEY_EC:
        inner->algorithm = algorithm_ecdsa_sha256;
        break;
    default:
        return wrong("holds a key that is neither RSA nor EC");
    }
    inner->token = base64_of(*certificate);
    inner->name = std::move(name);
    return Signer(std::move(inner));
}

Result<std::string> Signer::sign(Message const & message, Instant now) const
{
    start_xmlsec();
    auto const with = [this](std::string_view what) {
        return fail(Failure::configuration, fmt::format("signing with '{}': {}", m->name, what));
    };
    std::string references = reference_to("timestamp") + reference_to("token");
    for (auto const & id : ids_of(message)) {
        references += reference_to(id);
    }
    auto const security = fmt::format(
        R"(<wsse:Security xmlns:wsse="{0}" soap:mustUnderstand="1">)"
        R"(<wsse:BinarySecurityToken EncodingType="{1}" ValueType="{2}" wsu:Id="token">{3}</wsse:BinarySecurityToken>)"
        R"(<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>{4}</wsu:Created><wsu:Expires>{5}</wsu:Expires></wsu:Timestamp>)"
        R"(<ds:Signature xmlns:ds="{6}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{7}"/>)"
        R"(<ds:SignatureMethod Algorithm="{8}"/>{9}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo>)"
        R"(<wsse:SecurityTokenReference><wsse:Reference URI="#token" ValueType="{2}"/></wsse:SecurityTokenReference>)"
        R"(</ds:KeyInfo></ds:Signature></wsse:Security>)",
        space_security, encoding_base64, value_type_x509, m->token, utc(now), utc(now + minutes(5)), space_signature,
        algorithm_exclusive, m->algorithm, references);
    constexpr std::size_t depth_of_ours = 200;
    auto document = parse(compose(message, security), depth_of_ours);
    if (!document || !register_ids(**document)) {
        return fail(Failure::configuration, "the body of the question is not sound XML; look at the service file");
    }
    auto * const signature = xmlSecFindNode(xmlDocGetRootElement(document->get()), xmlSecNodeSignature, xmlSecDSigNs);
    std::unique_ptr<xmlSecDSigCtx, http::Freed<xmlSecDSigCtxDestroy>> context(xmlSecDSigCtxCreate(nullptr));
    if (signature == nullptr || !context || EVP_PKEY_up_ref(m->key.get()) != 1) {
        return with("xmlsec gives nothing to sign with");
    }
    auto * const data = xmlSecOpenSSLEvpKeyAdopt(m->key.get());
    context->signKey = xmlSecKeyCreate();
    if (data == nullptr || context->signKey == nullptr || xmlSecKeySetValue(context->signKey, data) != 0) {
        return with("xmlsec does not take the key");
    }
    if (xmlSecDSigCtxSign(context.get(), signature) != 0) {
        return with("xmlsec cannot sign");
    }
    xmlChar * text = nullptr;
    int size = 0;
    xmlDocDumpMemoryEnc(document->get(), &text, &size, "UTF-8");
    std::string signed_message(reinterpret_cast<char const *>(text), static_cast<std::size_t>(size));
    xmlFree(text);
    return signed_message;
}

} // namespace ketensync::connectors::soap
