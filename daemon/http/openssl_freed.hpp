#pragma once

namespace ketensync::http {

/// Frees an object of OpenSSL or libcurl by its own function: std::unique_ptr<X509, Freed<X509_free>>.
template <auto Free>
struct Freed {
    template <typename Object>
    void operator()(Object * object) const
    {
        Free(object);
    }
};

} // namespace ketensync::http
