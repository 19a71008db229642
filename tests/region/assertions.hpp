#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace ketensync::region {

/// Judges what clients say of themselves to have a token (private_key_jwt, RFC 7523): the signature by OpenSSL with the
/// client's public key, the audience, the time, and that no jti comes twice. Any thread may use it.
class Assertions {
public:
    /// Of a client with this public key, PEM.
    void trust(std::string public_key);

    /// Empty when the assertion is good; otherwise what is wrong with it.
    std::string fault_of(std::string_view assertion, std::string_view client, std::string_view audience,
        std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));

private:
    std::mutex m_mutex;
    std::string m_key;
    std::set<std::string> m_used; ///< every jti so far
};

} // namespace ketensync::region
