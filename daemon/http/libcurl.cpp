#include "daemon/http/libcurl.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace ketensync::http {

void initialise_libcurl()
{
    static CURLcode const done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

std::optional<CURLcode> perform(
    CURLM * many, CURL * one, std::stop_token const & stop, std::function<void()> const & abandon)
{
    if (curl_multi_add_handle(many, one) != CURLM_OK) {
        return CURLE_FAILED_INIT;
    }
    std::optional<CURLcode> code;
    {
        std::stop_callback const wake(stop, [many, &abandon] {
            if (abandon) {
                abandon();
            }
            curl_multi_wakeup(many);
        });
        while (!code && !stop.stop_requested()) {
            int running = 0;
            if (curl_multi_perform(many, &running) != CURLM_OK) {
                code = CURLE_FAILED_INIT;
                break;
            }
            int left = 0;
            if (auto const * const message = curl_multi_info_read(many, &left);
                message != nullptr && message->msg == CURLMSG_DONE) {
                code = message->data.result;
                break;
            }
            curl_multi_poll(many, nullptr, 0, 1000, nullptr);
        }
    }
    curl_multi_remove_handle(many, one);
    return code;
}

bool is_loopback(sockaddr const & address)
{
    if (address.sa_family == AF_INET) {
        sockaddr_in v4 {};
        std::memcpy(&v4, &address, sizeof(v4));
        return ntohl(v4.sin_addr.s_addr) >> 24U == 127;
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6 {};
        std::memcpy(&v6, &address, sizeof(v6));
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)
            || (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
    }
    return false;
}

} // namespace ketensync::http
