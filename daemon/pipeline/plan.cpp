#include "daemon/pipeline/plan.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace ketensync::pipeline {

namespace {

void add(settings::Faults & faults, settings::Faults more)
{
    std::ranges::move(more, std::back_inserter(faults));
}

/// mappings/monitor/*.sql: each file is one view, named as the file.
std::vector<warehouse::View> read_views(std::filesystem::path const & folder)
{
    std::vector<warehouse::View> views;
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".sql") {
            std::ifstream file(entry.path());
            std::ostringstream text;
            text << file.rdbuf();
            views.push_back({ entry.path().stem().string(), text.str() });
        }
    }
    // In the order of their names: a view may use those before it.
    std::ranges::sort(views, {}, &warehouse::View::name);
    return views;
}

bool names_source(std::string_view pattern, std::string_view source)
{
    return pattern.ends_with('*') ? source.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == source;
}

}

tl::expected<std::shared_ptr<Plan const>, settings::Faults> read_plan(std::filesystem::path const & config_file)
{
    auto config = settings::read_config(config_file);
    if (!config) {
        return tl::unexpected(std::move(config).error());
    }
    auto plan = std::make_shared<Plan>();
    plan->config = std::move(*config);
    auto const & folder = plan->config.mappings_folder;

    auto schema = settings::read_schema(folder / "schema.toml");
    if (!schema) {
        return tl::unexpected(std::move(schema).error());
    }
    plan->schema = std::make_shared<record::Schema const>(std::move(*schema));
    settings::Faults faults;
    auto codes = mapping::read_code_lists(folder / "codes");
    if (!codes) {
        return tl::unexpected(std::move(codes).error());
    }
    if (auto rules = reconcile::read_rules(folder / "reconcile.toml", *plan->schema)) {
        plan->rules = *rules;
    } else {
        add(faults, std::move(rules).error());
    }
    std::map<std::string, std::shared_ptr<mapping::Mapper const>> mappers;
    for (auto const & source : plan->config.sources) {
        auto const drifts = settings::read_drifts(source.file);
        auto const calendars = settings::read_calendars(source.file);
        for (auto const & feed : source.feeds) {
            auto & mapper = mappers[feed.mapping];
            if (!mapper) {
                auto read = mapping::read_mapping(folder, feed.mapping, plan->schema, *codes);
                if (!read) {
                    add(faults, std::move(read).error());
                    continue;
                }
                mapper = *read;
            }
            add(faults, missing_powers(source, feed, *mapper, *plan->schema));
            auto const drift = drifts.find(feed.name);
            auto const calendar = calendars.find(feed.name);
            plan->feeds.push_back({ &source, &feed, mapper, source.name + '/' + feed.name,
                drift == drifts.end() ? settings::Drift() : drift->second,
                calendar == calendars.end() ? settings::Calendar() : calendar->second });
        }
    }
    plan->views = read_views(folder / "monitor");
    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return plan;
}

settings::Faults missing_powers(settings::Source const & source, settings::Feed const & feed, mapping::Mapper const & mapper,
    record::Schema const & schema)
{
    settings::Faults faults;
    for (auto const & filled : mapper.filled()) {
        auto const & kind = schema.kinds[filled.kind];
        auto const & field = kind.fields[filled.field];
        if (!field.needs.empty() && std::ranges::find(source.powers, field.needs) == source.powers.end()) {
            faults.push_back(filled.where + ": source '" + source.name + "', feed '" + feed.name + "' may not deliver "
                + kind.name + '.' + field.name + ", for that needs the power '" + field.needs
                + "': give the feed a mapping without this line or, if the source has that power, say powers = [\""
                + field.needs + "\"] in " + source.file.string());
        }
    }
    return faults;
}

golden::Ranks ranks(Plan const & plan, std::vector<std::pair<std::string, record::SourceId>> const & numbers)
{
    auto const preferences = reconcile::preferences(*plan.rules);
    golden::Ranks result(preferences.by_kind.size());
    for (std::size_t kind = 0; kind < result.size(); ++kind) {
        result[kind].resize(preferences.by_kind[kind].size());
        for (std::size_t field = 0; field < result[kind].size(); ++field) {
            auto const & patterns = preferences.by_kind[kind][field];
            if (patterns.empty()) {
                continue;
            }
            auto & by_source = result[kind][field];
            for (auto const & [name, number] : numbers) {
                auto const found = std::ranges::find_if(
                    patterns, [&name = name](std::string const & pattern) { return names_source(pattern, name); });
                if (by_source.size() <= number) {
                    by_source.resize(number + 1U, 255);
                }
                by_source[number] = static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(254, found - patterns.begin()));
            }
        }
    }
    return result;
}

reconcile::FreeOfDuplicates free_of_duplicates(
    Plan const & plan, std::map<std::string, record::SourceId, std::less<>> const & numbers)
{
    reconcile::FreeOfDuplicates free;
    for (auto const & patterns : reconcile::free_of_duplicates(*plan.rules)) {
        auto & of_kind = free.emplace_back();
        for (auto const & [name, number] : numbers) {
            auto const names = [&name = name](std::string const & pattern) { return names_source(pattern, name); };
            if (std::ranges::any_of(patterns, names)) {
                of_kind.resize(std::max<std::size_t>(of_kind.size(), number + 1U));
                of_kind[number] = true;
            }
        }
    }
    return free;
}

}
