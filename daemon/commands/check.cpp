#include "daemon/commands/command.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/pipeline/schedule.hpp"
#include "daemon/reconcile/reconciler.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;
using settings::Faults;

/// What was looked at, and all that is wrong with it.
struct Findings {
    Faults faults;
    std::size_t sources = 0;
    std::size_t feeds = 0;
    std::size_t mappings = 0;

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

std::vector<std::string> mapping_names(fs::path const & folder)
{
    std::vector<std::string> names;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        if (fs::exists(entry->path() / "mapping.toml", error)) {
            names.push_back(entry->path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

void check_mappings(
    settings::Config const & config, std::shared_ptr<record::Schema const> const & schema, Findings & findings)
{
    auto const codes = take(mapping::read_code_lists(config.mappings_folder / "codes"), findings);
    take(reconcile::read_rules(config.mappings_folder / "reconcile.toml", *schema), findings);
    if (!codes) {
        return; // every mapping would repeat the same faults
    }
    for (auto const & name : mapping_names(config.mappings_folder)) {
        ++findings.mappings;
        if (auto const mapper = take(mapping::read_mapping(config.mappings_folder, name, schema, *codes), findings)) {
            findings.add(mapping::run_examples(config.mappings_folder, name, **mapper, *schema));
        }
    }
}

void check_feeds(settings::Config const & config, Findings & findings)
{
    for (auto const & source : config.sources) {
        ++findings.sources;
        for (auto const & feed : source.feeds) {
            ++findings.feeds;
            auto const timetable = pipeline::Timetable::create(feed.schedule, source.name + "/" + feed.name);
            if (!timetable) {
                findings.faults.push_back(
                    fmt::format("{}:1:1: feed '{}': {}", source.file.string(), feed.name, timetable.error().what));
            }
            if (std::error_code error; !fs::exists(config.mappings_folder / feed.mapping / "mapping.toml", error)) {
                findings.faults.push_back(
                    fmt::format("{}:1:1: feed '{}' uses mapping '{}', which has no mapping.toml in {}{}",
                        source.file.string(), feed.name, feed.mapping, config.mappings_folder.string(),
                        settings::did_you_mean(feed.mapping, mapping_names(config.mappings_folder))));
            }
        }
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
    if (options.json) {
        line({ { "type", "check" }, { "faults", findings.faults.size() }, { "sources", findings.sources },
            { "feeds", findings.feeds }, { "mappings", findings.mappings } });
    } else if (!findings.faults.empty()) {
        streams.error << fmt::format(
            "ketensync: {} fault{}\n", findings.faults.size(), findings.faults.size() == 1 ? "" : "s");
    } else if (!options.quiet) {
        streams.out << fmt::format("in order: sources {}, feeds {}, mappings {}, each with its examples\n",
            findings.sources, findings.feeds, findings.mappings);
    }
}

} // namespace

int check(Options const & options, Streams const & streams)
{
    Findings findings;
    if (auto const config = take(settings::read_config(options.config), findings)) {
        check_feeds(*config, findings);
        if (auto schema = take(settings::read_schema(config->mappings_folder / "schema.toml"), findings)) {
            check_mappings(*config, std::make_shared<record::Schema const>(std::move(*schema)), findings);
        }
    }
    print(findings, options, streams);
    return findings.faults.empty() ? 0 : exit_code(Failure::configuration);
}

} // namespace ketensync::commands
