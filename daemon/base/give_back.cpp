#include "daemon/base/give_back.hpp"

#include <cstddef>
#include <cstdint>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace ketensync {

namespace {

int give_back_code(dl_phdr_info * object, std::size_t, void *)
{
    auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        auto const & segment = object->dlpi_phdr[i];
        // Only what was never written is the same when it is read from its file again.
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 && (segment.p_flags & PF_W) == 0) {
            auto const begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
            auto const end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
            // The loader tells addresses as numbers.
            static_cast<void>(::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED));
        }
    }
    return 0;
}

}

void give_back_heap() { malloc_trim(0); }

void give_back_memory()
{
    give_back_heap();
    dl_iterate_phdr(&give_back_code, nullptr);
}

}
