#include "daemon/sftp/connection.hpp"

#include <fmt/format.h>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace ketensync::sftp {

using std::chrono::milliseconds;

namespace {

/// How long nobody looks whether to stop.
constexpr milliseconds slice { 50 };

/// A question to the resolver, which may outlive who asked it: glibc cannot always be made to forget one.
struct Question {
    std::string host;
    std::string port;
    addrinfo hints {};
    gaicb request {};
    ~Question()
    {
        if (request.ar_result != nullptr) {
            freeaddrinfo(request.ar_result);
        }
    }
};

tl::unexpected<Error> stopped()
{
    return fail(Failure::interrupted, "asked to stop");
}

Result<std::unique_ptr<Question>> resolve(
    std::string const & host, std::uint16_t port, milliseconds & left, std::stop_token const & stop)
{
    auto question = std::make_unique<Question>();
    question->host = host;
    question->port = std::to_string(port);
    question->hints.ai_socktype = SOCK_STREAM;
    question->request.ar_name = question->host.c_str();
    question->request.ar_service = question->port.c_str();
    question->request.ar_request = &question->hints;
    auto * request = &question->request;
    if (getaddrinfo_a(GAI_NOWAIT, &request, 1, nullptr) != 0) {
        return fail(Failure::unavailable, "the name of the server cannot be looked up");
    }
    for (; gai_error(request) == EAI_INPROGRESS; left -= slice) {
        if (stop.stop_requested() || left <= milliseconds(0)) {
            if (gai_cancel(request) == EAI_NOTCANCELED) {
                static_cast<void>(question.release()); // glibc writes its answer there yet
            }
            return stop.stop_requested()
                ? stopped()
                : fail(Failure::unavailable, "looking up the name of the server takes too long");
        }
        timespec const wait { 0, std::chrono::nanoseconds(slice).count() };
        gai_suspend(&request, 1, &wait);
    }
    if (gai_error(request) != 0) {
        return fail(Failure::unavailable, "the name of the server is not known");
    }
    return question;
}

/// The connected socket, or an errno.
tl::expected<int, int> connected(addrinfo const & address, milliseconds & left, std::stop_token const & stop)
{
    int const socket
        = ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol);
    if (socket < 0) {
        return tl::unexpected(errno);
    }
    int error = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    while (error == EINPROGRESS && left > milliseconds(0) && !stop.stop_requested()) {
        pollfd waiting { socket, POLLOUT, 0 };
        if (::poll(&waiting, 1, static_cast<int>(slice.count())) > 0) {
            socklen_t size = sizeof(error);
            ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
            break;
        }
        left -= slice;
    }
    if (error == 0) {
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        return socket;
    }
    ::close(socket);
    return tl::unexpected(error);
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(
    std::string const & host, std::uint16_t port, milliseconds timeout, std::stop_token const & stop)
{
    auto left = timeout;
    KETENSYNC_TRY_ASSIGN(auto const question, resolve(host, port, left, stop));
    int error = ETIMEDOUT;
    for (auto const * address = question->request.ar_result; address != nullptr; address = address->ai_next) {
        auto const socket = connected(*address, left, stop);
        if (socket) {
            return std::unique_ptr<Connection>(new Connection(*socket));
        }
        error = socket.error();
        if (stop.stop_requested()) {
            return stopped();
        }
    }
    return fail(Failure::unavailable,
        error == EINPROGRESS ? "nobody answers in time"
                             : fmt::format("no connection: {}", std::system_category().message(error)));
}

Connection::Connection(int socket)
    : m_socket(socket)
    , m_watch([this](std::stop_token const & stop) { watch(stop); })
{
}

Connection::~Connection()
{
    m_watch.request_stop();
    m_watch.join();
    ::close(m_socket);
}

void Connection::expect(milliseconds timeout)
{
    std::scoped_lock const lock(m_mutex);
    ++m_turn;
    m_timeout = timeout;
    m_changed.notify_all();
}

void Connection::rest()
{
    expect(milliseconds(0));
}

void Connection::cut()
{
    ::shutdown(m_socket, SHUT_RDWR);
}

bool Connection::late() const
{
    std::scoped_lock const lock(m_mutex);
    return m_late;
}

void Connection::watch(std::stop_token const & stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (m_timeout == milliseconds(0)) {
            m_changed.wait(lock, stop, [this] { return m_timeout != milliseconds(0); });
            continue;
        }
        auto const turn = m_turn;
        bool const moved = m_changed.wait_for(lock, stop, m_timeout, [&] { return m_turn != turn; });
        if (!moved && !stop.stop_requested()) {
            m_late = true;
            m_timeout = milliseconds(0);
            cut();
        }
    }
}

} // namespace ketensync::sftp
