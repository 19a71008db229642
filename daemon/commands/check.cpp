#include "daemon/commands/command.hpp"
#include "daemon/health/health.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/monitor/frame.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/certificates.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/pipeline/schedule.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/reconcile/reconciler.hpp"
#include "daemon/settings/alerts.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/service.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;
using settings::Faults;

/// What was looked at, and all that is wrong with it.
struct Findings {
    Faults faults;
    std::vector<std::string> notices; ///< what is no fault, and asks for somebody soon
    std::size_t sources = 0;
    std::size_t feeds = 0;
    std::size_t mappings = 0;
    std::size_t credentials = 0;
    std::size_t credentials_elsewhere = 0; ///< that only systemd gives

    void add(Faults more) { std::move(more.begin(), more.end(), std::back_inserter(faults)); }
};

/// The value, or nothing and its faults among the findings.
template <typename T>
std::optional<T> take(tl::expected<T, Faults> result, Findings & findings)
{
    if (!result) {
        findings.add(std::move(result).error());
        return std::nullopt;
    }
    return std::move(*result);
}

void check_mappings(
    settings::Config const & config, std::shared_ptr<record::Schema const> const & schema, Findings & findings)
{
    auto const codes = take(mapping::read_code_lists(config.mappings_folder / "codes"), findings);
    take(reconcile::read_rules(config.mappings_folder / "reconcile.toml", *schema), findings);
    if (!codes) {
        return; // every mapping would repeat the same faults
    }
    for (auto const & name : mapping::mapping_names(config.mappings_folder)) {
        ++findings.mappings;
        if (auto const mapper = take(mapping::read_mapping(config.mappings_folder, name, schema, *codes), findings)) {
            findings.add(mapping::run_examples(config.mappings_folder, name, **mapper, *schema));
            for (auto const & source : config.sources) {
                for (auto const & feed : source.feeds) {
                    if (feed.mapping == name) {
                        findings.add(pipeline::missing_powers(source, feed, **mapper, *schema));
                    }
                }
            }
        }
        std::error_code error;
        if (auto const service = config.mappings_folder / name / "service.toml"; fs::exists(service, error)) {
            take(settings::read_service(service), findings);
        }
    }
}

/// What settings cannot know of a schedule that is sound in itself: whether this machine can follow it.
void check_feeds(settings::Config const & config, bool sound, Findings & findings)
{
    for (auto const & source : config.sources) {
        ++findings.sources;
        for (auto const & feed : source.feeds) {
            ++findings.feeds;
            if (!sound) {
                continue;
            }
            if (auto const timetable = pipeline::Timetable::create(feed.schedule, source.name + "/" + feed.name); !timetable) {
                findings.faults.push_back(
                    fmt::format("{}:1:1: feed '{}': {}", source.file.string(), feed.name, timetable.error().what));
            }
        }
    }
}

void check_credential(
    settings::Secrets const & secrets, std::string const & name, std::string const & place, Findings & findings)
{
    if (name.empty()) {
        return;
    }
    if (secrets.folder().empty()) {
        ++findings.credentials_elsewhere;
        return;
    }
    ++findings.credentials;
    bool const told = std::ranges::any_of(
        findings.faults, [&place](std::string const & fault) { return fault.starts_with(place + ':'); });
    if (auto const content = secrets.read(name); !content && !told) {
        findings.faults.push_back(fmt::format("{}: {}", place, content.error().what));
    }
}

/// Every credential as a run would meet it. Their content is looked at and forgotten.
void check_credentials(settings::Config const & config, Findings & findings)
{
    settings::Secrets const secrets(config.secrets_folder);
    if (!config.seal.unsealed && secrets.folder().empty()) {
        ++findings.credentials_elsewhere;
    } else if (!config.seal.unsealed) {
        ++findings.credentials;
        if (auto const seal = pipeline::read_seal(config); !seal) {
            findings.faults.push_back(fmt::format("{}:1:1: {}", config.file.string(), seal.error().what));
        }
    }
    auto const of_warehouse = (config.warehouse_pseudonyms.empty() ? 0U : 1U) + (config.warehouse_server.password.empty() ? 0U : 1U);
    (secrets.folder().empty() ? findings.credentials_elsewhere : findings.credentials) += of_warehouse;
    bool const told = std::ranges::any_of(
        findings.faults, [&config](std::string const & fault) { return fault.starts_with(config.file.string() + ':'); });
    if (auto const keys = pipeline::read_warehouse_keys(config, secrets); !keys && !told && !secrets.folder().empty()) {
        findings.faults.push_back(fmt::format("{}:1:1: {}", config.file.string(), keys.error().what));
    }
    auto const alerts = settings::read_alerts(config);
    auto const in_file = config.file.string() + ":1:1";
    for (auto const & mail : alerts.mail) {
        check_credential(secrets, mail.password, in_file, findings);
    }
    for (auto const & webhook : alerts.webhook) {
        check_credential(secrets, webhook.secret, in_file, findings);
    }
    for (auto const & source : config.sources) {
        std::map<std::string, std::string> const named { { source.auth.secret, source.auth.secret_place },
            { source.certificate, source.certificate_place }, { source.certificate_key, source.certificate_place },
            { source.messaging.signing, source.messaging.signing_place },
            { source.messaging.signing_key, source.messaging.signing_place } };
        for (auto const & [name, place] : named) {
            check_credential(secrets, name, place, findings);
        }
    }
}

