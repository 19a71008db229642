// Kills the service again and again, and measures how long it takes until it is ready. Usage: revive TIMES PORT SEED
// Runs inside the container. Prints a line "SECONDS" a kill: from the signal to the first 200 of /readyz.

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <random>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

int service()
{
    auto * const pipe = ::popen("systemctl show -p MainPID --value ketensync", "r");
    int pid = 0;
    if (std::fscanf(pipe, "%d", &pid) != 1) {
        pid = 0;
    }
    ::pclose(pipe);
    return pid;
}

bool ready(std::uint16_t port)
{
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place {};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval const patience { 2, 0 };
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool answered = false;
    if (::connect(socket, reinterpret_cast<sockaddr const *>(&place), sizeof place) == 0) {
        std::string const request = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        char answer[16] = {};
        answered = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0 && ::recv(socket, answer, 12, MSG_WAITALL) == 12
            && std::strncmp(answer, "HTTP/1.1 200", 12) == 0;
    }
    ::close(socket);
    return answered;
}

}

int main(int count, char ** words)
{
    if (count < 4) {
        return 64;
    }
    auto const port = static_cast<std::uint16_t>(std::atoi(words[2]));
    std::minstd_rand random(static_cast<unsigned>(std::atoi(words[3])));
    for (int left = std::atoi(words[1]); left > 0; --left) {
        int const pid = service();
        if (pid <= 0 || !ready(port)) {
            std::fprintf(stderr, "the service is not there\n");
            return 1;
        }
        auto const begun = Steady::now();
        ::kill(pid, SIGKILL);
        while (!ready(port)) {
            if (Steady::now() - begun > 60s) {
                std::fprintf(stderr, "the service did not come back\n");
                return 1;
            }
            std::this_thread::sleep_for(2ms);
        }
        std::printf("%.3f\n", std::chrono::duration<double>(Steady::now() - begun).count());
        std::fflush(stdout);
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    }
    return 0;
}
