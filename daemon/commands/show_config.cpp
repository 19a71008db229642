#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/settings/effective.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::commands {

namespace {

/// Files that were written after they were read: what they say now is not in force.
std::vector<std::string> changed_since(settings::Config const & config, Instant read)
{
    std::vector<std::string> changed;
    std::vector<std::filesystem::path> files { config.file };
    for (auto const & source : config.sources) {
        files.push_back(source.file);
    }
    for (auto const & file : files) {
        std::error_code error;
        auto const written = std::filesystem::last_write_time(file, error);
        if (error || std::chrono::file_clock::to_sys(written) > read) {
            changed.push_back(file.filename().string());
        }
    }
    return changed;
}

}

int show_config(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const settings = settings::effective(plan->config);
    if (options.json) {
        for (auto const & each : settings) {
            streams.out << nlohmann::ordered_json(
                { { "type", "setting" }, { "key", each.key }, { "value", each.value }, { "origin", each.origin } })
                               .dump()
                        << '\n';
        }
    } else {
        std::size_t width = 0;
        for (auto const & each : settings) {
            width = std::max(width, each.key.size() + each.value.size() + 3);
        }
        width = std::min<std::size_t>(width, 80);
        for (auto const & each : settings) {
            streams.out << fmt::format("{:<{}}  # {}\n", each.key + " = " + each.value, width, each.origin);
        }
    }
    if (options.service != nullptr) {
        auto const read = options.service->daemon.snapshot()->configuration_read;
        streams.error << "in force in the service since " << to_text(read) << '\n';
        for (auto const & file : changed_since(plan->config, read)) {
            streams.error << file << " was written since: systemctl reload takes it up; the line may say what is not in force\n";
        }
    }
    return 0;
}

}
