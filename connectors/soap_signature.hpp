#pragma once

#include "connectors/soap_envelope.hpp"

#include <memory>
#include <string>

namespace ketensync::connectors::soap {

/// Signs messages by WS-Security 1.0 (X.509 token profile): exclusive canonicalisation, SHA-256, the certificate in the
/// message as a BinarySecurityToken, a timestamp, and a signature over the body and every element of the header. Owned
/// and used by one thread.
class Signer {
public:
    /// A certificate (the first of `chain` is ours) and its private key, both PEM, RSA or EC. `name` is that of the
    /// credential, for messages. Failure::configuration when they are no pair.
    static Result<Signer> create(std::string name, std::string const & chain, std::string const & key);
    ~Signer();
    Signer(Signer &&) noexcept;
    Signer & operator=(Signer &&) noexcept;

    /// The whole message as XML, signed at `now` and good for five minutes.
    Result<std::string> sign(Message const & message, Instant now) const;

private:
    struct Inner;
    explicit Signer(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
};

/// Checks the signatures of messages we receive. Owned and used by one thread.
class Verifier {
public:
    /// `ca_file`: certificates (PEM) of the authorities, or of the very senders, that are believed.
    static Result<Verifier> create(std::string const & ca_file);
    ~Verifier();
    Verifier(Verifier &&) noexcept;
    Verifier & operator=(Verifier &&) noexcept;

    /// Failure::refused, with what is wrong, unless body, timestamp and everything of WS-Addressing are signed by one
    /// who is believed, with algorithms that are sound, and the timestamp is of now.
    Result<void> check(Envelope const & envelope, Instant now) const;

private:
    struct Inner;
    explicit Verifier(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::connectors::soap
