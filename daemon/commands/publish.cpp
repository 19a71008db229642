#include "daemon/commands/stop_signals.hpp"
#include "daemon/commands/sync.hpp"
#include "daemon/pipeline/pipeline.hpp"

namespace ketensync::commands {

int publish(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    if (options.service != nullptr) {
        if (auto const delivered = wait_delivered(*options.service); !delivered) {
            return tell(delivered.error(), streams);
        }
        if (!options.quiet) {
            streams.out << (options.json ? "{\"type\":\"delivered\"}\n" : "everything is in the warehouse\n");
        }
        return 0;
    }
    StopSignals const signals;
    SystemClock const clock;
    Log const log(Log::Level::error);
    health::Heartbeats heartbeats(clock);
    auto opened = pipeline::Pipeline::open(plan, { clock, log, heartbeats });
    if (!opened) {
        return tell(opened.error(), streams);
    }
    (*opened)->wait_done(signals.token());
    if (auto const delivered = (*opened)->wait_delivered(signals.token()); !delivered) {
        return tell(delivered.error(), streams);
    }
    if (!options.quiet) {
        streams.out << (options.json ? "{\"type\":\"delivered\"}\n" : "everything is in the warehouse\n");
    }
    return signals.token().stop_requested() ? exit_code(Failure::interrupted) : 0;
}

}
