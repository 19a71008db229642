#pragma once

#include "connectors/access.hpp"
#include "connectors/soap_answer.hpp"
#include "connectors/soap_signature.hpp"
#include "daemon/http/client.hpp"

#include <optional>
#include <random>
#include <stop_token>
#include <string>

namespace ketensync::connectors::soap {

/// One part of what is asked about one key.
struct Question {
    std::string key;
    std::uint64_t size = 0;
    std::string start; ///< XML; empty: the first part
};

struct Answered {
    std::string bytes; ///< as received
    Answer answer;
    std::string refusal; ///< when set aside: the element in the body, as XML
};

/// How one service is spoken with: signs, sends, tries again, and checks what comes back. Owned and used by one thread.
class Exchange {
public:
    struct Settings {
        http::ClientSettings client;
        std::string target; ///< path of the service
        settings::Asking asking;
        settings::Messaging messaging;
        std::size_t depth_max = 64;
    };

    Exchange(Settings settings, Access access, std::optional<Signer> signer, std::optional<Verifier> verifier,
        Clock const & clock);

    /// The answer to a question, after as many attempts as are allowed, each a message of its own.
    Result<Answered> ask(Question const & question, std::stop_token stop);

private:
    /// An answer, or what went wrong and how long the source asks to wait.
    struct Outcome {
        Result<Answered> answered;
        std::optional<std::chrono::milliseconds> retry_after {};
    };

    Outcome ask_once(Question const & question, std::stop_token stop);
    Result<std::string> written(Question const & question, Expected const & expected) const;
    Result<Answered> read(std::string bytes, Expected const & expected) const;
    tl::unexpected<Error> failed(http::Response const & response) const;

    Settings m_settings;
    settings::ServiceRequest m_request;
    std::optional<Signer> m_signer;
    std::optional<Verifier> m_verifier;
    Clock const & m_clock;
    http::RetryPolicy m_retry;
    http::Client m_client;
    std::minstd_rand m_random { std::random_device()() };
};

} // namespace ketensync::connectors::soap
