#include "tests/support/sftp_server.hpp"

#include "tests/support/free_port.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace ketensync::support {

namespace fs = std::filesystem;

namespace {

constexpr auto program = "/usr/sbin/sshd";

std::string content(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

std::string make_key(fs::path const & file)
{
    Process make({ { "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file.string() }, {}, {} });
    if (make.wait() != 0) {
        throw std::runtime_error("ssh-keygen makes no key: is openssh-client installed?");
    }
    Process show({ { "/usr/bin/ssh-keygen", "-l", "-E", "sha256", "-f", file.string() + ".pub" }, {}, {} });
    auto const text = show.rest();
    show.wait();
    auto const start = text.find("SHA256:");
    return text.substr(start, text.find(' ', start) - start);
}

} // namespace

SftpServer::SftpServer()
    : m_port(free_port())
{
    if (!fs::exists(program)) {
        throw std::runtime_error("there is no OpenSSH server: install openssh-server");
    }
    if (::geteuid() == 0) {
        // Debian's unit makes it, which nobody starts here.
        fs::create_directories("/run/sshd");
    }
    m_host_key = make_key(m_keys / "host");
    make_key(m_keys / "user");
    make_key(m_keys / "another");
    m_keys.write("authorized", content(m_keys / "user.pub"));
    auto const settings = m_keys.write("sshd_config",
        fmt::format("Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\n"
                    "StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                    "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n"
                    "MaxStartups 100\nLogLevel ERROR\n",
            m_port, (m_keys / "host").string(), (m_keys / "authorized").string()));
    m_server = std::make_unique<Process>(
        Process::Start { { program, "-D", "-e", "-f", settings.string() }, {}, m_keys / "sshd.log" });
    for (int tries = 0; !answers(m_port); ++tries) {
        if (tries == 200) {
            throw std::runtime_error("sshd does not answer: " + content(m_keys / "sshd.log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
}

std::string SftpServer::user() const
{
    return ::getpwuid(::geteuid())->pw_name;
}

std::string SftpServer::key() const
{
    return content(m_keys / "user");
}

std::string SftpServer::another_key() const
{
    return content(m_keys / "another");
}

} // namespace ketensync::support
