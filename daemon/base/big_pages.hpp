#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace ketensync {

/// Memory for tables of many megabytes that are looked up anywhere: in pages of 2 MiB where the kernel gives them, for
/// with pages of 4 KiB finding the page costs more than what is read from it. What is small comes from the heap. Large
/// memory goes back to the kernel as soon as it is let go of.
template <typename T>
struct BigPages {
    using value_type = T;
    static constexpr std::size_t page = 2U << 20U;
    static constexpr std::size_t big = 8 * page; ///< of less, what is left of the last page is too much to waste

    BigPages() = default;
    template <typename Other>
    BigPages(BigPages<Other> const &) // NOLINT(google-explicit-constructor): what an allocator must have
    {
    }

    T * allocate(std::size_t count)
    {
        auto const bytes = count * sizeof(T);
        if (bytes < big) {
            return static_cast<T *>(::operator new(bytes));
        }
        // The kernel gives large mappings an address where big pages fit, or enough of it.
        void * const at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) {
            throw std::bad_alloc();
        }
        ::madvise(at, bytes, MADV_HUGEPAGE); // a wish: without it all goes on, slower
        return static_cast<T *>(at);
    }
    void deallocate(T * at, std::size_t count)
    {
        auto const bytes = count * sizeof(T);
        if (bytes < big) {
            ::operator delete(at);
        } else {
            ::munmap(at, bytes);
        }
    }
    template <typename Other>
    bool operator==(BigPages<Other> const &) const
    {
        return true;
    }
};

template <typename T>
using BigVector = std::vector<T, BigPages<T>>;

} // namespace ketensync
