#include "connectors/soap_signature.hpp"

#include "tests/connectors/soap_service.hpp"
#include "tests/support/test_authority.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <gmock/gmock.h>

namespace ketensync::connectors::soap {

using std::chrono::minutes;
using support::TestAuthority;
using testing::HasSubstr;
using testing::Not;

namespace {

Instant const now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());

TestAuthority const & authority()
{
    static TestAuthority const one;
    return one;
}

std::string text_in(BIO * bio)
{
    char * bytes = nullptr;
    auto const size = BIO_get_mem_data(bio, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

/// A certificate that signed itself, and its RSA key: what most of government signs with.
struct SelfSigned {
    std::string certificate;
    std::string key;

    SelfSigned()
    {
        auto * const pair = EVP_RSA_gen(2048);
        auto * const made = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, pair);
        auto * const name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const *>("afzender"), -1, -1, 0);
        X509_set_issuer_name(made, name);
        X509_sign(made, pair, EVP_sha256());
        auto * out = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(out, made);
        certificate = text_in(out);
        out = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
        key = text_in(out);
        X509_free(made);
        EVP_PKEY_free(pair);
    }
};

Signer signer()
{
    return Signer::create("tekenaar", authority().client_certificate(), authority().client_key()).value();
}

Verifier verifier()
{
    return Verifier::create(authority().ca_file().string()).value();
}

Message message()
{
    Message made;
    made.body = R"(<d:Vraag xmlns:d="http://dingen.example/v1"><Nummer>1</Nummer><Naam>Zoë &amp; co</Naam></d:Vraag>)";
    made.addressing = { "https://naar?oin=1", "van", "doe", "urn:uuid:1", {} };
    return made;
}

Result<void> checked(std::string const & text, Verifier const & by = verifier(), Instant at = now)
{
    auto const envelope = open_envelope(text, 64);
    EXPECT_TRUE(envelope) << envelope.error().what;
    return by.check(*envelope, at);
}

std::string replaced(std::string text, std::string const & part, std::string const & by)
{
    auto const at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), by);
}

void expect_refused(std::string const & text, std::string const & because)
{
    auto const result = checked(text);
    ASSERT_FALSE(result) << because;
    EXPECT_EQ(result.error().failure, Failure::refused);
    EXPECT_THAT(result.error().what, HasSubstr(because));
}

} // namespace

TEST(SoapSignature, IsBelievedWhenNothingWasTouched)
{
    auto const text = signer().sign(message(), now);
    ASSERT_TRUE(text) << text.error().what;
    auto const result = checked(*text);
    EXPECT_TRUE(result) << result.error().what;
    EXPECT_THAT(*text, HasSubstr("ecdsa-sha256"));
    EXPECT_THAT(*text, HasSubstr("xml-exc-c14n#"));
    EXPECT_THAT(*text, HasSubstr("#X509v3"));
    // A message that travels is written anew by others: only its canonical form counts.
    EXPECT_TRUE(checked(replaced(*text, "<Nummer>1</Nummer>", "<Nummer\n >1</Nummer >")));
}

TEST(SoapSignature, IsMadeWithRsaTooAndBelievedByTheCertificateItself)
{
    SelfSigned const own;
    auto const text = Signer::create("tekenaar", own.certificate, own.key).value().sign(message(), now);
    ASSERT_TRUE(text) << text.error().what;
    EXPECT_THAT(*text, HasSubstr("rsa-sha256"));
    support::TemporaryFolder const folder;
    folder.write("wie.pem", own.certificate);
    auto const believed = checked(*text, Verifier::create((folder.path() / "wie.pem").string()).value());
    EXPECT_TRUE(believed) << believed.error().what;
    expect_refused(*text, "its certificate is not of anybody in signing_ca_file");
}

TEST(SoapSignature, IsRefusedWhenAnythingSignedWasTouched)
{
    auto const text = signer().sign(message(), now).value();
    for (auto const & [part, by] : { std::pair { "<Nummer>1", "<Nummer>2" }, std::pair { "urn:uuid:1", "urn:uuid:2" },
             std::pair { ">doe<", ">laat<" }, std::pair { "oin=1", "oin=2" } }) {
        expect_refused(replaced(text, part, by), "it does not fit the message");
    }
}

TEST(SoapSignature, IsRefusedWhenTheSignedBodyIsNotTheBody)
{
    auto const text = signer().sign(message(), now).value();
    auto const begin = text.find("<soap:Body");
    auto const end = text.find("</soap:Body>") + 12;
    auto const body = text.substr(begin, end - begin);
    auto const other = R"(<soap:Body><d:Vraag xmlns:d="http://dingen.example/v1"/></soap:Body>)";
    // The signed body is put away where nobody reads it.
    auto const wrapped = replaced(
        replaced(text, body, other), "</soap:Header>", "<x:Weg xmlns:x=\"urn:x\">" + body + "</x:Weg></soap:Header>");
    expect_refused(wrapped, "it is not over 'Body'");
    expect_refused(replaced(wrapped, "<soap:Body><d:", "<soap:Body Id=\"body\"><d:"), "two elements have the same id");
}

TEST(SoapSignature, IsRefusedWhenSomethingIsMissing)
{
    auto const text = signer().sign(message(), now).value();
    expect_refused(compose(message(), {}), "there is none");
    auto const begin = text.find("<ds:Signature ");
    auto const end = text.find("</ds:Signature>") + 15;
    expect_refused(replaced(text, text.substr(begin, end - begin), ""), "there is none");
    expect_refused(
        replaced(text, "URI=\"#token\" ValueType", "URI=\"#ander\" ValueType"), "does not show its certificate");
    expect_refused(
        replaced(text, "<wsa:To ", "<wsa:RelatesTo>urn:uuid:9</wsa:RelatesTo><wsa:To "), "it is not over 'RelatesTo'");
    expect_refused(replaced(text, "xmlenc#sha256", "xmldsig#sha1"), "made in a way that is not sound");
}

TEST(SoapSignature, IsOfNow)
{
    auto const text = signer().sign(message(), now).value();
    EXPECT_TRUE(checked(text, verifier(), now + minutes(9)));
    EXPECT_FALSE(checked(text, verifier(), now + minutes(11)));
    EXPECT_TRUE(checked(text, verifier(), now - minutes(4)));
    EXPECT_FALSE(checked(text, verifier(), now - minutes(6)));
}

TEST(SoapSignature, NeedsAPairAndTellsNothingOfIt)
{
    TestAuthority const other;
    for (auto const & [certificate, key] : { std::pair { std::string("geheim"), authority().client_key() },
             std::pair { authority().client_certificate(), std::string("geheim") },
             std::pair { authority().client_certificate(), other.client_key() } }) {
        auto const made = Signer::create("tekenaar", certificate, key);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().failure, Failure::configuration);
        EXPECT_THAT(made.error().what, HasSubstr("'tekenaar'"));
        EXPECT_THAT(made.error().what, Not(HasSubstr("geheim")));
    }
    EXPECT_FALSE(Verifier::create("/nergens/wie.pem"));
}

} // namespace ketensync::connectors::soap
