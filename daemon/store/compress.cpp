#include "daemon/store/compress.hpp"

#include <memory>

#include <zstd.h>

namespace ketensync::store {

namespace {

std::string compress_at(int level, std::string_view bytes)
{
    // A context costs more to make than a page to compress; one for each thread that needs it.
    thread_local std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> const context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
    // Room for what cannot be made smaller; only what is filled of it takes memory.
    auto const room = ZSTD_compressBound(bytes.size());
    auto const compressed = std::make_unique_for_overwrite<char[]>(room);
    auto const size = ZSTD_compressCCtx(context.get(), compressed.get(), room, bytes.data(), bytes.size(), level);
    return ZSTD_isError(size) != 0 ? std::string() : std::string(compressed.get(), size);
}

}

std::string compress(std::string_view bytes) { return compress_at(1, bytes); }
std::string compress_for_now(std::string_view bytes) { return compress_at(-5, bytes); }

Result<std::string> decompress(std::string_view compressed, std::size_t bytes_max)
{
    auto const size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > bytes_max) {
        return fail(Failure::configuration, "a stored page is damaged: restore the state from a backup");
    }
    std::string bytes(size, '\0');
    if (auto const got = ZSTD_decompress(bytes.data(), bytes.size(), compressed.data(), compressed.size());
        ZSTD_isError(got) != 0 || got != size) {
        return fail(Failure::configuration, "a stored page is damaged: restore the state from a backup");
    }
    return bytes;
}

}
