// The file in which a Board's memory lies between two lives of the process.

#include "daemon/alerts/board.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace ketensync::alerts {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr int layout = 1;
/// Far more than there can be to remember: a file that is larger is not ours.
constexpr std::uintmax_t bytes_max = 16U << 20;

json of(Instant instant)
{
    return instant.time_since_epoch().count();
}

Instant instant_of(json const & value)
{
    return Instant(milliseconds(value.get<std::int64_t>()));
}

std::optional<Instant> optional_instant(json const & object, char const * key)
{
    auto const found = object.find(key);
    return found == object.end() ? std::nullopt : std::optional(instant_of(*found));
}

Memory memory_of(json const & root)
{
    Memory memory;
    for (auto const & [key, value] : root.at("standing").items()) {
        auto & standing = memory.standing[key];
        standing.concern = { key, value.at("alert").get<std::string>(),
            static_cast<health::Severity>(std::clamp(value.at("severity").get<int>(), 0, 2)), value.at("what").get<std::string>(),
            value.at("first").get<std::string>() };
        standing.since = instant_of(value.at("since"));
        standing.gone = optional_instant(value, "gone");
    }
    for (auto const & [name, value] : root.at("channels").items()) {
        auto & channel = memory.channels[name];
        for (auto const & [key, when] : value.at("told").items()) {
            channel.told[key] = instant_of(when);
        }
        channel.spoke = optional_instant(value, "spoke");
        channel.digest = optional_instant(value, "digest");
    }
    return memory;
}

json json_of(Memory const & memory)
{
    json root { { "layout", layout }, { "standing", json::object() }, { "channels", json::object() } };
    for (auto const & [key, standing] : memory.standing) {
        auto & value = root["standing"][key];
        value = { { "alert", standing.concern.alert }, { "severity", static_cast<int>(standing.concern.severity) },
            { "what", standing.concern.what }, { "first", standing.concern.first }, { "since", of(standing.since) } };
        if (standing.gone) {
            value["gone"] = of(*standing.gone);
        }
    }
    for (auto const & [name, channel] : memory.channels) {
        auto & value = root["channels"][name];
        value["told"] = json::object();
        for (auto const & [key, when] : channel.told) {
            value["told"][key] = of(when);
        }
        if (channel.spoke) {
            value["spoke"] = of(*channel.spoke);
        }
        if (channel.digest) {
            value["digest"] = of(*channel.digest);
        }
    }
    return root;
}

bool write_whole(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        auto const written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(descriptor) == 0;
}

} // namespace

Memory read_memory(std::filesystem::path const & file, std::string & why)
{
    std::error_code error;
    auto const size = std::filesystem::file_size(file, error);
    if (error) {
        return {};
    }
    std::ifstream stream(file, std::ios::binary);
    std::string const text = size > bytes_max
        ? std::string()
        : std::string { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    try {
        auto const root = json::parse(text);
        if (root.at("layout") == layout) {
            return memory_of(root);
        }
        why = fmt::format("{} is of another version", file.string());
    } catch (json::exception const &) {
        why = fmt::format("{} cannot be read", file.string());
    }
    return {};
}

Result<void> write_memory(Memory const & memory, std::filesystem::path const & file)
{
    auto const part = file.string() + ".part";
    auto const failed = [&file] {
        return fail(Failure::cannot_write, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    };
    int const descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return failed();
    }
    bool const written = write_whole(descriptor, json_of(memory).dump(-1, ' ', false, json::error_handler_t::replace));
    auto const number = errno;
    ::close(descriptor);
    errno = number;
    if (!written || ::rename(part.c_str(), file.c_str()) != 0) {
        return failed();
    }
    return {};
}

} // namespace ketensync::alerts
