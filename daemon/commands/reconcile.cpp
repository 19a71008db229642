#include "daemon/pipeline/reconcile_all.hpp"
#include "daemon/commands/reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

int learn(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    auto const learned = pipeline::learn(plan, clock, options.save_model);
    if (!learned) {
        return tell(learned.error(), streams);
    }
    if (options.json) {
        streams.out << nlohmann::ordered_json({ { "type", "learned" }, { "records", learned->records }, { "groups", learned->groups },
                           { "matches_expected", learned->matches }, { "precision_expected", learned->precision },
                           { "recall_expected", learned->recall } })
                           .dump()
                    << '\n';
    } else if (!options.quiet) {
        streams.out << fmt::format("learned from {} records, which would come to {} by it\n"
                                   "by its own estimate: {:.0f} pairs are one, of those joined {:.2f} % rightly, {:.2f} % of all found\n"
                                   "nothing is changed; name the file as 'model' in mappings/reconcile.toml, then --reconcile --dry-run\n",
            learned->records, learned->groups, learned->matches, 100.0 * learned->precision, 100.0 * learned->recall);
    }
    return 0;
}

}
