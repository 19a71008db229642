#include "tests/support/postgres_server.hpp"

#include "tests/support/free_port.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pqxx/pqxx>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ketensync::support {

namespace fs = std::filesystem;

namespace {

constexpr auto user = "postgres";
constexpr auto a_moment = std::chrono::milliseconds(10);

/// Where the newest installed version has its programs; empty when there is none.
fs::path programs()
{
    fs::path newest;
    int version = 0;
    std::error_code error;
    for (auto const & entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
        auto const number = std::atoi(entry.path().filename().c_str());
        if (number > version && fs::exists(entry.path() / "bin/initdb") && fs::exists(entry.path() / "bin/postgres")) {
            version = number;
            newest = entry.path() / "bin";
        }
    }
    return newest;
}

void give_to_server(fs::path const & path)
{
    if (::geteuid() != 0) {
        return;
    }
    auto const * const entry = ::getpwnam(user);
    if (entry == nullptr || ::chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
        throw std::runtime_error("there is no user postgres");
    }
}

} // namespace

bool PostgresServer::installed()
{
    return !programs().empty() && (::geteuid() != 0 || ::getpwnam(user) != nullptr);
}

std::vector<std::string> PostgresServer::as_server(std::vector<std::string> command) const
{
    if (::geteuid() == 0) {
        std::vector<std::string> const before { "/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
            "--pdeathsig=KILL" };
        command.insert(command.begin(), before.begin(), before.end());
    }
    return command;
}

PostgresServer::PostgresServer(std::string const & settings, fs::path const & certificate, fs::path const & key)
    : m_port(free_port())
{
    give_to_server(m_folder.path());
    // Others may pass: the test itself, where it is not the server's user.
    fs::permissions(m_folder.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    auto const data = m_folder / "data";
    Process make({ as_server({ (programs() / "initdb").string(), "--no-sync", "--username=postgres", "--auth=trust",
                       "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata=" + data.string() }),
        {}, m_folder / "initdb.log" });
    make.rest();
    if (make.wait() != 0) {
        throw std::runtime_error("initdb made no cluster");
    }
    std::ofstream(data / "pg_hba.conf") << "local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n";
    std::ofstream configuration(data / "postgresql.conf", std::ios::app);
    configuration << fmt::format("listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n"
                                 "shared_buffers = 64MB\nmax_connections = 30\nlog_min_messages = warning\n",
        m_port, m_folder.path().string());
    if (!certificate.empty()) {
        for (auto const & [from, to] : { std::pair(certificate, data / "server.crt"), std::pair(key, data / "server.key") }) {
            fs::copy_file(from, to);
            fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
            give_to_server(to);
        }
        configuration << "ssl = on\n";
    }
    configuration << settings << '\n';
    configuration.close();
    start();
}

PostgresServer::~PostgresServer()
{
    if (m_server) {
        m_server->signal(SIGQUIT);
        m_server->wait();
    }
}

std::string PostgresServer::log() const
{
    std::ifstream stream(m_folder / "server.log");
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

void PostgresServer::start()
{
    for (int tries = 0; tries < 2000; ++tries) {
        if (!m_server) {
            m_server = std::make_unique<Process>(Process::Start {
                as_server({ (programs() / "postgres").string(), "-D", (m_folder / "data").string() }), {},
                m_folder / "server.log" });
        }
        try {
            execute("postgres", "SELECT 1");
            return;
        } catch (std::exception const &) {
            std::this_thread::sleep_for(a_moment);
        }
        // A killed server's last processes may still hold its memory: then it ends at once, and is started again.
        if (m_server->ended()) {
            m_server.reset();
        }
    }
    throw std::runtime_error("PostgreSQL does not answer: " + log());
}

std::vector<pid_t> PostgresServer::processes() const
{
    std::vector<pid_t> found;
    std::error_code error;
    for (auto const & entry : fs::directory_iterator("/proc", error)) {
        if (std::atoi(entry.path().filename().c_str()) == 0) {
            continue;
        }
        std::ifstream stat(entry.path() / "stat");
        std::string const text { std::istreambuf_iterator<char>(stat), std::istreambuf_iterator<char>() };
        if (auto const end = text.rfind(')'); end != std::string::npos) {
            std::istringstream after(text.substr(end + 1));
            char state = 0;
            pid_t parent = 0;
            after >> state >> parent;
            if (parent == m_server->pid()) {
                found.push_back(std::atoi(entry.path().filename().c_str()));
            }
        }
    }
    return found;
}

void PostgresServer::kill()
{
    auto const children = processes();
    m_server->signal(SIGKILL);
    for (auto const child : children) {
        ::kill(child, SIGKILL);
    }
    m_server->wait();
    m_server.reset();
}

void PostgresServer::stop()
{
    m_server->signal(SIGINT);
    m_server->wait();
    m_server.reset();
}

void PostgresServer::signal_backend(int backend, int number) const
{
    auto const ours = processes();
    if (std::ranges::find(ours, backend) != ours.end()) {
        ::kill(backend, number);
    }
}

void PostgresServer::make_database(std::string const & database) const
{
    execute("postgres", fmt::format("CREATE DATABASE \"{}\"", database));
}

void PostgresServer::execute(std::string const & database, std::string const & sql) const
{
    pqxx::connection connection(
        fmt::format("host={} port={} dbname={} user=postgres", m_folder.path().string(), m_port, database));
    pqxx::nontransaction(connection).exec(sql);
}

std::vector<std::vector<std::string>> PostgresServer::values(std::string const & database, std::string const & sql) const
{
    pqxx::connection connection(
        fmt::format("host={} port={} dbname={} user=postgres", m_folder.path().string(), m_port, database));
    pqxx::nontransaction work(connection);
    std::vector<std::vector<std::string>> found;
    for (auto const & row : work.exec(sql)) {
        auto & values = found.emplace_back();
        for (auto const & field : row) {
            values.emplace_back(field.is_null() ? "" : field.c_str());
        }
    }
    return found;
}

std::vector<std::string> PostgresServer::rows(std::string const & database, std::string const & sql) const
{
    std::vector<std::string> found;
    for (auto const & row : values(database, sql)) {
        found.push_back(fmt::format("{}", fmt::join(row, "|")));
    }
    return found;
}

std::int64_t PostgresServer::number(std::string const & database, std::string const & sql) const
{
    auto const found = rows(database, sql);
    return found.empty() || found.front().empty() ? 0 : std::stoll(found.front());
}

} // namespace ketensync::support
