#include "daemon/sftp/session.hpp"

#include "daemon/sftp/connection.hpp"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

namespace ketensync::sftp {

namespace {

/// Asked for at once, and how often before the first answer is here: what a server may have under way for us.
constexpr std::uint32_t piece_bytes = 32'768;
constexpr std::size_t pieces_under_way = 32;
/// Of one folder; a listing is held in memory.
constexpr std::size_t files_max = 100'000;

template <typename Handle, auto release>
struct Releases {
    void operator()(Handle * handle) const { release(handle); }
};
using Attributes = std::unique_ptr<sftp_attributes_struct, Releases<sftp_attributes_struct, sftp_attributes_free>>;
using Key = std::unique_ptr<ssh_key_struct, Releases<ssh_key_struct, ssh_key_free>>;
using Open = std::unique_ptr<sftp_file_struct, Releases<sftp_file_struct, sftp_close>>;
using Folder = std::unique_ptr<sftp_dir_struct, Releases<sftp_dir_struct, sftp_closedir>>;

bool is_plain(std::string_view name)
{
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char character) {
        return character == '/' || static_cast<unsigned char>(character) < 0x20;
    });
}

RemoteFile shown(std::string name, sftp_attributes_struct const & attributes)
{
    // The seconds of SFTP 3 are 32 bits without a sign.
    return { std::move(name), attributes.size, static_cast<std::int64_t>(attributes.mtime) };
}

} // namespace

struct Session::Inner {
    std::string server; ///< for messages
    std::string credential;
    std::chrono::milliseconds answer_timeout { 0 };
    std::unique_ptr<Connection> connection;
    ssh_session ssh = ssh_new();
    sftp_session sftp = nullptr;

    Inner() = default;
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;
    ~Inner()
    {
        if (connection) {
            connection->cut(); // so that no goodbye is waited for
        }
        if (sftp != nullptr) {
            sftp_free(sftp);
        }
        if (ssh != nullptr) {
            ssh_disconnect(ssh);
            ssh_free(ssh);
        }
    }

    tl::unexpected<Error> failed(Failure failure, std::string_view what) const
    {
        return fail(failure, fmt::format("{}: {}", server, what));
    }

    /// What an answer means that is no success.
    tl::unexpected<Error> error(std::stop_token const & stop) const
    {
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        if (connection->late()) {
            return failed(Failure::unavailable, "no answer in time");
        }
        switch (sftp == nullptr || ssh_is_connected(ssh) == 0 ? SSH_FX_CONNECTION_LOST : sftp_get_error(sftp)) {
        case SSH_FX_NO_SUCH_FILE:
        case SSH_FX_NO_SUCH_PATH:
            return failed(Failure::unavailable, "there is no such file or folder");
        case SSH_FX_PERMISSION_DENIED:
        case SSH_FX_WRITE_PROTECT:
            return failed(Failure::refused, "it does not allow this");
        case SSH_FX_CONNECTION_LOST:
        case SSH_FX_NO_CONNECTION:
            return failed(Failure::unavailable, "the connection was lost");
        default:
            return failed(Failure::unavailable, "it does not do what it was asked");
        }
    }

    Result<void> set(Settings const & settings);
    Result<void> know_the_server(std::vector<std::string> const & host_keys) const;
    Result<void> log_in(std::string const & private_key, std::stop_token const & stop) const;
};

namespace {

/// While it lives an answer is waited for: not longer than the limit, and not when asked to stop.
class Waiting {
public:
    Waiting(Connection & connection, std::chrono::milliseconds timeout, std::stop_token const & stop)
        : m_connection(connection)
        , m_timeout(timeout)
        , m_stopped(stop, Cut { connection })
    {
        again();
    }
    ~Waiting() { m_connection.rest(); }
    Waiting(Waiting const &) = delete;
    Waiting & operator=(Waiting const &) = delete;
    void again() { m_connection.expect(m_timeout); }

private:
    struct Cut {
        Connection & connection;
        void operator()() const { connection.cut(); }
    };
    Connection & m_connection;
    std::chrono::milliseconds m_timeout;
    std::stop_callback<Cut> m_stopped;
};

} // namespace

