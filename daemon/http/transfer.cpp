#include "daemon/http/transfer.hpp"

#include "daemon/http/checksum.hpp"
#include "daemon/http/libcurl.hpp"

#include <fmt/format.h>

#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace ketensync::http {

namespace {

/// What one request gathers, and what stopped it.
struct Receipt {
    Response response;
    std::string sum; ///< what the headers say of the body's SHA-256
    bool encoded = false; ///< that is of the body as it came, before its compression was undone
    std::uint64_t bytes_max = 0;
    bool loopback_only = false;
    bool too_large = false;
    bool not_loopback = false;
};

/// From here on an answer gets all the room that it may take: room costs nothing before it is filled, and growing bit by bit
/// would hold an answer twice.
constexpr std::size_t large_answer = 4U << 20;

std::size_t on_body(char * bytes, std::size_t, std::size_t size, void * user)
{
    auto & receipt = *static_cast<Receipt *>(user);
    auto & body = receipt.response.body;
    if (size > receipt.bytes_max - body.size()) {
        receipt.too_large = true;
        return 0;
    }
    if (body.size() < large_answer && body.size() + size >= large_answer) {
        body.reserve(std::min<std::uint64_t>(receipt.bytes_max, 1U << 30));
    }
    body.append(bytes, size);
    return size;
}

std::string_view value_of(std::string_view line, std::string_view name)
{
    if (line.size() <= name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) {
        return {};
    }
    line.remove_prefix(name.size());
    auto const first = line.find_first_not_of(" \t");
    auto const last = line.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos || last < first ? std::string_view() : line.substr(first, last + 1 - first);
}

std::size_t on_header(char * bytes, std::size_t, std::size_t size, void * user)
{
    auto & receipt = *static_cast<Receipt *>(user);
    auto & response = receipt.response;
    std::string_view const line(bytes, size);
    for (auto const & [name, member] :
        { std::pair<std::string_view, std::string Response::*> { "Retry-After:", &Response::retry_after },
            { "Content-Type:", &Response::content_type }, { "ETag:", &Response::etag },
            { "Last-Modified:", &Response::last_modified } }) {
        if (auto const value = value_of(line, name); !value.empty()) {
            response.*member = value;
        }
    }
    for (std::string_view const name : { "Repr-Digest:", "Digest:", "X-Checksum-Sha256:" }) {
        if (auto const value = value_of(line, name); !value.empty()) {
            receipt.sum.append(receipt.sum.empty() ? "" : ", ").append(value);
        }
    }
    receipt.encoded = receipt.encoded || !value_of(line, "Content-Encoding:").empty();
    if (auto const value = value_of(line, "Link:"); !value.empty()) {
        response.link += response.link.empty() ? "" : ", ";
        response.link += value;
    }
    return size;
}

curl_socket_t on_socket(void * user, curlsocktype, curl_sockaddr * address)
{
    auto & receipt = *static_cast<Receipt *>(user);
    if (receipt.loopback_only && !is_loopback(address->addr)) {
        receipt.not_loopback = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

} // namespace

struct Transfer::Inner {
    Address address;
    std::string ca_file;
    TransferLimits limits;
    std::shared_ptr<ClientCertificate const> certificate;
    std::array<char, CURL_ERROR_SIZE> said {}; ///< what went wrong, by libcurl; never shown, for it may hold a target
    CURLM * many = curl_multi_init();
    CURL * one = curl_easy_init();

    Inner(Address where, std::string authority, TransferLimits bounds, std::shared_ptr<ClientCertificate const> own)
        : address(std::move(where))
        , ca_file(std::move(authority))
        , limits(bounds)
        , certificate(std::move(own))
    {
    }
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;
    ~Inner()
    {
        curl_easy_cleanup(one);
        curl_multi_cleanup(many);
    }

    template <typename Value>
    void set(CURLoption option, Value value)
    {
        ok = ok && curl_easy_setopt(one, option, value) == CURLE_OK;
    }
    bool ok = true; ///< every option so far was taken

    void set_policy();
    void show(ClientCertificate const & own);
    /// True when the source ended the handshake because of our certificate, or for want of one.
    bool certificate_refused() const;
    Error error(CURLcode code, Receipt const & receipt) const;
};

// What holds for every request and is nobody's choice.
void Transfer::Inner::set_policy()
{
    curl_easy_reset(one);
    ok = true;
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_PROTOCOLS_STR, address.secure ? "https" : "http");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_ACCEPT_ENCODING, "gzip");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) {
        set(CURLOPT_CAINFO, ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<char const *>(nullptr));
    }
    if (certificate) {
        show(*certificate);
    }
    said.front() = '\0';
    set(CURLOPT_ERRORBUFFER, said.data());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.request_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes));
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.low_speed_time.count()));
    set(CURLOPT_USERAGENT, "ketensync/" KETENSYNC_VERSION);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_OPENSOCKETFUNCTION, &on_socket);
}

// From memory: the key is in no file but the credential's own.
void Transfer::Inner::show(ClientCertificate const & own)
{
    auto const blob = [](std::string const & pem) {
        // libcurl takes what it does not change without const.
        return curl_blob { const_cast<char *>(pem.data()), pem.size(), CURL_BLOB_NOCOPY };
    };
    auto chain = blob(own.chain);
    auto key = blob(own.key);
    set(CURLOPT_SSLCERT_BLOB, &chain);
    set(CURLOPT_SSLKEY_BLOB, &key);
}

