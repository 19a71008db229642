#pragma once

#include "tests/region/answer.hpp"
#include "tests/region/assertions.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ketensync::region {

/// The OAuth2 authority of the training providers: gives tokens to clients for a while, by their secret (in the header
/// or in the form), by a signed assertion, or by the certificate they show. Any thread may use it.
class Tokens {
public:
    explicit Tokens(std::chrono::seconds lifetime)
        : m_lifetime(lifetime)
    {
    }
    Assertions & assertions() { return m_assertions; }
    /// POST /oauth/token.
    Answer give(Request const & request);
    /// True when the header holds a token that was given for this source and has not expired.
    bool good(std::string_view authorization, std::string_view source) const;
    /// All tokens given so far are worth nothing any more.
    void revoke_all();

private:
    struct Given {
        std::string source;
        std::chrono::steady_clock::time_point until;
    };

    bool proves(Request const & request, std::string_view source);

    Assertions m_assertions;
    std::chrono::seconds m_lifetime;
    mutable std::mutex m_mutex;
    std::map<std::string, Given, std::less<>> m_given;
    std::uint64_t m_count = 0;
};

/// True when the header is "Bearer " and this secret.
bool bears(std::string_view authorization, std::string_view secret);

} // namespace ketensync::region