/// What is right, and not for long.
void check_certificates(settings::Config const & config, Findings & findings)
{
    auto const now = SystemClock().now();
    for (auto const & certificate : pipeline::certificates(config)) {
        if (certificate.ends && *certificate.ends - now < config.limits.certificate_soon) {
            findings.notices.push_back(fmt::format("certificate '{}' (for {}) {}", certificate.name,
                fmt::join(certificate.used_by, ", "), health::end_text(certificate, now)));
        }
    }
}

/// The state, where there is one that can be looked at: that its key opens it, and that nobody changed the audit log.
void check_state(settings::Config const & config, Findings & findings)
{
    auto const file = config.state_folder / "state.sqlite";
    std::error_code error;
    auto const seal = pipeline::read_seal(config);
    if (!seal || !fs::exists(file, error)) {
        return; // told, or for the service only
    }
    auto const told = [&findings, &file](Error const & what) {
        findings.faults.push_back(fmt::format("{}:1:1: {}", file.string(), what.what));
    };
    auto state = pipeline::open_state_to_look(config);
    if (!state) {
        told(state.error());
    } else if (auto const audit = pipeline::Audit::read(*state); !audit) {
        told(audit.error());
    }
}

void print(Findings const & findings, Options const & options, Streams const & streams)
{
    auto const line = [&](nlohmann::ordered_json const & json) {
        streams.out << json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    };
    for (auto const & fault : findings.faults) {
        if (options.json) {
            line({ { "type", "fault" }, { "fault", fault } });
        } else {
            streams.out << fault << "\n";
        }
    }
    for (auto const & notice : findings.notices) {
        if (options.json) {
            line({ { "type", "notice" }, { "notice", notice } });
        } else {
            streams.out << "look: " << notice << "\n";
        }
    }
    if (options.json) {
        line({ { "type", "check" }, { "faults", findings.faults.size() }, { "sources", findings.sources },
            { "feeds", findings.feeds }, { "mappings", findings.mappings }, { "credentials", findings.credentials },
            { "credentials_elsewhere", findings.credentials_elsewhere } });
    } else if (!findings.faults.empty()) {
        streams.error << fmt::format(
            "ketensync: {} fault{}\n", findings.faults.size(), findings.faults.size() == 1 ? "" : "s");
    } else if (!options.quiet) {
        streams.out << fmt::format("in order: sources {}, feeds {}, mappings {}, each with its examples; credentials {}\n",
            findings.sources, findings.feeds, findings.mappings, findings.credentials);
        if (findings.credentials_elsewhere > 0) {
            streams.out << fmt::format(
                "not looked at: credentials {}, which systemd gives to the service\n", findings.credentials_elsewhere);
        }
    }
}

} // namespace

int check(Options const & options, Streams const & streams)
{
    Findings findings;
    if (auto const config = settings::read_config(options.config, findings.faults)) {
        check_feeds(*config, findings.faults.empty(), findings);
        check_credentials(*config, findings);
        check_certificates(*config, findings);
        check_state(*config, findings);
        // Where their folder is wrong, that was told already.
        std::error_code error;
        if (fs::is_directory(config->mappings_folder, error)) {
            // Who makes no Monitor has no frame for it.
            if (auto const monitor = config->mappings_folder / "monitor"; fs::exists(monitor / "frame.toml", error)) {
                take(monitor::read_definitions(monitor), findings);
            }
            if (auto schema = take(settings::read_schema(config->mappings_folder / "schema.toml"), findings)) {
                check_mappings(*config, std::make_shared<record::Schema const>(std::move(*schema)), findings);
            }
        }
    }
    print(findings, options, streams);
    return findings.faults.empty() ? 0 : exit_code(Failure::configuration);
}

} // namespace ketensync::commands
