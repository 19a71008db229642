#include "daemon/web/monitor_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ketensync::web {

namespace {

constexpr off_t bytes_max = 8 << 20;
/// Style from beside the page and nothing else: no script, no form, nothing from elsewhere.
constexpr auto policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> types { {
    { ".html", "text/html; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".csv", "text/csv; charset=utf-8" },
    { ".json", "application/json" },
    { ".jsonld", "application/ld+json" },
    { ".ods", "application/vnd.oasis.opendocument.spreadsheet" },
} };

/// Letters, digits, dot, dash and underscore between slashes; no name begins with a dot, so none leads out.
bool is_plain(std::string_view path)
{
    bool at_begin = true;
    for (char const each : path) {
        bool const letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9');
        if (!(letter || each == '-' || each == '_' || (each == '.' && !at_begin) || (each == '/' && !at_begin))) {
            return false;
        }
        at_begin = each == '/';
    }
    return path.size() < 512;
}

std::optional<std::string> read(std::filesystem::path const & path)
{
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return std::nullopt;
    }
    struct stat status {};
    std::optional<std::string> bytes;
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= bytes_max) {
        std::string read(static_cast<std::size_t>(status.st_size), '\0');
        std::size_t done = 0;
        for (ssize_t got = 1; got > 0 && done < read.size(); done += static_cast<std::size_t>(std::max<ssize_t>(got, 0))) {
            got = ::read(file, read.data() + done, read.size() - done);
        }
        if (done == read.size()) {
            bytes = std::move(read);
        }
    }
    ::close(file);
    return bytes;
}

} // namespace

Route monitor_files(std::filesystem::path folder)
{
    return { "/monitor/", true, [folder = std::move(folder)](Request const & request) -> Response {
                auto name = request.rest;
                if (name.empty() || name.back() == '/') {
                    name += "index.html";
                }
                auto const ending = std::filesystem::path(name).extension().string();
                auto const type = std::find_if(types.begin(), types.end(), [&](auto const & each) { return each.first == ending; });
                auto bytes = is_plain(name) && type != types.end() ? read(folder / name) : std::nullopt;
                if (!bytes) {
                    return { 404, "text/plain; charset=utf-8", "there is no such page here\n", {} };
                }
                return { 200, std::string(type->second), std::move(*bytes), { { "Content-Security-Policy", policy } } };
            },
        true };
}

} // namespace ketensync::web
