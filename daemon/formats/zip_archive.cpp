#include "daemon/formats/zip_archive.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <array>

namespace ketensync::formats {

namespace {

/// Small archives of much that is alike are sound; a bomb is one because of what it comes to.
constexpr std::size_t never_a_bomb_bytes = 16U << 20;
constexpr std::size_t ratio_max = 100;

tl::unexpected<Error> damaged(std::string_view what)
{
    return fail(Failure::bad_page, fmt::format("the archive is damaged: {}", what));
}

} // namespace

struct ZipArchive::Inner {
    zip_t * zip = nullptr;
    std::size_t packed_bytes = 0;
    std::size_t unpacked_bytes = 0;
    std::size_t unpacked_bytes_max = 0;

    Inner() = default;
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;
    ~Inner()
    {
        if (zip != nullptr) {
            zip_discard(zip);
        }
    }

    Result<void> count(std::size_t bytes)
    {
        unpacked_bytes += bytes;
        if (unpacked_bytes > unpacked_bytes_max) {
            return fail(
                Failure::bad_page, fmt::format("the archive unpacks to more than {} bytes", unpacked_bytes_max));
        }
        if (unpacked_bytes > never_a_bomb_bytes && unpacked_bytes / ratio_max > packed_bytes) {
            return fail(
                Failure::bad_page, fmt::format("the archive unpacks to more than {} times its size", ratio_max));
        }
        return {};
    }
};

ZipArchive::ZipArchive(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
ZipArchive::~ZipArchive() = default;
ZipArchive::ZipArchive(ZipArchive &&) noexcept = default;

Result<ZipArchive> ZipArchive::open(std::string_view bytes, std::size_t unpacked_bytes_max)
{
    auto inner = std::make_unique<Inner>();
    inner->packed_bytes = bytes.size();
    inner->unpacked_bytes_max = unpacked_bytes_max;
    zip_error_t error;
    zip_error_init(&error);
    auto * const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    inner->zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (inner->zip == nullptr) {
        std::string const what = zip_error_strerror(&error);
        zip_error_fini(&error);
        if (source != nullptr) {
            zip_source_free(source);
        }
        return damaged(what);
    }
    zip_error_fini(&error);
    return ZipArchive(std::move(inner));
}

bool ZipArchive::has(std::string const & name) const
{
    return zip_name_locate(m->zip, name.c_str(), ZIP_FL_NOCASE) >= 0;
}

Result<void> ZipArchive::read(std::string const & name, Use const & use)
{
    auto const index = zip_name_locate(m->zip, name.c_str(), ZIP_FL_NOCASE);
    zip_stat_t status;
    zip_stat_init(&status);
    if (index < 0 || zip_stat_index(m->zip, static_cast<zip_uint64_t>(index), 0, &status) != 0) {
        return damaged(fmt::format("it has no part '{}'", name));
    }
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE) {
        return fail(Failure::bad_page, "the archive is encrypted: deliver it without a password");
    }
    std::unique_ptr<zip_file_t, decltype(&zip_fclose)> const file(
        zip_fopen_index(m->zip, static_cast<zip_uint64_t>(index), 0), &zip_fclose);
    if (!file) {
        return damaged(fmt::format("part '{}': {}", name, zip_strerror(m->zip)));
    }
    std::array<char, 1U << 16U> piece;
    for (;;) {
        auto const got = zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0) {
            return damaged(fmt::format("part '{}': {}", name, zip_file_strerror(file.get())));
        }
        auto const size = static_cast<std::size_t>(got);
        KETENSYNC_TRY(m->count(size));
        KETENSYNC_TRY(use({ piece.data(), size }, size == 0));
        if (size == 0) {
            return {};
        }
    }
}

} // namespace ketensync::formats
