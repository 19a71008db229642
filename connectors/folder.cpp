#include "connectors/folder.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace ketensync::connectors {

namespace {

constexpr std::uint64_t mapped_from_bytes = 16U << 20;

class Descriptor {
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    ~Descriptor()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    Descriptor(Descriptor const &) = delete;
    Descriptor & operator=(Descriptor const &) = delete;
    int number() const { return m_number; }

private:
    int m_number;
};

struct Mapping {
    void * memory;
    std::size_t size;
    Mapping(void * start, std::size_t bytes)
        : memory(start)
        , size(bytes)
    {
    }
    ~Mapping() { ::munmap(memory, size); }
    Mapping(Mapping const &) = delete;
    Mapping & operator=(Mapping const &) = delete;
};

std::optional<FolderFile> shown(std::string name, struct stat const & status)
{
    if (!S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    return FolderFile { std::move(name), static_cast<std::uint64_t>(status.st_size),
        status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec };
}

bool is_plain(std::string_view name)
{
    return std::none_of(
        name.begin(), name.end(), [](char character) { return static_cast<unsigned char>(character) < 0x20; });
}

} // namespace

bool fits(std::string_view name, std::string_view pattern)
{
    // The last star may always take more: going back to it alone is enough, so no pattern is slow.
    std::size_t at = 0;
    std::size_t wanted = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    while (at < name.size()) {
        if (wanted < pattern.size() && pattern[wanted] == '*') {
            star = wanted++;
            taken = at;
        } else if (wanted < pattern.size() && (pattern[wanted] == '?' || pattern[wanted] == name[at])) {
            ++wanted;
            ++at;
        } else if (star != std::string_view::npos) {
            wanted = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', wanted) == std::string_view::npos;
}

std::string_view period_in(std::string_view name, std::string_view pattern)
{
    constexpr std::string_view placeholder = "{period}";
    auto const place = pattern.find(placeholder);
    if (place == std::string_view::npos) {
        return {};
    }
    auto const before = pattern.substr(0, place);
    auto const behind = pattern.substr(place + placeholder.size());
    if (name.size() <= before.size() + behind.size() || !name.starts_with(before) || !name.ends_with(behind)) {
        return {};
    }
    return name.substr(before.size(), name.size() - before.size() - behind.size());
}

Result<std::vector<FolderFile>> list_files(std::filesystem::path const & folder, std::string_view pattern)
{
    std::error_code error;
    std::vector<FolderFile> files;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        auto const name = entry->path().filename().string();
        if (!fits(name, pattern) || !is_plain(name)) {
            continue;
        }
        if (auto file = look_at(folder, name)) {
            files.push_back(std::move(*file));
        }
    }
    if (error) {
        return fail(
            Failure::unavailable, fmt::format("the folder {} cannot be read: {}", folder.string(), error.message()));
    }
    std::sort(files.begin(), files.end(), [](FolderFile const & a, FolderFile const & b) { return a.name < b.name; });
    return files;
}

std::optional<FolderFile> look_at(std::filesystem::path const & folder, std::string const & name)
{
    struct stat status { };
    if (::lstat((folder / name).c_str(), &status) != 0) {
        return std::nullopt;
    }
    return shown(name, status);
}

Result<Body> read_file(std::filesystem::path const & folder, FolderFile const & file)
{
    auto const path = folder / file.name;
    auto const unavailable
        = [&file](std::string_view what) { return fail(Failure::unavailable, fmt::format("{}: {}", file.name, what)); };
    Descriptor const descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    auto const is_same = [&] {
        struct stat status { };
        return ::fstat(descriptor.number(), &status) == 0 && shown(file.name, status) == file;
    };
    if (descriptor.number() < 0) {
        return unavailable(fmt::format("it cannot be read: {}", std::system_category().message(errno)));
    }
    if (!is_same()) {
        return unavailable("it is being replaced");
    }
    if (file.size >= mapped_from_bytes) {
        auto * const memory = ::mmap(nullptr, file.size, PROT_READ, MAP_PRIVATE, descriptor.number(), 0);
        if (memory == MAP_FAILED) {
            return unavailable(fmt::format("it cannot be mapped: {}", std::system_category().message(errno)));
        }
        auto owner = std::make_shared<Mapping>(memory, file.size);
        ::madvise(memory, file.size, MADV_SEQUENTIAL);
        return Body(owner, { static_cast<char const *>(memory), file.size });
    }
    std::string bytes(file.size, '\0');
    for (std::size_t got = 0; got < bytes.size();) {
        auto const some = ::read(descriptor.number(), bytes.data() + got, bytes.size() - got);
        if (some < 0 && errno == EINTR) {
            continue;
        }
        if (some <= 0) {
            return unavailable("it cannot be read to its end");
        }
        got += static_cast<std::size_t>(some);
    }
    if (!is_same()) {
        return unavailable("it changed while it was read");
    }
    return Body(std::move(bytes));
}

} // namespace ketensync::connectors
