#include "connectors/soap_crypto.hpp"
#include "connectors/soap_signature.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <xmlsec/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace ketensync::connectors::soap {

namespace {

using Store = std::unique_ptr<X509_STORE, http::Freed<X509_STORE_free>>;
using std::chrono::minutes;

/// Clocks of two parties are never the same.
constexpr auto slack = minutes(5);

tl::unexpected<Error> refuse(std::string_view what)
{
    return fail(Failure::refused, fmt::format("the answer's signature is not to be trusted: {}", what));
}

/// "2026-11-22T11:20:06.123Z", in which the fraction may be absent; nothing when it is written otherwise.
std::optional<Instant> instant_of(std::string const & text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int taken = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &taken)
            != 6
        || text.back() != 'Z') {
        return std::nullopt;
    }
    auto const date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + minutes(minute) + std::chrono::seconds(second);
}

Result<void> check_timestamp(xmlNode const & timestamp, Instant now)
{
    auto const * const created = child(timestamp, space_utility, "Created");
    auto const * const expires = child(timestamp, space_utility, "Expires");
    auto const begin = created == nullptr ? std::nullopt : instant_of(text_of(*created));
    if (!begin) {
        return refuse("its timestamp does not say when it was created");
    }
    auto const end = expires == nullptr ? begin : instant_of(text_of(*expires));
    if (!end || *begin > now + slack || *end < now - slack) {
        return refuse("its timestamp is not of now; look at the clocks of both sides");
    }
    return {};
}

/// The ids that the signature says it is over, provided that each is taken as it is.
Result<std::set<std::string>> signed_ids(xmlNode const & signature)
{
    std::set<std::string> ids;
    auto const * const info = child(signature, space_signature, "SignedInfo");
    if (info == nullptr) {
        return refuse("it is not whole");
    }
    for (auto * node = first_element(*info); node != nullptr; node = next_element(*node)) {
        if (name_of(*node) != "Reference") {
            continue;
        }
        auto const address = attribute_of(*node, {}, "URI");
        if (address.size() < 2 || address.front() != '#') {
            return refuse("it is over something that is not in the message");
        }
        ids.insert(address.substr(1));
    }
    return ids;
}

Certificate token_of(xmlNode const & security, xmlNode const & signature)
{
    auto const * const info = child(signature, space_signature, "KeyInfo");
    auto const * const told = info == nullptr ? nullptr : child(*info, space_security, "SecurityTokenReference");
    auto const * const reference = told == nullptr ? nullptr : child(*told, space_security, "Reference");
    auto const wanted = reference == nullptr ? std::string() : attribute_of(*reference, {}, "URI");
    for (auto * node = first_element(security); node != nullptr; node = next_element(*node)) {
        if (name_of(*node) != "BinarySecurityToken" || wanted != "#" + attribute_of(*node, space_utility, "Id")) {
            continue;
        }
        auto text = text_of(*node);
        text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c <= ' '; }), text.end());
        std::vector<unsigned char> der(text.size() + 4);
        auto const size = EVP_DecodeBlock(
            der.data(), reinterpret_cast<unsigned char const *>(text.data()), static_cast<int>(text.size()));
        auto const * at = static_cast<unsigned char const *>(der.data());
        return Certificate(size <= 0 ? nullptr : d2i_X509(nullptr, &at, size));
    }
    return nullptr;
}

/// xmlsec's own check, with nothing allowed but what we would do ourselves.
bool holds(xmlNode & signature, X509 & certificate)
{
    std::unique_ptr<xmlSecDSigCtx, http::Freed<xmlSecDSigCtxDestroy>> context(xmlSecDSigCtxCreate(nullptr));
    Key key(X509_get_pubkey(&certificate));
    if (!context || !key) {
        return false;
    }
    auto * const data = xmlSecOpenSSLEvpKeyAdopt(key.get());
    if (data == nullptr) {
        return false;
    }
    static_cast<void>(key.release()); // xmlsec has it now
    context->signKey = xmlSecKeyCreate();
    if (context->signKey == nullptr || xmlSecKeySetValue(context->signKey, data) != 0) {
        return false;
    }
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    bool const enabled = xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformExclC14NId) == 0
        && xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformSha256Id) == 0
        && xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformSha384Id) == 0
        && xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformSha512Id) == 0
        && xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformExclC14NId) == 0
        && xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformRsaSha256Id) == 0
        && xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformRsaSha384Id) == 0
        && xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformRsaSha512Id) == 0
        && xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformEcdsaSha256Id) == 0;
    return enabled && xmlSecDSigCtxVerify(context.get(), &signature) == 0
        && context->status == xmlSecDSigStatusSucceeded;
}

} // namespace

struct Verifier::Inner {
    Store store;

    bool believes(X509 & certificate) const
    {
        std::unique_ptr<X509_STORE_CTX, http::Freed<X509_STORE_CTX_free>> const context(X509_STORE_CTX_new());
        return context && X509_STORE_CTX_init(context.get(), store.get(), &certificate, nullptr) == 1
            && X509_verify_cert(context.get()) == 1;
    }
};

Verifier::Verifier(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier &&) noexcept = default;
Verifier & Verifier::operator=(Verifier &&) noexcept = default;

Result<Verifier> Verifier::create(std::string const & ca_file)
{
    if (!start_xmlsec()) {
        return fail(Failure::bug, "xmlsec cannot start");
    }
    auto inner = std::make_unique<Inner>();
    inner->store.reset(X509_STORE_new());
    if (!inner->store || X509_STORE_load_file(inner->store.get(), ca_file.c_str()) != 1
        || X509_STORE_set_flags(inner->store.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1) {
        return fail(Failure::configuration, fmt::format("{} holds no certificates in PEM", ca_file));
    }
    return Verifier(std::move(inner));
}

Result<void> Verifier::check(Envelope const & envelope, Instant now) const
{
    start_xmlsec();
    auto const * const security
        = envelope.header == nullptr ? nullptr : child(*envelope.header, space_security, "Security");
    auto * const signature = security == nullptr ? nullptr : child(*security, space_signature, "Signature");
    if (signature == nullptr) {
        return refuse("there is none");
    }
    if (!register_ids(*envelope.document)) {
        return refuse("two elements have the same id");
    }
    auto const certificate = token_of(*security, *signature);
    if (!certificate) {
        return refuse("it does not show its certificate");
    }
    if (!m->believes(*certificate)) {
        return refuse("its certificate is not of anybody in signing_ca_file");
    }
    if (!holds(*signature, *certificate)) {
        return refuse("it does not fit the message, or is made in a way that is not sound");
    }
    auto const * const timestamp = child(*security, space_utility, "Timestamp");
    if (timestamp == nullptr) {
        return refuse("there is no timestamp");
    }
    KETENSYNC_TRY_ASSIGN(auto const ids, signed_ids(*signature));
    std::vector<xmlNode const *> needed { envelope.body, timestamp };
    for (auto * node = first_element(*envelope.header); node != nullptr; node = next_element(*node)) {
        if (space_of(*node) == space_addressing) {
            needed.push_back(node);
        }
    }
    for (auto const * const node : needed) {
        auto id = attribute_of(*node, space_utility, "Id");
        if (id.empty()) {
            id = attribute_of(*node, {}, "Id");
        }
        if (!ids.contains(id)) {
            return refuse(fmt::format("it is not over '{}'", name_of(*node)));
        }
    }
    return check_timestamp(*timestamp, now);
}

} // namespace ketensync::connectors::soap