Result<void> Session::Inner::set(Settings const & settings)
{
    int const no = 0;
    // One of its own: libssh closes what it was given, and by the time that we did so too the number could be another file's.
    int const socket = ::fcntl(connection->socket(), F_DUPFD_CLOEXEC, 0);
    auto const timeout = std::chrono::duration_cast<std::chrono::seconds>(settings.connect_timeout).count() + 1;
    unsigned const port = settings.port;
    // Nothing of this machine's own settings for ssh, and none of its known hosts: only the pin counts.
    bool const taken = ssh_options_set(ssh, SSH_OPTIONS_PROCESS_CONFIG, &no) == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_SSH_DIR, "/dev/null") == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_HOST, settings.host.c_str()) == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_PORT, &port) == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_USER, settings.user.c_str()) == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_TIMEOUT, &timeout) == SSH_OK
        && ssh_options_set(ssh, SSH_OPTIONS_FD, &socket) == SSH_OK;
    if (!taken || socket < 0) {
        ::close(socket);
        return failed(Failure::configuration, "libssh does not take these settings");
    }
    return {};
}

Result<void> Session::Inner::know_the_server(std::vector<std::string> const & host_keys) const
{
    ssh_key found = nullptr;
    unsigned char * hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_server_publickey(ssh, &found) != SSH_OK) {
        return failed(Failure::refused, "the server shows no key");
    }
    Key const key(found);
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) {
        return failed(Failure::refused, "the server's key has no fingerprint");
    }
    char * const text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    std::string const shown_key = text == nullptr ? "" : text;
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    if (shown_key.empty() || std::find(host_keys.begin(), host_keys.end(), shown_key) == host_keys.end()) {
        return failed(Failure::refused,
            fmt::format("the server shows another key than host_keys has ({}): nothing was sent; ask who runs it",
                shown_key));
    }
    return {};
}

Result<void> Session::Inner::log_in(std::string const & private_key, std::stop_token const & stop) const
{
    // Called for a key with a passphrase, it would otherwise ask for one on the terminal.
    auto const no_passphrase = [](char const *, char *, std::size_t, int, int, void *) { return -1; };
    ssh_key found = nullptr;
    if (ssh_pki_import_privkey_base64(private_key.c_str(), nullptr, no_passphrase, nullptr, &found) != SSH_OK) {
        return failed(Failure::configuration,
            fmt::format("the credential '{}' is no private key of OpenSSH without a passphrase", credential));
    }
    Key const key(found);
    switch (ssh_userauth_publickey(ssh, nullptr, key.get())) {
    case SSH_AUTH_SUCCESS:
        return {};
    case SSH_AUTH_DENIED:
    case SSH_AUTH_PARTIAL:
        return failed(Failure::refused, fmt::format("it does not accept the credential '{}'", credential));
    default:
        return error(stop);
    }
}

