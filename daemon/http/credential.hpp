#pragma once

#include "daemon/base/result.hpp"
#include "daemon/base/trace.hpp"

#include <stop_token>
#include <string>
#include <string_view>

namespace ketensync::http {

/// What requests to a source prove themselves with. Shared by the feeds of the source; any thread. Its value is in no
/// message: only `name` is.
class Credential {
public:
    virtual ~Credential() = default;
    /// The name under which an operator knows it.
    virtual std::string const & name() const = 0;
    /// The header line for the next request of that run: "Authorization: Bearer ...".
    virtual Result<std::string> header(Trace const & trace, std::stop_token stop) = 0;
    /// The source refused `header` with 401. True when the next one may be another.
    virtual bool refused(std::string_view header) = 0;
};

/// A credential that stays as it is: a token, a user and password, a key.
class FixedCredential final : public Credential {
public:
    /// The value may not hold a control character: it would become a header of its own.
    static Result<FixedCredential> bearer(std::string name, std::string_view token);
    static Result<FixedCredential> basic(std::string name, std::string_view user, std::string_view password);
    static Result<FixedCredential> key(std::string name, std::string_view header, std::string_view key);

    std::string const & name() const override { return m_name; }
    Result<std::string> header(Trace const &, std::stop_token) override { return m_header; }
    bool refused(std::string_view) override { return false; }

private:
    FixedCredential(std::string name, std::string header)
        : m_name(std::move(name))
        , m_header(std::move(header))
    {
    }
    static Result<FixedCredential> checked(std::string name, std::string header);

    std::string m_name;
    std::string m_header;
};

/// "Authorization: Basic ..." of RFC 7617.
std::string basic_header(std::string_view user, std::string_view password);

} // namespace ketensync::http
