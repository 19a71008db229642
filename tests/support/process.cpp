#include "tests/support/process.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ketensync::support {

Process::Process(Start const & start)
{
    std::array<int, 2> output {};
    if (::pipe2(output.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    auto const parent = ::getpid();
    m_pid = ::fork();
    if (m_pid == 0) {
        // Nothing that a test starts outlives it.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) {
            ::_exit(127);
        }
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::dup2(output[1], STDOUT_FILENO);
        if (!start.error.empty()) {
            auto const error = ::open(start.error.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(error, STDERR_FILENO);
        }
        for (auto const & [name, value] : start.environment) {
            ::setenv(name.c_str(), value.c_str(), 1);
        }
        std::vector<char *> words;
        for (auto const & word : start.command) {
            words.push_back(const_cast<char *>(word.c_str()));
        }
        words.push_back(nullptr);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    ::close(output[1]);
    m_output = output[0];
}

Process::~Process()
{
    if (m_pid > 0) {
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    ::close(m_output);
}

std::optional<std::string> Process::line()
{
    for (;;) {
        if (auto const end = m_buffer.find('\n'); end != std::string::npos) {
            auto found = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return found;
        }
        std::array<char, 4096> bytes {};
        auto const size = ::read(m_output, bytes.data(), bytes.size());
        if (size <= 0) {
            return std::nullopt;
        }
        m_buffer.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

std::string Process::rest()
{
    std::string text;
    while (auto const next = line()) {
        text += *next + '\n';
    }
    return text + m_buffer;
}

int Process::wait(std::chrono::seconds patience)
{
    auto const deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        int status = 0;
        rusage usage {};
        auto const ended = ::wait4(m_pid, &status, WNOHANG, &usage);
        if (ended == m_pid) {
            m_pid = -1;
            m_peak_kib = usage.ru_maxrss;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        if (std::chrono::steady_clock::now() > deadline) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
            m_pid = -1;
            return 124;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

bool Process::ended() const
{
    siginfo_t how {};
    return m_pid <= 0 || (::waitid(P_PID, static_cast<id_t>(m_pid), &how, WEXITED | WNOHANG | WNOWAIT) == 0 && how.si_pid == m_pid);
}

void Process::signal(int number) const
{
    if (m_pid > 0) {
        ::kill(m_pid, number);
    }
}

} // namespace ketensync::support
