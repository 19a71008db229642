#include "daemon/commands/ask_service.hpp"

#include "daemon/commands/reading.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/control_socket.hpp"
#include "daemon/web/local_socket.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace ketensync::commands {

namespace {

using std::chrono::milliseconds;
using web::LocalSocket;

/// Of a message of the service: it cuts what it says into parts.
constexpr std::size_t message_bytes = 1U << 20;
constexpr milliseconds greeting { 15'000 };
constexpr milliseconds as_long_as_it_takes { std::chrono::hours(24 * 7) };

/// Whoever may not read the configuration of the system's service may still be in the group that may ask it.
std::filesystem::path socket_of(std::filesystem::path const & config)
{
    std::filesystem::path const of_system = "/run/ketensync/control";
    std::error_code error;
    if (config == Options().config && std::filesystem::exists(of_system, error)) {
        return of_system;
    }
    settings::Faults faults;
    auto const read = settings::read_config(config, faults);
    return read ? settings::control_socket(read->state_folder) : std::filesystem::path();
}

class Conversation {
public:
    Conversation(LocalSocket socket, Options const & options, Streams const & streams)
        : m_socket(std::move(socket)), m_options(options), m_streams(streams)
    {
    }

    int hold(std::span<char const * const> words)
    {
        if (auto const greeted = next(greeting); !greeted) {
            return tell(greeted.error(), m_streams);
        } else if (greeted->contains("exit")) {
            return last(*greeted);
        }
        nlohmann::json request { { "words", nlohmann::json::array() }, { "terminal", m_streams.terminal }, { "live", m_streams.live } };
        for (std::string_view const word : words) {
            request["words"].push_back(word);
        }
        m_socket.write(dumped(request), greeting);
        for (;;) {
            auto const message = next(as_long_as_it_takes);
            if (!message) {
                return tell(message.error(), m_streams);
            }
            if (message->contains("exit")) {
                return last(*message);
            }
            if (message->contains("ask")) {
                std::string line;
                nlohmann::json const said = std::getline(m_streams.in, line) ? nlohmann::json(line) : nlohmann::json();
                m_socket.write(dumped({ { "in", said } }), greeting);
            }
        }
    }

private:
    static std::string dumped(nlohmann::json const & json)
    {
        return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    }

    int last(nlohmann::json const & message)
    {
        auto const code = message["exit"].is_number_integer() ? message["exit"].get<int>() : exit_code(Failure::bug);
        return code == 0 && m_file && !m_file->flush() ? exit_code(Failure::cannot_write) : code;
    }

    /// The next message; what it says is said already.
    Result<nlohmann::json> next(milliseconds patience)
    {
        auto const stop = m_signals.token();
        auto const line = m_socket.line(message_bytes, patience, [&stop] { return stop.stop_requested(); });
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "no longer waiting: what the service does, it goes on with; --cancel ends a run");
        }
        if (!line) {
            return fail(Failure::busy, "the service does not answer: " + line.error().what);
        }
        if (!*line) {
            return fail(Failure::unavailable, "the service ended, or takes its leave; what was asked is done in part, or not at all");
        }
        auto message = nlohmann::json::parse(**line, nullptr, false);
        if (!message.is_object()) {
            return fail(Failure::bug, "the service said something that is no message");
        }
        say(message);
        return message;
    }

    void say(nlohmann::json const & message)
    {
        if (message.contains("out") && message["out"].is_string()) {
            out() << message["out"].get_ref<std::string const &>() << std::flush;
        }
        if (message.contains("error") && message["error"].is_string()) {
            m_streams.error << message["error"].get_ref<std::string const &>() << std::flush;
        }
    }

    /// A model is written where this account may write, not where the service may.
    std::ostream & out()
    {
        if (m_options.command != Command::learn) {
            return m_streams.out;
        }
        if (!m_file) {
            m_file.emplace(m_options.save_model, std::ios::binary | std::ios::trunc);
        }
        return *m_file;
    }

    StopSignals const m_signals;
    LocalSocket m_socket;
    Options const & m_options;
    Streams const & m_streams;
    std::optional<std::ofstream> m_file;
};

} // namespace

std::optional<int> ask_service(Options const & options, std::span<char const * const> words, Streams const & streams)
{
    auto const socket = socket_of(options.config);
    if (socket.empty()) {
        return std::nullopt; // the fault of the configuration is told by who reads it
    }
    auto connected = LocalSocket::connect(socket);
    if (!connected) {
        if (connected.error().failure == Failure::unavailable) {
            return std::nullopt;
        }
        if (connected.error().failure == Failure::refused) {
            streams.error << "ketensync: the service is asked by root and the group ketensync-operators: " << connected.error().what << '\n';
            return exit_code(Failure::refused);
        }
        return tell(connected.error(), streams);
    }
    return Conversation(std::move(*connected), options, streams).hold(words);
}

} // namespace ketensync::commands
