#include "tests/region/certificate.hpp"

#include "daemon/http/openssl_freed.hpp"
#include "tests/region/state.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace ketensync::region {
namespace {

using http::Freed;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr long ten_years = 3650L * 24 * 3600;

void must(bool done, char const * what)
{
    if (!done) {
        throw std::runtime_error(std::string("OpenSSL cannot ") + what);
    }
}

Key make_key()
{
    Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    must(key != nullptr, "make a key");
    return key;
}

void extend(X509 * certificate, X509 * issuer, int nid, char const * value)
{
    X509V3_CTX context {};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension const extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extend a certificate");
}

Certificate make_certificate(EVP_PKEY * key, char const * name, long serial, X509 * issuer)
{
    Certificate certificate(X509_new());
    must(certificate && X509_set_version(certificate.get(), 2) == 1, "make a certificate");
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years);
    X509_set_pubkey(certificate.get(), key);
    auto * subject = X509_get_subject_name(certificate.get());
    auto const * text = reinterpret_cast<unsigned char const *>(name);
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1, "name a certificate");
    must(X509_set_issuer_name(certificate.get(), issuer != nullptr ? X509_get_subject_name(issuer) : subject) == 1,
        "name an issuer");
    return certificate;
}

std::string content_of(BIO * bio)
{
    char * data = nullptr;
    auto const size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    return { data, static_cast<std::size_t>(size) };
}

std::string pem(X509 * certificate)
{
    Memory const bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
    return content_of(bio.get());
}

std::string pem(EVP_PKEY * key)
{
    Memory const bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
    return content_of(bio.get());
}

} // namespace

void make_certificates(std::filesystem::path const & folder)
{
    auto const there = [&folder](char const * file) { return std::filesystem::exists(folder / file); };
    if (there("ca.pem") && there("server.pem") && there("server.key") && there("client.pem") && there("assertion.key")
        && there("assertion.pub")) {
        return;
    }
    auto const authority_key = make_key();
    auto const authority = make_certificate(authority_key.get(), "Simulated region, test authority", 1, nullptr);
    extend(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
    must(X509_sign(authority.get(), authority_key.get(), EVP_sha256()) > 0, "sign the authority");

    auto const key = make_key();
    auto const certificate = make_certificate(key.get(), "localhost", 2, authority.get());
    extend(certificate.get(), authority.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    extend(certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth");
    extend(certificate.get(), authority.get(), NID_authority_key_identifier, "keyid");
    must(X509_sign(certificate.get(), authority_key.get(), EVP_sha256()) > 0, "sign the certificate");

    write_file(folder / "ca.pem", pem(authority.get()));
    write_file(folder / "server.pem", pem(certificate.get()));
    write_file(folder / "server.key", pem(key.get()), true);

    auto const client_key = make_key();
    auto const client = make_certificate(client_key.get(), "ketensync", 3, authority.get());
    extend(client.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(client.get(), authority.get(), NID_ext_key_usage, "clientAuth");
    must(X509_sign(client.get(), authority_key.get(), EVP_sha256()) > 0, "sign a client's certificate");
    write_file(folder / "client.pem", pem(client.get()) + pem(client_key.get()), true);

    Key const signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(2048)));
    must(signer != nullptr, "make an RSA key");
    Memory const bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PUBKEY(bio.get(), signer.get()) == 1, "write a public key");
    write_file(folder / "assertion.key", pem(signer.get()), true);
    write_file(folder / "assertion.pub", content_of(bio.get()));
}

} // namespace ketensync::region
