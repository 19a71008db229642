#pragma once

#include "daemon/base/result.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ketensync::formats {

/// A zip archive that lies in memory, of which parts are unpacked piece by piece. The only place that knows libzip.
/// What is not sound is Failure::bad_page. Owned and used by one thread; the bytes outlive it.
class ZipArchive {
public:
    /// `unpacked_bytes_max` bounds all that is ever unpacked of it, together; and so does its own size: what unpacks to
    /// more than a hundred times that was made to exhaust its reader.
    static Result<ZipArchive> open(std::string_view bytes, std::size_t unpacked_bytes_max);
    ~ZipArchive();
    ZipArchive(ZipArchive &&) noexcept;

    bool has(std::string const & name) const;

    /// Takes the next piece of a part; true in `last` with the final one, which may be empty. Views last for the call.
    using Use = std::function<Result<void>(std::string_view piece, bool last)>;
    /// Unpacks the part `name`, in whatever case it is written, and checks its checksum at the end: what was handed
    /// over before counts only when this succeeds. A failure of `use` is passed on.
    Result<void> read(std::string const & name, Use const & use);

private:
    struct Inner;
    explicit ZipArchive(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
};

} // namespace ketensync::formats