// The alerts of RFC 8446, 6.2, as OpenSSL words them: there is no code for what the other side says.
bool Transfer::Inner::certificate_refused() const
{
    std::string_view const text(said.data());
    if (text.find("alert") == std::string_view::npos) {
        return false;
    }
    constexpr std::array<std::string_view, 9> alerts { "certificate required", "bad certificate", "unknown ca",
        "certificate expired", "certificate revoked", "certificate unknown", "unsupported certificate", "access denied",
        "handshake failure" };
    return std::any_of(alerts.begin(), alerts.end(),
        [text](std::string_view alert) { return text.find(alert) != std::string_view::npos; });
}

Error Transfer::Inner::error(CURLcode code, Receipt const & receipt) const
{
    auto const with = [this](Failure failure, std::string_view what) {
        return Error { failure, fmt::format("{}: {}", address.origin, what) };
    };
    if (receipt.too_large) {
        return with(Failure::bad_page, fmt::format("the answer is larger than {} bytes", limits.bytes_max));
    }
    if (receipt.not_loopback) {
        return with(Failure::configuration, "plain http is for this machine only; use https");
    }
    if (certificate_refused()) {
        return with(Failure::refused,
            certificate ? fmt::format("it does not accept the certificate '{}'", certificate->name)
                        : "it wants a certificate of ours");
    }
    switch (code) {
    case CURLE_SSL_CERTPROBLEM:
        return with(Failure::configuration,
            fmt::format(
                "the certificate '{}' and its key cannot be used together", certificate ? certificate->name : ""));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return with(Failure::refused, "the source's certificate is not to be trusted");
    case CURLE_SSL_CACERT_BADFILE:
        return with(Failure::configuration, "the authority's file (ca_file) cannot be read");
    case CURLE_SEND_ERROR:
        return with(Failure::unavailable,
            certificate
                ? fmt::format("it hangs up on us; perhaps it does not accept the certificate '{}'", certificate->name)
                : std::string("it hangs up on us"));
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return with(Failure::configuration, "this is not an address that can be asked");
    case CURLE_BAD_CONTENT_ENCODING:
        return with(Failure::bad_page, "the answer's compression is not sound");
    default:
        return with(Failure::unavailable, fmt::format("no whole answer: {}", curl_easy_strerror(code)));
    }
}

Transfer::Transfer(Address address, std::string ca_file, TransferLimits limits,
    std::shared_ptr<ClientCertificate const> certificate)
{
    initialise_libcurl();
    m = std::make_unique<Inner>(std::move(address), std::move(ca_file), limits, std::move(certificate));
}

Transfer::~Transfer() = default;
Transfer::Transfer(Transfer &&) noexcept = default;

Result<Response> Transfer::run(std::string const & target, std::vector<std::string> const & headers,
    std::optional<std::string> const & body, std::stop_token stop, std::chrono::milliseconds most)
{
    bool const plain = std::none_of(target.begin(), target.end(),
        [](char character) { return static_cast<unsigned char>(character) <= 0x20 || character == 0x7f; });
    if (!plain || !target.starts_with('/')) {
        return fail(Failure::configuration,
            fmt::format("{}: a path does not start with a slash, or holds a space", m->address.origin));
    }
    if (m->many == nullptr || m->one == nullptr) {
        return fail(Failure::bug, "libcurl gives no handle");
    }
    m->set_policy();
    Receipt receipt;
    receipt.bytes_max = m->limits.bytes_max;
    receipt.loopback_only = !m->address.secure;
    m->set(CURLOPT_WRITEDATA, &receipt);
    m->set(CURLOPT_HEADERDATA, &receipt);
    m->set(CURLOPT_OPENSOCKETDATA, &receipt);
    if (most < m->limits.request_timeout) {
        m->set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, most.count())));
    }
    auto const url = m->address.origin + target;
    m->set(CURLOPT_URL, url.c_str());
    if (body) {
        m->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
        m->set(CURLOPT_POSTFIELDS, body->c_str());
    }
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines(nullptr, curl_slist_free_all);
    for (auto const & header : headers) {
        // The list's first node stays the same once there is one.
        auto * const grown = curl_slist_append(lines.get(), header.c_str());
        static_cast<void>(lines.release());
        lines.reset(grown);
    }
    m->set(CURLOPT_HTTPHEADER, lines.get());
    if (!m->ok) {
        return fail(Failure::bug, fmt::format("{}: libcurl refuses an option", m->address.origin));
    }
    auto const code = perform(m->many, m->one, stop);
    if (!code) {
        return fail(Failure::interrupted, "asked to stop");
    }
    if (*code != CURLE_OK) {
        return fail(m->error(*code, receipt));
    }
    long status = 0;
    curl_easy_getinfo(m->one, CURLINFO_RESPONSE_CODE, &status);
    receipt.response.status = static_cast<int>(status);
    constexpr long whole = 200;
    if (status == whole && !receipt.encoded && !is_as_said(receipt.response.body, receipt.sum).value_or(true)) {
        return fail(Failure::unavailable,
            fmt::format("{}: no whole answer: it is not the one whose SHA-256 the source says", m->address.origin));
    }
    return std::move(receipt.response);
}

} // namespace ketensync::http
