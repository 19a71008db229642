#pragma once

#include "connectors/connector.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// Bytes that come in pieces and become a body: in memory while they are few, then in a file without a name, so that
/// nothing is left of it whatever happens. Owned and used by one thread.
class Spool {
public:
    /// `folder` is where such a file may lie; empty for memory only.
    explicit Spool(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }
    ~Spool();
    Spool(Spool const &) = delete;
    Spool & operator=(Spool const &) = delete;

    std::uint64_t size() const { return m_size; }
    /// Failure::unavailable when the folder takes no more.
    Result<void> append(std::string_view piece);
    /// All of it; the spool is empty afterwards.
    Result<Body> body();

private:
    Result<void> write(std::string_view bytes);
    Result<void> open();

    std::filesystem::path m_folder;
    std::uint64_t m_size = 0;
    std::string m_memory; ///< all, or what was not written yet
    int m_file = -1;
};

} // namespace ketensync::connectors
