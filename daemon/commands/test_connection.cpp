#include "connectors/connector.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/commands/sync.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/health/health.hpp"
#include "daemon/pipeline/certificates.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ketensync::commands {

namespace {

struct Answer {
    std::uint64_t documents = 0;
    std::size_t bytes = 0;
    std::string origin;
};

Result<Answer> first_page(pipeline::PlannedFeed const & feed, connectors::Surroundings const & around, std::stop_token stop)
{
    KETENSYNC_TRY_ASSIGN(auto connector, connectors::open(*feed.source, *feed.feed, around));
    KETENSYNC_TRY_ASSIGN(auto const page, connector->read({}, std::move(stop)));
    Answer answer { 0, page.body.bytes().size(), page.origin };
    formats::Sink sink;
    sink.context = [](std::string_view) { };
    sink.document = [&answer](std::string_view) -> Result<void> {
        ++answer.documents;
        return {};
    };
    if (!page.bare && !page.body.bytes().empty()) {
        formats::Limits const limits { .item_bytes_max = around.limits.item_bytes_max, .depth_max = around.limits.depth_max,
            .unpacked_bytes_max = around.limits.file_bytes_max, .shared_bytes_max = around.limits.page_bytes_max };
        KETENSYNC_TRY(formats::split(page.body.bytes(), feed.mapper->layout(), limits, sink));
    }
    return answer;
}

/// Of those sources' certificates, how long they hold: one that ended explains the answer, and one that ends soon is the next.
void show_certificates(settings::Config const & config, std::set<std::string> const & sources, Options const & options, Streams const & streams)
{
    auto const now = SystemClock().now();
    for (auto const & certificate : pipeline::certificates(config)) {
        if (std::ranges::none_of(certificate.used_by, [&sources](auto const & name) { return sources.contains(name); })) {
            continue;
        }
        if (options.json) {
            nlohmann::ordered_json line { { "type", "certificate" }, { "credential", certificate.name }, { "used_by", certificate.used_by } };
            line["ends"] = certificate.ends ? nlohmann::ordered_json(to_text(*certificate.ends)) : nlohmann::ordered_json(nullptr);
            streams.out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        } else if (!options.quiet || (certificate.ends && *certificate.ends - now < config.limits.certificate_soon)) {
            streams.out << fmt::format("certificate '{}' {}\n", certificate.name, health::end_text(certificate, now));
        }
    }
}

}

// The first page only, as a run asks for it; nothing is kept, and nothing at the source is tidied up.
int test_connection(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const feeds = chosen(*plan, options.names);
    if (!feeds) {
        return tell(feeds.error(), streams);
    }
    std::optional<StopSignals> signals;
    if (options.service == nullptr) {
        signals.emplace();
    }
    auto const stop = signals ? signals->token() : std::stop_token();
    SystemClock const clock;
    Log const log(Log::Level::off);
    settings::Secrets const secrets(plan->config.secrets_folder);
    // Somebody waits for it: one attempt says enough.
    auto limits = plan->config.limits;
    limits.attempts_max = 1;
    std::set<std::string> sources;
    for (auto const index : *feeds) {
        auto const & feed = plan->feeds[index];
        sources.insert(feed.source->name);
        if (feed.feed->ask) {
            if (!options.quiet) {
                streams.error << feed.name << " asks about what others tell: there is nothing to ask without them\n";
            }
            continue;
        }
        auto const begun = clock.monotonic();
        auto const answer = first_page(feed, { clock, log, secrets, limits }, stop);
        auto const took = std::chrono::duration<double>(clock.monotonic() - begun).count();
        if (!answer) {
            code = worse(code, exit_code(answer.error().failure));
        }
        if (options.json) {
            nlohmann::ordered_json line { { "type", "connection" }, { "feed", feed.name }, { "ok", answer.has_value() }, { "seconds", took } };
            if (answer) {
                line["documents"] = answer->documents;
                line["bytes"] = answer->bytes;
            } else {
                line["message"] = answer.error().what;
            }
            streams.out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n' << std::flush;
        } else if (!answer) {
            streams.out << fmt::format("{}: {}\n", feed.name, answer.error().what) << std::flush;
        } else if (!options.quiet) {
            streams.out << fmt::format("{}: {} documents in {} bytes of {}, after {:.2f} s\n", feed.name, answer->documents, answer->bytes,
                answer->origin.empty() ? "its first page" : answer->origin, took)
                        << std::flush;
        }
    }
    show_certificates(plan->config, sources, options, streams);
    return stop.stop_requested() ? exit_code(Failure::interrupted) : code;
}

}
