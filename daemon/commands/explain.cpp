// What an operator reads here is Dutch; what programs read is not.

#include "daemon/pipeline/explain.hpp"
#include "daemon/commands/reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

namespace {

nlohmann::ordered_json in_json(pipeline::Evidence const & evidence)
{
    auto const & why = evidence.why;
    auto lines = nlohmann::ordered_json::array();
    for (auto const & line : why.lines) {
        lines.push_back({ { "question", line.question }, { "answer", line.answer }, { "bits", line.bits } });
    }
    return { { "type", "evidence" }, { "a", evidence.a }, { "source_a", evidence.source_a }, { "b", evidence.b },
        { "source_b", evidence.source_b }, { "prior", why.prior }, { "lines", lines }, { "household", why.household },
        { "total", why.total }, { "same", why.same }, { "barred", why.barred }, { "met", why.met }, { "unmet", why.unmet },
        { "sentence", why.sentence } };
}

}

int explain(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    auto const found = pipeline::explain(plan, clock, options.golden);
    if (!found) {
        return tell(found.error(), streams);
    }
    for (auto const & evidence : *found) {
        if (options.json) {
            streams.out << in_json(evidence).dump() << '\n';
            continue;
        }
        streams.out << fmt::format(
            "\nRecord {} ({}) en record {} ({})\n", evidence.a, evidence.source_a, evidence.b, evidence.source_b);
        show(evidence.why, streams.out);
    }
    if (found->empty() && !options.json && !options.quiet) {
        streams.out << "Eén record: er is niets samengevoegd.\n";
    }
    return 0;
}

}
