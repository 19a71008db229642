#pragma once

#include <curl/curl.h>

#include <functional>
#include <optional>
#include <stop_token>

struct sockaddr;

namespace ketensync::http {

// What every use of libcurl needs. For the sources of this folder only.

/// Before the first handle of the process; again does nothing. Any thread.
void initialise_libcurl();

/// Runs the prepared transfer to its end; nothing when asked to stop (within 200 ms). Both handles are of this thread.
/// `abandon` is called when asked to stop, by the thread that asks: libcurl waits inside for some answers, and for that to
/// its goodbye.
std::optional<CURLcode> perform(
    CURLM * many, CURL * one, std::stop_token const & stop, std::function<void()> const & abandon = {});

/// An address of this machine itself, IPv4 in IPv6 included.
bool is_loopback(sockaddr const & address);

} // namespace ketensync::http