Session::Session(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
Session::~Session() = default;
Session::Session(Session &&) noexcept = default;
Session & Session::operator=(Session &&) noexcept = default;

Result<Session> Session::open(Settings const & settings, std::stop_token stop)
{
    auto inner = std::make_unique<Inner>();
    inner->server = fmt::format("sftp://{}:{}", settings.host, settings.port);
    inner->credential = settings.credential;
    inner->answer_timeout = settings.answer_timeout;
    auto connection = Connection::open(settings.host, settings.port, settings.connect_timeout, stop);
    if (!connection) {
        auto error = std::move(connection).error();
        return error.failure == Failure::interrupted ? Result<Session>(fail(std::move(error)))
                                                     : inner->failed(error.failure, error.what);
    }
    inner->connection = std::move(*connection);
    if (inner->ssh == nullptr) {
        return inner->failed(Failure::bug, "libssh gives no session");
    }
    KETENSYNC_TRY(inner->set(settings));
    Waiting const waiting(*inner->connection, settings.connect_timeout, stop);
    if (ssh_connect(inner->ssh) != SSH_OK) {
        return inner->error(stop);
    }
    KETENSYNC_TRY(inner->know_the_server(settings.host_keys));
    KETENSYNC_TRY(inner->log_in(settings.private_key, stop));
    inner->sftp = sftp_new(inner->ssh);
    if (inner->sftp == nullptr || sftp_init(inner->sftp) != SSH_OK) {
        return inner->error(stop);
    }
    return Session(std::move(inner));
}

Result<std::vector<RemoteFile>> Session::list(std::string const & folder, std::stop_token stop)
{
    Waiting waiting(*m->connection, m->answer_timeout, stop);
    Folder const open(sftp_opendir(m->sftp, folder.c_str()));
    if (!open) {
        return m->error(stop);
    }
    std::vector<RemoteFile> files;
    while (Attributes const entry { sftp_readdir(m->sftp, open.get()) }) {
        waiting.again();
        if (entry->name != nullptr && entry->type == SSH_FILEXFER_TYPE_REGULAR && is_plain(entry->name)) {
            files.push_back(shown(entry->name, *entry));
        }
        if (files.size() > files_max) {
            return m->failed(Failure::bad_page, fmt::format("the folder holds more than {} files", files_max));
        }
    }
    if (sftp_dir_eof(open.get()) == 0) {
        return m->error(stop);
    }
    return files;
}

Result<std::optional<RemoteFile>> Session::look_at(std::string const & path, std::stop_token stop)
{
    Waiting const waiting(*m->connection, m->answer_timeout, stop);
    Attributes const found(sftp_lstat(m->sftp, path.c_str()));
    if (!found) {
        bool const answered = ssh_is_connected(m->ssh) != 0 && !stop.stop_requested();
        if (answered && sftp_get_error(m->sftp) == SSH_FX_NO_SUCH_FILE) {
            return std::nullopt;
        }
        return m->error(stop);
    }
    if (found->type != SSH_FILEXFER_TYPE_REGULAR) {
        return std::nullopt;
    }
    return shown(path.substr(path.rfind('/') + 1), *found);
}

Result<void> Session::read(std::string const & path, std::uint64_t offset, Use const & use, std::stop_token stop)
{
    Waiting waiting(*m->connection, m->answer_timeout, stop);
    Open const file(sftp_open(m->sftp, path.c_str(), O_RDONLY, 0));
    if (!file) {
        return m->error(stop);
    }
    std::string piece(piece_bytes, '\0');
    std::deque<std::uint32_t> asked;
    bool ends = false; // an answer told that there is no more, or not as much as was asked
    sftp_seek64(file.get(), offset);
    for (;;) {
        while (!ends && asked.size() < pieces_under_way) {
            auto const number = sftp_async_read_begin(file.get(), piece_bytes);
            if (number < 0) {
                return m->error(stop);
            }
            asked.push_back(static_cast<std::uint32_t>(number));
        }
        if (asked.empty()) {
            return {};
        }
        auto const got = sftp_async_read(file.get(), piece.data(), piece_bytes, asked.front());
        asked.pop_front();
        waiting.again();
        if (got < 0) {
            return m->error(stop);
        }
        auto const size = static_cast<std::uint32_t>(got);
        if (size < piece_bytes) {
            // What was asked for behind it is not what follows: let it come, and ask anew from here.
            std::string skipped(piece_bytes, '\0');
            for (; !asked.empty(); asked.pop_front()) {
                sftp_seek64(file.get(), offset); // behind an end, libssh would not even fetch the answer
                if (sftp_async_read(file.get(), skipped.data(), piece_bytes, asked.front()) < 0) {
                    return m->error(stop);
                }
            }
            ends = size == 0;
            sftp_seek64(file.get(), offset + size);
        }
        offset += size;
        KETENSYNC_TRY(use(std::string_view(piece).substr(0, size)));
    }
}

Result<void> Session::rename(std::string const & from, std::string const & to, std::stop_token stop)
{
    // OpenSSH's own way of renaming, which libssh prefers, would replace a file.
    KETENSYNC_TRY_ASSIGN(auto const there, look_at(to, stop));
    if (there) {
        return m->failed(Failure::refused, "a file of that name is there already");
    }
    Waiting const waiting(*m->connection, m->answer_timeout, stop);
    return sftp_rename(m->sftp, from.c_str(), to.c_str()) == SSH_OK ? Result<void>() : m->error(stop);
}

Result<void> Session::remove(std::string const & path, std::stop_token stop)
{
    Waiting const waiting(*m->connection, m->answer_timeout, stop);
    return sftp_unlink(m->sftp, path.c_str()) == SSH_OK ? Result<void>() : m->error(stop);
}

} // namespace ketensync::sftp
