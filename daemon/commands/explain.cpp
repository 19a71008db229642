// What an operator reads here is Dutch; what programs read is not.

#include "daemon/pipeline/explain.hpp"
#include "daemon/commands/desk.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/provenance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
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

nlohmann::ordered_json in_json(pipeline::Provenance::Join const & join)
{
    nlohmann::ordered_json line { { "type", "join" }, { "a", join.a }, { "b", join.b },
        { "by", join.judged ? "person" : "rules" } };
    if (join.judged) {
        line["who"] = join.judged->who;
        line["at"] = to_text(join.judged->at);
    }
    if (join.agrees) {
        auto & lines = line["lines"] = nlohmann::ordered_json::array();
        for (auto const & each : join.agrees->lines) {
            lines.push_back({ { "question", each.question }, { "answer", each.answer } });
        }
        line["same"] = join.agrees->same;
        line["met"] = join.agrees->met;
    }
    return line;
}

void show_json(pipeline::Provenance const & told, std::ostream & out)
{
    out << nlohmann::ordered_json({ { "type", "golden" }, { "id", told.golden }, { "kind", told.kind },
               { "first", to_text(told.first) }, { "since", to_text(told.since) } })
               .dump()
        << '\n';
    for (auto const & record : told.records) {
        out << nlohmann::ordered_json({ { "type", "record" }, { "record", record.record }, { "source", record.source },
                   { "feed", record.feed }, { "run", record.run }, { "rules", record.rules }, { "document", record.document },
                   { "period", record.period }, { "received", to_text(record.received) } })
                   .dump()
            << '\n';
    }
    for (auto const & value : told.values) {
        auto const & from = told.records[value.from];
        out << nlohmann::ordered_json({ { "type", "value" }, { "field", value.field }, { "value", value.value },
                   { "record", from.record }, { "source", from.source }, { "feed", from.feed }, { "run", from.run },
                   { "document", from.document }, { "received", to_text(from.received) }, { "since", to_text(value.since) },
                   { "lines", value.lines } })
                   .dump()
            << '\n';
    }
    for (auto const & join : told.joins) {
        out << in_json(join).dump() << '\n';
    }
}

std::string sentence_of(pipeline::Provenance::Join const & join)
{
    if (join.judged) {
        return fmt::format("{} heeft op {} beoordeeld dat dit hetzelfde is.", join.judged->who, to_text(join.judged->at));
    }
    if (!join.agrees) {
        return "Dat volgt uit de regels in mappings/reconcile.toml.";
    }
    return join.agrees->same ? join.agrees->sentence
                             : "Dat volgt uit de gelijkenis hieronder, of via een ander record; wat zij waard is zegt --weigh.";
}

void show_text(pipeline::Provenance const & told, std::ostream & out)
{
    out << fmt::format("{} {}, bekend sinds {}, zoals het nu is sinds {}\n\n", told.kind, told.golden, to_text(told.first),
        to_text(told.since));
    for (auto const & record : told.records) {
        out << fmt::format("Record {}: {}/{}{}, run {}, {}, ontvangen {}\n", record.record, record.source, record.feed,
            record.period.empty() ? "" : ", van " + record.period, record.run, record.document, to_text(record.received));
    }
    out << '\n';
    for (auto const & value : told.values) {
        out << fmt::format("{}{} uit record {}, bekend sinds {}\n    {}\n", padded(value.field, 24), value.value,
            told.records[value.from].record, to_text(value.since), fmt::join(value.lines, " of "));
    }
    for (auto const & join : told.joins) {
        out << fmt::format("\nRecord {} en record {}: {}\n", join.a, join.b, sentence_of(join));
        if (join.agrees) {
            for (auto const & line : join.agrees->lines) {
                out << fmt::format("  {}: {}\n", line.question, line.answer);
            }
        }
    }
}

/// What speaks for and against, each to the last bit.
int show_evidence(std::shared_ptr<pipeline::Plan const> plan, Options const & options, Streams const & streams)
{
    SystemClock const clock;
    std::vector<pipeline::Evidence> found;
    auto const done = [&]() -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto desk, Desk::open(options, std::move(plan), clock, pipeline::Workbench::Purpose::trial));
        return desk.at([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(found, pipeline::explain(bench, options.golden));
            return {};
        });
    }();
    if (!done) {
        return tell(done.error(), streams);
    }
    for (auto const & evidence : found) {
        if (options.json) {
            streams.out << in_json(evidence).dump() << '\n';
            continue;
        }
        streams.out << fmt::format(
            "\nRecord {} ({}) en record {} ({})\n", evidence.a, evidence.source_a, evidence.b, evidence.source_b);
        show(evidence.why, streams.out);
    }
    return 0;
}

}

int explain(Options const & options, Streams const & streams)
{
    if (options.golden.size() == 1) {
        auto const told = [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const found, pipeline::provenance(plan, state, options.golden.front(), options.values));
            if (options.values) {
                KETENSYNC_TRY(pipeline::Audit::note(plan.config, SystemClock().now(), "look",
                    fmt::format("values of golden record {}", options.golden.front()), options.golden.front()));
            }
            options.json ? show_json(found, streams.out) : show_text(found, streams.out);
            return {};
        };
        if (auto const code = look(options, streams, told); code != 0 || !options.weigh) {
            return code;
        }
    }
    int code = 0;
    auto plan = read_plan(options, streams, code);
    return plan ? show_evidence(std::move(plan), options, streams) : code;
}

}
