#include "daemon/web/control.hpp"

#include "daemon/web/local_socket.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <optional>
#include <streambuf>
#include <thread>

#include <grp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ketensync::web {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds patience { 10'000 };
constexpr std::size_t text_bytes = 8U << 10; ///< of one message, about

std::string message(nlohmann::ordered_json const & json)
{
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

/// How much of `text` may be sent without cutting a letter in two.
std::size_t whole_letters(std::string_view text)
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 4); ++back) {
        auto const byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xc0U) != 0x80U) {
            std::size_t const length = byte < 0x80U ? 1 : byte < 0xe0U ? 2 : byte < 0xf0U ? 3 : 4;
            return length > back ? text.size() - back : text.size();
        }
    }
    return text.size();
}

/// The other side as three streams. Once it has not taken something in time, nothing more is sent.
class Wire {
public:
    Wire(LocalSocket & socket, ControlLimits const & limits, std::function<bool()> over)
        : m_socket(socket), m_limits(limits), m_over(std::move(over))
    {
    }

    bool send(nlohmann::ordered_json const & json)
    {
        m_broken = m_broken || !m_socket.write(message(json), m_limits.write);
        return !m_broken;
    }
    bool gone() const { return m_broken || m_over() || m_socket.gone(); }

    /// A line that somebody types; nothing at the end.
    std::optional<std::string> ask()
    {
        if (!send({ { "ask", true } })) {
            return std::nullopt;
        }
        auto const line = m_socket.line(m_limits.request_bytes, m_limits.answer, m_over);
        if (!line || !*line) {
            m_broken = true;
            return std::nullopt;
        }
        auto const json = nlohmann::json::parse(**line, nullptr, false);
        if (!json.is_object() || !json.contains("in") || !json["in"].is_string()) {
            return std::nullopt;
        }
        return json["in"].get<std::string>() + '\n';
    }

private:
    LocalSocket & m_socket;
    ControlLimits const & m_limits;
    std::function<bool()> m_over;
    bool m_broken = false;
};

/// Text that is written goes out as messages under that name.
class Said : public std::streambuf {
public:
    Said(Wire & wire, std::string name) : m_wire(wire), m_name(std::move(name)) { }

    int sync() override
    {
        if (send_letters() != 0) {
            return -1;
        }
        bool const sent = m_text.empty() || m_wire.send({ { m_name, m_text } });
        m_text.clear();
        return sent ? 0 : -1;
    }

protected:
    int_type overflow(int_type letter) override
    {
        m_text += static_cast<char>(letter);
        return m_text.size() < text_bytes || send_letters() == 0 ? letter : traits_type::eof();
    }
    std::streamsize xsputn(char const * text, std::streamsize size) override
    {
        m_text.append(text, static_cast<std::size_t>(size));
        return m_text.size() < text_bytes || send_letters() == 0 ? size : 0;
    }

private:
    /// All but a letter of which the rest is still to be written.
    int send_letters()
    {
        for (;;) {
            auto const size = whole_letters(std::string_view(m_text).substr(0, std::min(m_text.size(), text_bytes)));
            if (size == 0) {
                return 0;
            }
            bool const sent = m_wire.send({ { m_name, m_text.substr(0, size) } });
            m_text.erase(0, size);
            if (!sent) {
                m_text.clear();
                return -1;
            }
        }
    }

    Wire & m_wire;
    std::string m_name;
    std::string m_text;
};

/// What is read is asked for, a line at a time.
class Asked : public std::streambuf {
public:
    Asked(Wire & wire, std::ostream & out) : m_wire(wire), m_out(out) { }

protected:
    int_type underflow() override
    {
        m_out.flush(); // the question comes before the wait for its answer
        auto line = m_wire.ask();
        if (!line) {
            return traits_type::eof();
        }
        m_line = std::move(*line);
        setg(m_line.data(), m_line.data(), m_line.data() + m_line.size());
        return traits_type::to_int_type(m_line.front());
    }

private:
    Wire & m_wire;
    std::ostream & m_out;
    std::string m_line;
};

std::optional<gid_t> group_of(std::string const & name)
{
    std::array<char, 16384> room {};
    group entry {};
    group * found = nullptr;
    return ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) == 0 && found != nullptr
        ? std::optional(found->gr_gid)
        : std::nullopt;
}

/// A group that this process is not in cannot be given the socket: then nobody of it is answered.
bool is_member(gid_t number)
{
    std::array<gid_t, 1024> groups {};
    auto const count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    return ::geteuid() == 0 || ::getegid() == number
        || std::find(groups.begin(), groups.begin() + std::max(count, 0), number) != groups.begin() + std::max(count, 0);
}

