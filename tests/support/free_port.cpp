#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ketensync::support {

namespace {

sockaddr * plain(sockaddr_in & address)
{
    return static_cast<sockaddr *>(static_cast<void *>(&address));
}

sockaddr_in of_loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

} // namespace

std::uint16_t free_port()
{
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = of_loopback(0);
    socklen_t size = sizeof(address);
    ::bind(socket, plain(address), size);
    ::getsockname(socket, plain(address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
}

bool answers(std::uint16_t port)
{
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = of_loopback(port);
    bool const open = ::connect(socket, plain(address), sizeof(address)) == 0;
    ::close(socket);
    return open;
}

} // namespace ketensync::support
