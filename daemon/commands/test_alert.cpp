#include "daemon/alerts/channel.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/commands/stop_signals.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

// Past the board: what was told of real alerts, and when, stays as it is.
int test_alert(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const alerts = settings::read_alerts(plan->config);
    if (alerts.silent()) {
        return tell({ Failure::configuration,
                        fmt::format("nobody is told anything; say whom in [alerts.mail] or [alerts.webhook] of {}", plan->config.file.string()) },
            streams);
    }
    std::optional<StopSignals> signals;
    if (options.service == nullptr) {
        signals.emplace();
    }
    auto const stop = signals ? signals->token() : std::stop_token();
    SystemClock const clock;
    settings::Secrets const secrets(plan->config.secrets_folder);
    alerts::Message message;
    message.kind = alerts::Message::Kind::test;
    message.made = clock.now();
    for (auto const & channel : alerts::open_channels({ alerts, secrets, plan->config.limits, clock })) {
        auto const sent = channel->send(message, stop);
        if (stop.stop_requested()) {
            return exit_code(Failure::interrupted);
        }
        if (!sent) {
            code = exit_code(Failure::unavailable);
        }
        if (options.json) {
            nlohmann::ordered_json line { { "type", "test_alert" }, { "channel", channel->name() }, { "taken", sent.has_value() } };
            if (!sent) {
                line["message"] = sent.error().what;
            }
            streams.out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n' << std::flush;
        } else if (!sent) {
            streams.out << fmt::format("{}: not taken: {}\n", channel->name(), sent.error().what) << std::flush;
        } else if (!options.quiet) {
            streams.out << fmt::format("{}: taken; look whether it arrived: \"{}\"\n", channel->name(), alerts::subject_of(message, alerts))
                        << std::flush;
        }
    }
    return code;
}

}
