#pragma once

#include "daemon/http/openssl_freed.hpp"

#include <libxml/tree.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace ketensync::connectors::soap {

using Certificate = std::unique_ptr<X509, http::Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, http::Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, http::Freed<BIO_free_all>>;

inline Bio bio_of(std::string_view bytes)
{
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

inline constexpr char const * algorithm_exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
inline constexpr char const * algorithm_sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
inline constexpr char const * algorithm_rsa_sha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
inline constexpr char const * algorithm_ecdsa_sha256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
inline constexpr char const * value_type_x509
    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";

/// Starts xmlsec once for the process, and keeps it and libxml2 from writing to standard error on this thread.
bool start_xmlsec();

/// Makes every wsu:Id (and Id) of the tree an id. False when two elements have the same one: then nobody can say which
/// of them was signed.
bool register_ids(xmlDoc & document);

} // namespace ketensync::connectors::soap
