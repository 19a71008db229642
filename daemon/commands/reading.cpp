#include "daemon/commands/reading.hpp"

#include "daemon/commands/service.hpp"
#include "daemon/pipeline/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

std::shared_ptr<pipeline::Plan const> read_plan(Options const & options, Streams const & streams, int & code)
{
    if (options.service != nullptr) {
        return options.service->daemon.plan();
    }
    auto plan = pipeline::read_plan(options.config);
    if (plan) {
        return *plan;
    }
    for (auto const & fault : plan.error()) {
        streams.error << fault << '\n';
    }
    code = exit_code(Failure::configuration);
    return nullptr;
}

int look(Options const & options, Streams const & streams,
    std::function<Result<void>(pipeline::Plan const & plan, store::Database & state)> const & show)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const file = plan->config.state_folder / "state.sqlite";
    if (!std::filesystem::exists(file)) {
        return tell({ Failure::unavailable, "nothing was synchronised yet: there is no " + file.string() }, streams);
    }
    auto state = pipeline::open_state_to_look(plan->config);
    if (!state) {
        return tell(state.error(), streams);
    }
    auto const shown = show(*plan, *state);
    return shown ? 0 : tell(shown.error(), streams);
}

int tell(Error const & error, Streams const & streams)
{
    streams.error << "ketensync: " << error.what << '\n';
    return exit_code(error.failure);
}

std::string run_header()
{
    return fmt::format("{:<38} {:<11} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9} {:>8} {:>8}\n", "feed", "ended", "fetched", "unchanged",
        "mapped", "filtered", "rejected", "new", "changed", "vanished");
}

std::string run_line(health::Run const & run)
{
    auto line = fmt::format("{:<38} {:<11} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9} {:>8} {:>8}\n", run.source + '/' + run.feed,
        health::to_text(run.state), run.fetched, run.unchanged, run.mapped, run.filtered, run.rejected, run.added,
        run.changed, run.vanished);
    if (!run.message.empty()) {
        line += "    " + run.message + '\n';
    }
    return line;
}

std::string run_json(health::Run const & run)
{
    nlohmann::ordered_json line { { "type", "run" }, { "id", run.id }, { "source", run.source }, { "feed", run.feed },
        { "trigger", health::to_text(run.trigger) }, { "started", to_text(run.started) } };
    if (run.ended) {
        line["ended"] = to_text(*run.ended);
        line["seconds"] = std::chrono::duration<double>(*run.ended - run.started).count();
    }
    line["state"] = health::to_text(run.state);
    line["fetched"] = run.fetched;
    line["unchanged"] = run.unchanged;
    line["mapped"] = run.mapped;
    line["filtered"] = run.filtered;
    line["rejected"] = run.rejected;
    line["new"] = run.added;
    line["changed"] = run.changed;
    line["vanished"] = run.vanished;
    if (!run.rules.empty()) {
        line["rules"] = run.rules;
    }
    if (!run.reason.empty()) {
        line["reason"] = run.reason;
    }
    if (!run.message.empty()) {
        line["message"] = run.message;
    }
    if (run.trace) {
        line["trace"] = to_text(run.trace);
    }
    return line.dump() + '\n';
}

void show(std::vector<pipeline::Difference> const & kinds, Options const & options, Streams const & streams)
{
    for (auto const & kind : kinds) {
        if (options.json) {
            nlohmann::ordered_json line { { "type", "difference" }, { "kind", kind.kind }, { "added", kind.added },
                { "changed", kind.changed }, { "regrouped", kind.regrouped }, { "ended", kind.ended },
                { "absorbed", kind.absorbed }, { "fields", kind.fields } };
            for (auto const & sample : kind.samples) {
                line["samples"].push_back({ { "id", sample.golden }, { "field", sample.field }, { "was", sample.was },
                    { "becomes", sample.becomes }, { "from", sample.from } });
            }
            streams.out << line.dump() << '\n';
            continue;
        }
        streams.out << fmt::format("{}: {} added, {} changed, {} regrouped, {} ended\n", kind.kind, kind.added, kind.changed,
            kind.regrouped, kind.ended);
        if (kind.ended > 0) {
            streams.out << fmt::format("    of those that ended, {} are one with another now, and nobody tells {}\n",
                kind.absorbed, kind.ended - kind.absorbed);
        }
        for (auto const & [field, count] : kind.fields) {
            streams.out << fmt::format("    {} differs in {}\n", field, count);
        }
        for (auto const & sample : kind.samples) {
            if (sample.field.empty()) {
                streams.out << fmt::format("    {} ends: {}\n", sample.golden,
                    sample.becomes.empty() ? "nobody tells it any more" : "it is one with " + sample.becomes);
                continue;
            }
            streams.out << fmt::format("    {} {}: '{}' becomes '{}', told by {}\n", sample.golden, sample.field,
                sample.was, sample.becomes, sample.from.empty() ? "nobody" : sample.from);
        }
    }
    if (kinds.empty() && !options.json && !options.quiet) {
        streams.out << "no golden record differs\n";
    }
}

/// As many columns as the text has letters: UTF-8 counts its first bytes only.
std::string padded(std::string_view text, std::size_t width)
{
    std::size_t letters = 0;
    for (char const byte : text) {
        letters += (static_cast<unsigned char>(byte) & 0xc0) == 0x80 ? 0 : 1;
    }
    return std::string(text) + std::string(letters < width ? width - letters : 1, ' ');
}

void show(reconcile::Explanation const & explained, std::ostream & out)
{
    out << explained.sentence << '\n';
    for (auto const & line : explained.lines) {
        out << fmt::format("  {}{:+6.1f}\n", padded(line.question + ": " + line.answer, 60), line.bits);
    }
    out << fmt::format("  {}{:+6.1f}\n  {}{:+6.1f}\n  {}{:+6.1f} bits\n", padded("vooraf", 60), explained.prior,
        padded("huisgenoten", 60), explained.household, padded("samen", 60), explained.total);
}

}
