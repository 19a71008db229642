#include "daemon/pipeline/reconcile_all.hpp"
#include "daemon/commands/desk.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <optional>

namespace ketensync::commands {

int reconcile(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    std::vector<pipeline::Difference> differences;
    auto const done = [&]() -> Result<void> {
        using Purpose = pipeline::Workbench::Purpose;
        KETENSYNC_TRY_ASSIGN(auto desk, Desk::open(options, plan, clock, options.dry_run ? Purpose::trial : Purpose::work));
        return desk.at([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(differences, pipeline::reconcile_all(bench, clock, options.dry_run, desk.who()));
            return {};
        });
    }();
    if (!done) {
        return tell(done.error(), streams);
    }
    show(differences, options, streams);
    return options.dry_run || differences.empty() ? 0 : publish(options, streams);
}

int learn(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    // Whoever asks the service writes the file himself: it comes back as what the command says.
    auto const file = options.service == nullptr ? options.save_model : plan->config.state_folder / "learned.model";
    std::optional<reconcile::Learned> learned;
    auto const done = [&]() -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto desk, Desk::open(options, plan, clock, pipeline::Workbench::Purpose::trial));
        return desk.at([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(learned, pipeline::learn(bench, file));
            return {};
        });
    }();
    if (!done) {
        return tell(done.error(), streams);
    }
    if (options.service != nullptr) {
        streams.out << std::ifstream(file, std::ios::binary).rdbuf();
        std::error_code error;
        std::filesystem::remove(file, error);
    }
    auto & out = options.service == nullptr ? streams.out : streams.error;
    if (options.json) {
        out << nlohmann::ordered_json({ { "type", "learned" }, { "records", learned->records }, { "groups", learned->groups },
                           { "matches_expected", learned->matches }, { "precision_expected", learned->precision },
                           { "recall_expected", learned->recall } })
                           .dump()
                    << '\n';
    } else if (!options.quiet) {
        out << fmt::format("learned from {} records, which would come to {} by it\n"
                                   "by its own estimate: {:.0f} pairs are one, of those joined {:.2f} % rightly, {:.2f} % of all found\n"
                                   "nothing is changed; name the file as 'model' in mappings/reconcile.toml, then --reconcile --dry-run\n",
            learned->records, learned->groups, learned->matches, 100.0 * learned->precision, 100.0 * learned->recall);
    }
    return 0;
}

}