class LocalControl final : public ControlServer {
public:
    LocalControl(LocalSocket socket, std::optional<gid_t> group, Handler handler, health::Heartbeats & heartbeats, Log const & log,
        ControlLimits limits)
        : m_socket(std::move(socket)), m_group(group), m_handler(std::move(handler)), m_log(log), m_limits(limits),
          m_beat(heartbeats.add("control")), m_bell(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          m_thread([this](std::stop_token const & stop) { accept_all(stop); })
    {
    }
    ~LocalControl() override
    {
        m_thread.request_stop();
        m_thread.join();
        m_over = true;
        for (auto const & session : m_sessions) {
            session.socket.hang_up();
        }
        m_sessions.clear();
        ::close(m_bell);
    }
    LocalControl(LocalControl const &) = delete;
    LocalControl & operator=(LocalControl const &) = delete;

private:
    struct Session {
        explicit Session(LocalSocket taken) : socket(std::move(taken)) { }
        LocalSocket socket;
        std::atomic<bool> over = false;
        std::jthread thread; ///< last: it uses the others
    };

    void accept_all(std::stop_token const & stop)
    {
        std::stop_callback const wake(stop, [this] { static_cast<void>(::eventfd_write(m_bell, 1)); });
        while (!stop.stop_requested()) {
            std::array<pollfd, 2> polled { { { m_socket.descriptor(), POLLIN, 0 }, { m_bell, POLLIN, 0 } } };
            ::poll(polled.data(), polled.size(), static_cast<int>(m_beat.idle().count()));
            m_beat.busy(patience);
            int const taken = ::accept4(m_socket.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            m_sessions.remove_if([](Session const & session) { return session.over.load(); });
            if (taken < 0) {
                continue;
            }
            LocalSocket socket(taken);
            if (m_sessions.size() >= m_limits.connections) {
                socket.write(message({ { "error", "ketensync: too many ask the service at once; try again\n" } })
                        + message({ { "exit", exit_code(Failure::busy) } }),
                    milliseconds(0));
                continue;
            }
            auto & session = m_sessions.emplace_back(std::move(socket));
            session.thread = std::jthread([this, &session] {
                try {
                    serve(session.socket);
                } catch (std::exception const & exception) {
                    m_log.error("control: {}", exception.what());
                }
                session.socket.hang_up();
                session.over = true;
            });
        }
    }

    void serve(LocalSocket & socket)
    {
        Wire wire(socket, m_limits, [this] { return m_over.load(); });
        auto const refuse = [&wire](Failure failure, std::string const & what) {
            wire.send({ { "error", "ketensync: " + what + "\n" } });
            wire.send({ { "exit", exit_code(failure) } });
        };
        auto const peer = socket.peer();
        if (!peer) {
            return refuse(Failure::refused, peer.error().what);
        }
        if (peer->user != 0 && peer->user != ::geteuid() && !(m_group && peer->in_group(*m_group))) {
            m_log.warning("control: {} was refused: not in the group of operators", peer->name);
            return refuse(Failure::refused, "this account is not in the group of operators");
        }
        wire.send({ { "service", KETENSYNC_VERSION } });
        auto const line = socket.line(m_limits.request_bytes, m_limits.request, [this] { return m_over.load(); });
        if (!line) {
            return refuse(Failure::usage, line.error().what);
        }
        auto const json = *line ? nlohmann::json::parse(**line, nullptr, false) : nlohmann::json();
        if (!*line) {
            return; // it only looked whether somebody is here
        }
        if (!json.is_object() || !json.contains("words") || !json["words"].is_array()
            || !std::ranges::all_of(json["words"], [](auto const & word) { return word.is_string(); })) {
            return refuse(Failure::usage, "this is not a request: {\"words\": [\"--status\"]} is one");
        }
        Said out(wire, "out"), error(wire, "error");
        std::ostream out_stream(&out), error_stream(&error);
        Asked in(wire, out_stream);
        std::istream in_stream(&in);
        auto const flag = [&json](char const * name) { return json.contains(name) && json[name].is_boolean() && json[name].get<bool>(); };
        ControlCall call { peer->name, json["words"].get<std::vector<std::string>>(), flag("terminal"), flag("live"), in_stream,
            out_stream, error_stream, [&wire] { return wire.gone(); } };
        int const code = m_handler(call);
        out_stream.flush();
        error_stream.flush();
        wire.send({ { "exit", code } });
    }

    LocalSocket m_socket;
    std::optional<gid_t> m_group;
    Handler m_handler;
    Log const & m_log;
    ControlLimits const m_limits;
    health::Heartbeats::Beat m_beat;
    int m_bell;
    std::atomic<bool> m_over = false;
    std::list<Session> m_sessions; ///< of the accepting thread
    std::jthread m_thread;         ///< last: it uses the others
};

} // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(std::filesystem::path const & socket, std::string const & group,
    Handler handler, health::Heartbeats & heartbeats, Log const & log, ControlLimits limits)
{
    auto number = group_of(group);
    if (number && !is_member(*number)) {
        number.reset();
    }
    KETENSYNC_TRY_ASSIGN(auto listening, LocalSocket::listen(socket, number.value_or(static_cast<gid_t>(-1))));
    return std::make_unique<LocalControl>(std::move(listening), number, std::move(handler), heartbeats, log, limits);
}

} // namespace ketensync::web
