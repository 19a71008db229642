#include "daemon/http/certificate.hpp"

#include "daemon/http/openssl_freed.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>

namespace ketensync::http {

namespace {

using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

std::optional<Instant> end_of(X509 const & certificate)
{
    using namespace std::chrono;
    std::tm moment {};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &moment) != 1) {
        return std::nullopt;
    }
    auto const day = year(moment.tm_year + 1900) / (moment.tm_mon + 1) / moment.tm_mday;
    return Instant(sys_days(day)) + hours(moment.tm_hour) + minutes(moment.tm_min) + seconds(moment.tm_sec);
}

} // namespace

Result<CertificateEnds> certificate_ends(std::string_view pem)
{
    Memory const memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::optional<CertificateEnds> ends;
    ERR_clear_error();
    while (memory) {
        Certificate const certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
        if (!certificate) {
            break;
        }
        auto const end = end_of(*certificate);
        if (!end) {
            ends.reset();
            break;
        }
        ends = ends ? CertificateEnds { std::min(ends->first, *end), std::max(ends->last, *end) } : CertificateEnds { *end, *end };
    }
    bool const broken = ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE; // how a text ends
    ERR_clear_error();
    if (!ends || broken) {
        return fail(Failure::configuration, "it holds no certificate in PEM that can be read");
    }
    return *ends;
}

} // namespace ketensync::http
