#include "daemon/formats/zip_writer.hpp"

#include <zip.h>

#include <fmt/format.h>

#include <memory>

namespace ketensync::formats {

namespace {

/// The first moment that a zip archive can tell.
constexpr zip_uint16_t no_time = 0;
constexpr zip_uint16_t first_day = (1 << 5) | 1;

struct Closed {
    void operator()(zip_t * zip) const { zip_discard(zip); }
};
struct Freed {
    void operator()(zip_source_t * source) const { zip_source_free(source); }
};

tl::unexpected<Error> no_archive(char const * what) { return fail(Failure::bug, fmt::format("no archive: {}", what)); }

} // namespace

Result<std::string> zip_of(std::vector<ZipPart> const & parts)
{
    zip_error_t error;
    zip_error_init(&error);
    std::unique_ptr<zip_source_t, Freed> const made(zip_source_buffer_create(nullptr, 0, 0, &error));
    if (!made) {
        return no_archive("no memory");
    }
    zip_source_keep(made.get()); // the archive takes one, and what it wrote is read from the other
    std::unique_ptr<zip_t, Closed> zip(zip_open_from_source(made.get(), ZIP_TRUNCATE, &error));
    if (!zip) {
        zip_source_free(made.get());
        return no_archive(zip_error_strerror(&error));
    }
    for (auto const & part : parts) {
        auto * const bytes = zip_source_buffer(zip.get(), part.bytes.data(), part.bytes.size(), 0);
        auto const place = bytes == nullptr
            ? -1
            : zip_file_add(zip.get(), part.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
        if (place < 0) {
            zip_source_free(bytes);
            return no_archive(zip_strerror(zip.get()));
        }
        auto const index = static_cast<zip_uint64_t>(place);
        auto const method = part.stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
        if (zip_set_file_compression(zip.get(), index, method, 0) != 0
            || zip_file_set_dostime(zip.get(), index, no_time, first_day, 0) != 0) {
            return no_archive(zip_strerror(zip.get()));
        }
    }
    if (zip_close(zip.get()) != 0) {
        return no_archive(zip_strerror(zip.get()));
    }
    static_cast<void>(zip.release());
    zip_stat_t size;
    if (zip_source_stat(made.get(), &size) != 0 || zip_source_open(made.get()) != 0) {
        return no_archive("it cannot be read back");
    }
    std::string bytes(size.size, '\0');
    auto const read = zip_source_read(made.get(), bytes.data(), bytes.size());
    zip_source_close(made.get());
    if (read != static_cast<zip_int64_t>(bytes.size())) {
        return no_archive("it cannot be read back");
    }
    return bytes;
}

} // namespace ketensync::formats
