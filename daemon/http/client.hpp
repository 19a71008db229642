#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/http/address.hpp"
#include "daemon/http/budget.hpp"
#include "daemon/http/credential.hpp"
#include "daemon/http/retry.hpp"
#include "daemon/http/transfer.hpp"

#include <memory>
#include <optional>
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
};

/// Asks one source, as often as it takes and no oftener: within its budget, with its credential, and again after
/// transient trouble. Owned and used by one thread; the credential and the budget may be shared with other clients.
/// Every wait ends at its limit or when `stop` is requested (Failure::interrupted, within 200 ms).
class Client {
public:
    /// `credential` and `budget` may be null. The clock outlives the client.
    Client(ClientSettings settings, std::shared_ptr<Credential> credential, std::shared_ptr<Budget> budget,
        Clock const & clock);

    /// The answer to GET of `target`, which follows the origin from its slash. Only success (2xx) is an answer:
    /// otherwise refused (401, 403: names the credential), bad_page (redirects and other 4xx) or unavailable.
    Result<Response> get(std::string const & target, std::stop_token stop);

    /// The answer to a GET, or a POST of a form when there is one, whatever its status is after all attempts. Failures
    /// are those of Transfer::run, after all attempts.
    Result<Response> send(std::string const & target, std::optional<std::string> const & form, std::stop_token stop);

    Address const & address() const { return m_settings.address; }

private:
    ClientSettings m_settings;
    std::shared_ptr<Credential> m_credential;
    std::shared_ptr<Budget> m_budget;
    Clock const & m_clock;
    Transfer m_transfer;
    std::minstd_rand m_random { std::random_device()() };
};

} // namespace ketensync::http
