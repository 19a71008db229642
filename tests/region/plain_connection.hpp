#pragma once

#include "tests/region/site.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

namespace ketensync::region {

/// One connection of the plain server: reads requests, asks the site, sends answers. Owns its socket; used by the
/// server's thread only.
class PlainConnection {
public:
    enum class Wants { reading, writing, waiting, closing };
    using Time = std::chrono::steady_clock::time_point;

    PlainConnection(Site & site, int socket)
        : m_site(site)
        , m_socket(socket)
    {
    }
    ~PlainConnection();
    PlainConnection(PlainConnection const &) = delete;
    PlainConnection & operator=(PlainConnection const &) = delete;

    /// Goes on as far as it can without waiting; says what it waits for.
    Wants go_on(Time now);
    /// When a dripping answer goes on.
    Time next_piece() const { return m_next_piece; }
    int socket() const { return m_socket; }

private:
    bool read_some();
    /// Cuts a request off the input and starts its answer; false when there is no whole one yet.
    bool start_answer();
    bool send_segments();

    Site & m_site;
    int m_socket;
    std::string m_in;
    Answer m_answer;
    std::string m_head;
    std::size_t m_sent = 0;
    bool m_answering = false;
    bool m_keep_alive = true;
    bool m_ended = false;
    std::deque<Piece> m_pieces;
    Time m_next_piece {};
};

} // namespace ketensync::region
