#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::support {

/// Debian's own PostgreSQL with a cluster of its own, on loopback and on a socket in its folder, ended with this object.
/// It refuses to work as root, and then runs as the user that Debian makes for it. Throws std::runtime_error.
class PostgresServer {
public:
    /// False where postgresql is not installed: the test says so and is skipped.
    static bool installed();

    /// `settings`: lines for postgresql.conf. `certificate` and `key`: files for TLS; empty: none.
    explicit PostgresServer(std::string const & settings = {}, std::filesystem::path const & certificate = {},
        std::filesystem::path const & key = {});
    ~PostgresServer();
    PostgresServer(PostgresServer const &) = delete;
    PostgresServer & operator=(PostgresServer const &) = delete;

    std::uint16_t port() const { return m_port; }
    /// Of the socket, on which everybody may be anybody. Over TCP a password is asked.
    std::string socket_folder() const { return m_folder.path().string(); }
    std::string log() const;

    /// Ends the server at once, all its processes, as a power cut would.
    void kill();
    /// In good order; open sessions are ended.
    void stop();
    void start();
    /// Sends a signal to the server process of a session: SIGSTOP freezes it.
    void signal_backend(int backend, int number) const;

    /// As the administrator. `database` is made once with `make_database`.
    void make_database(std::string const & database) const;
    void execute(std::string const & database, std::string const & sql) const;
    /// The rows as text; what is nothing is empty.
    std::vector<std::vector<std::string>> values(std::string const & database, std::string const & sql) const;
    /// The same, values parted by |.
    std::vector<std::string> rows(std::string const & database, std::string const & sql) const;
    std::int64_t number(std::string const & database, std::string const & sql) const;

private:
    std::vector<std::string> as_server(std::vector<std::string> command) const;
    std::vector<pid_t> processes() const;

    TemporaryFolder m_folder {};
    std::uint16_t m_port = 0;
    std::unique_ptr<Process> m_server {};
};

} // namespace ketensync::support
