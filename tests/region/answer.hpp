#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::region {

/// A request, as both servers understand it.
struct Request {
    std::string_view method;
    std::string_view path; ///< without the query
    std::string_view query; ///< without the question mark
    std::string_view authorization;
    std::string_view body;
    std::string_view host {}; ///< "localhost:8443"
    std::string_view client {}; ///< name in the certificate that was shown; empty: none
    std::string_view from_party {}; ///< X-VUM-fromParty
    bool secure = false; ///< over TLS

    /// The value of a parameter of the query, or of a form in the body; empty when absent.
    std::string parameter(std::string_view name) const;
};

/// One piece of a faulty answer, and how long to wait before the next.
struct Piece {
    std::string bytes;
    std::int64_t wait_ms = 0;
};

/// An answer: the body is three texts behind one another, of which the middle lies in the publication.
struct Answer {
    int status = 200;
    std::string_view content_type = "application/json";
    std::string headers; ///< more of them, each with its line end
    std::string head;
    std::string_view slice;
    std::string tail;
    std::shared_ptr<void const> keep; ///< what `slice` lies in
    /// Not empty: these very bytes are sent, and the connection is closed. So an answer breaks off or drips.
    std::vector<Piece> pieces;
    bool close_at_once = false; ///< without a byte

    std::size_t body_size() const { return head.size() + slice.size() + tail.size(); }
    std::string body() const { return head + std::string(slice) + tail; }
    /// "HTTP/1.1 200 OK", the headers and the empty line.
    std::string head_text(bool keep_alive) const;
};

/// RFC 9457.
Answer problem(int status, std::string_view title, std::string_view detail = {});

std::string_view reason_phrase(int status);
std::string url_decoded(std::string_view text);

} // namespace ketensync::region
