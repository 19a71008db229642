#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/trace.hpp"
#include "daemon/http/address.hpp"
#include "daemon/http/breaker.hpp"
#include "daemon/http/budget.hpp"
#include "daemon/http/credential.hpp"
#include "daemon/http/retry.hpp"
#include "daemon/http/transfer.hpp"

#include <functional>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::http {

/// How a client behaves. Headers are whole lines, sent with every request.
struct ClientSettings {
    Address address;
    std::string ca_file {};
    std::vector<std::string> headers {};
    TransferLimits limits {};
    RetryPolicy retry {};
    std::chrono::milliseconds answer_timeout { 900'000 }; ///< of all attempts together, waiting included
    std::chrono::milliseconds deadline { std::chrono::milliseconds::max() }; ///< on the monotonic clock: of all answers
    std::shared_ptr<ClientCertificate const> certificate {}; ///< null: none
    Trace trace {}; ///< of the run that asks: each request, and each attempt, is a span of it
};

/// What is asked of a source.
struct Question {
    std::string target; ///< follows the origin from its slash
    std::vector<std::string> headers {}; ///< whole lines, besides those of the client
    /// Gives the body of a POST, anew for each attempt; empty: it is a GET.
    std::function<Result<std::string>()> body {};
    bool conditional = false; ///< 304 is an answer
};

/// Asks one source, as often as it takes and no oftener: within its budget, with its credential, and again after
/// transient trouble. Owned and used by one thread; the credential and the budget may be shared with other clients.
/// Every wait ends at its limit or when `stop` is requested (Failure::interrupted, within 200 ms).
class Client {
public:
    /// `credential`, `budget` and `breaker` may be null. The clock outlives the client.
    Client(ClientSettings settings, std::shared_ptr<Credential> credential, std::shared_ptr<Budget> budget,
        Clock const & clock, std::shared_ptr<Breaker> breaker = nullptr);

    /// Only success (2xx) is an answer: otherwise refused (401, 403: names the credential), bad_page (redirects and
    /// other 4xx) or unavailable. An error's own code ("400.02", "tooManyResults") is told; nothing else of its body.
    Result<Response> ask(Question const & question, std::stop_token stop);
    /// What `ask` makes of an answer of `send`.
    Result<Response> accepted(Response response, bool conditional = false) const;
    Result<Response> get(std::string const & target, std::stop_token stop) { return ask({ target }, stop); }

    /// The answer whatever its status is, after all attempts. Failures are those of Transfer::run, after all attempts,
    /// of the body, and unavailable while the breaker is open.
    Result<Response> send(Question const & question, std::stop_token stop);

    Address const & address() const { return m_settings.address; }

private:
    Result<Response> try_once(Question const & question, std::string const & proof, std::stop_token stop,
        std::chrono::milliseconds most);
    std::string const & credential_name() const;

    ClientSettings m_settings;
    std::shared_ptr<Credential> m_credential;
    std::shared_ptr<Budget> m_budget;
    std::shared_ptr<Breaker> m_breaker;
    Clock const & m_clock;
    Transfer m_transfer;
    bool m_left_alone = false; ///< the breaker was open: there is nothing to try again
    std::minstd_rand m_random { std::random_device()() };
};

} // namespace ketensync::http
