#include "daemon/pipeline/reconcile_all.hpp"
#include "daemon/commands/reading.hpp"

namespace ketensync::commands {

int reconcile(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    auto const differences = pipeline::reconcile_all(plan, clock, options.dry_run);
    if (!differences) {
        return tell(differences.error(), streams);
    }
    show(*differences, options, streams);
    return options.dry_run || differences->empty() ? 0 : publish(options, streams);
}

}
