#include "daemon/http/mail.hpp"

#include "daemon/base/guarded.hpp"
#include "daemon/http/libcurl.hpp"
#include "daemon/http/openssl_freed.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

namespace ketensync::http {

namespace {

using Easy = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Freed<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, Freed<curl_slist_free_all>>;

void add(List & list, std::string const & line)
{
    auto * const grown = curl_slist_append(list.get(), line.c_str());
    // The list's first node stays the same once there is one.
    static_cast<void>(list.release());
    list.reset(grown);
}

struct Connecting {
    bool loopback_only = false;
    bool not_loopback = false;
    /// None that libcurl closed: its number may be somebody else's by now.
    Guarded<std::set<curl_socket_t>> open {};
};

curl_socket_t on_socket(void * user, curlsocktype, curl_sockaddr * address)
{
    auto & connecting = *static_cast<Connecting *>(user);
    if (connecting.loopback_only && !is_loopback(address->addr)) {
        connecting.not_loopback = true;
        return CURL_SOCKET_BAD;
    }
    auto const made = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (made >= 0) {
        connecting.open.with([made](auto & open) { open.insert(made); });
    }
    return made;
}

int on_close(void * user, curl_socket_t socket)
{
    return static_cast<Connecting *>(user)->open.with([socket](auto & open) {
        open.erase(socket);
        return ::close(socket);
    });
}

/// The letter as it goes over the line: its headers, and its text in base64 (RFC 2045), whatever is in it.
struct Sending {
    std::string bytes;
    std::size_t sent = 0;
};

std::size_t on_read(char * to, std::size_t, std::size_t room, void * user)
{
    auto & sending = *static_cast<Sending *>(user);
    auto const count = std::min(room, sending.bytes.size() - sending.sent);
    sending.bytes.copy(to, count, sending.sent);
    sending.sent += count;
    return count;
}

std::string base64(std::string const & text)
{
    constexpr std::size_t bytes_of_line = 57; // 76 characters
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += bytes_of_line) {
        auto const part = text.substr(at, bytes_of_line);
        std::array<unsigned char, 80> line {};
        auto const size = EVP_EncodeBlock(
            line.data(), static_cast<unsigned char const *>(static_cast<void const *>(part.data())), static_cast<int>(part.size()));
        lines.append(line.begin(), line.begin() + size);
        lines += "\r\n";
    }
    return lines;
}

/// "Mon, 23 Nov 2026 08:00:00 +0000" (RFC 5322), whatever the locale.
std::string date_line(Instant date)
{
    constexpr std::array days { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    constexpr std::array months { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    auto const day = std::chrono::floor<std::chrono::days>(date);
    std::chrono::year_month_day const calendar(day);
    std::chrono::hh_mm_ss const time(std::chrono::floor<std::chrono::seconds>(date - day));
    return fmt::format("Date: {}, {:02} {} {} {:02}:{:02}:{:02} +0000",
        days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(calendar.day()),
        months.at(static_cast<unsigned>(calendar.month()) - 1), static_cast<int>(calendar.year()), time.hours().count(),
        time.minutes().count(), time.seconds().count());
}

bool is_plain(std::string const & text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string host_of(std::string const & address)
{
    auto const at = address.find("://");
    return at == std::string::npos ? std::string("the mail server") : "mail server " + address.substr(at + 3);
}

Error error_of(MailServer const & server, CURLcode code, long answer, Connecting const & connecting)
{
    auto const with = [&server](Failure failure, std::string what) {
        return Error { failure, fmt::format("{}: {}", host_of(server.address), std::move(what)) };
    };
    if (connecting.not_loopback) {
        return with(Failure::configuration, "without TLS only this machine itself is spoken to");
    }
    switch (code) {
    case CURLE_USE_SSL_FAILED:
        return with(Failure::refused, "it offers no TLS (STARTTLS), and without it nothing is said to it");
    case CURLE_PEER_FAILED_VERIFICATION:
        return with(Failure::refused, "its certificate is not trusted; 'ca_file' names the authority, if it is one of your own");
    case CURLE_LOGIN_DENIED:
        // 535 is a wrong password; 454 says that it cannot look now.
        return answer >= 400 && answer < 500 ? with(Failure::unavailable, fmt::format("it cannot check who we are now ({})", answer))
                                             : with(Failure::refused, "it does not accept the user and password");
    case CURLE_SSL_CACERT_BADFILE:
        return with(Failure::configuration, "the file of 'ca_file' cannot be read, or holds no certificate");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return with(Failure::configuration, "this is not the address of a mail server");
    default:
        break;
    }
    if (answer >= 500) {
        return with(Failure::refused, fmt::format("it refuses the message with {}", answer));
    }
    if (answer >= 400) {
        return with(Failure::unavailable, fmt::format("it cannot take the message now: {}", answer));
    }
    return with(Failure::unavailable, curl_easy_strerror(code));
}

} // namespace

Result<void> send_mail(MailServer const & server, Letter const & letter, std::stop_token stop)
{
    if (!is_plain(letter.from) || !is_plain(letter.subject) || !is_plain(letter.id) || letter.to.empty()
        || !std::ranges::all_of(letter.to, is_plain)) {
        return fail(Failure::configuration, fmt::format("{}: a message without sender, receiver or subject", host_of(server.address)));
    }
    initialise_libcurl();
    Connecting connecting;
    connecting.loopback_only = !server.tls_required;
    Multi const many(curl_multi_init());
    Easy const one(curl_easy_init());
    if (!one || !many) {
        return fail(Failure::bug, "libcurl gives no handle");
    }
    bool ok = true;
    auto const set = [&](CURLoption option, auto value) { ok = ok && curl_easy_setopt(one.get(), option, value) == CURLE_OK; };
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_URL, server.address.c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_USE_SSL, static_cast<long>(server.tls_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!server.ca_file.empty()) {
        set(CURLOPT_CAINFO, server.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<char const *>(nullptr));
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(server.request_timeout.count()));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(1L, static_cast<long>(server.request_timeout.count() / 2000)));
    set(CURLOPT_OPENSOCKETFUNCTION, &on_socket);
    set(CURLOPT_OPENSOCKETDATA, &connecting);
    set(CURLOPT_CLOSESOCKETFUNCTION, &on_close);
    set(CURLOPT_CLOSESOCKETDATA, &connecting);
    if (!server.user.empty()) {
        set(CURLOPT_USERNAME, server.user.c_str());
        set(CURLOPT_PASSWORD, server.password.c_str());
    }
    auto const sender = fmt::format("<{}>", letter.from);
    set(CURLOPT_MAIL_FROM, sender.c_str());
    List receivers;
    std::string to;
    for (auto const & each : letter.to) {
        add(receivers, fmt::format("<{}>", each));
        to += fmt::format("{}{}", to.empty() ? "" : ",\r\n ", each);
    }
    set(CURLOPT_MAIL_RCPT, receivers.get());
    Sending sending { fmt::format("{}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
                                  // A machine wrote it: no other machine should answer (RFC 3834).
                                  "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                                  "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                          date_line(letter.date), letter.from, to, letter.subject, letter.id,
                          letter.from.substr(letter.from.find('@') + 1))
        + base64(letter.text) };
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &on_read);
    set(CURLOPT_READDATA, &sending);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(sending.bytes.size()));
    if (!ok) {
        return fail(Failure::bug, fmt::format("{}: libcurl refuses an option", host_of(server.address)));
    }
    auto const abandon = [&connecting] {
        connecting.open.with([](auto const & open) {
            for (auto const socket : open) {
                ::shutdown(socket, SHUT_RDWR);
            }
        });
    };
    auto const code = perform(many.get(), one.get(), stop, abandon);
    if (!code || (*code != CURLE_OK && stop.stop_requested())) {
        return fail(Failure::interrupted, "asked to stop");
    }
    long answer = 0;
    curl_easy_getinfo(one.get(), CURLINFO_RESPONSE_CODE, &answer);
    // The letter is the server's from its 250 on; what goes wrong after that does not change it.
    if (*code == CURLE_OK) {
        return {};
    }
    return fail(error_of(server, *code, answer, connecting));
}

} // namespace ketensync::http
