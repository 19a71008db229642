#pragma once

#include "tests/region/site.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace ketensync::region {

/// HTTPS on 127.0.0.1, with the certificate in `folder`. The only home of Poco in the region.
class TlsServer {
public:
    /// Port 0: any. Throws std::exception when it cannot listen.
    TlsServer(Site & site, std::uint16_t port, std::filesystem::path const & folder);
    ~TlsServer();
    TlsServer(TlsServer const &) = delete;
    TlsServer & operator=(TlsServer const &) = delete;
    std::uint16_t port() const;

private:
    struct Inner;
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::region
