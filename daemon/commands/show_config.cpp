#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/pipeline/in_force.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/settings/effective.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::commands {

namespace {

/// What of the files is not in force.
int tell_difference(Options const & options, Streams const & streams, std::string const & version)
{
    auto & daemon = options.service->daemon;
    auto state = pipeline::open_state_to_look(daemon.plan()->config);
    auto const was = state ? pipeline::last_in_force(*state)
                           : Result<std::vector<pipeline::ConfigurationPart>>(fail(std::move(state).error()));
    if (!was) {
        return tell(was.error(), streams);
    }
    streams.error << "the files are version " << version << ": " << pipeline::difference_of(*was, pipeline::configuration_parts(*daemon.plan()))
                  << "; systemctl reload takes it up, and what is printed may not be in force\n";
    return 0;
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
    auto const version = pipeline::version_of(pipeline::configuration_parts(*plan));
    if (options.service == nullptr) {
        streams.error << "version " << version << " of these files\n";
        return 0;
    }
    auto const snapshot = options.service->daemon.snapshot();
    streams.error << "version " << snapshot->configuration << " in force in the service since " << to_text(snapshot->configuration_read) << '\n';
    if (version == snapshot->configuration) {
        return 0;
    }
    return tell_difference(options, streams, version);
}

}
