#include "daemon/commands/options.hpp"

#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ketensync::commands {

namespace {

tl::unexpected<Error> usage(std::string what)
{
    return fail(Failure::usage, std::move(what));
}

OptionRow const * row_of(std::string_view name)
{
    auto const table = option_table();
    auto const found = std::find_if(table.begin(), table.end(), [&](auto const & row) { return row.name == name; });
    return found == table.end() ? nullptr : &*found;
}

/// The settings' own "did you mean", which compares whole words: a wrong case or a beginning is near as well.
std::string suggestion(std::string_view name)
{
    std::string lower;
    for (char const letter : name) {
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    std::vector<std::string> names;
    for (auto const & row : option_table()) {
        names.emplace_back(row.name);
    }
    auto nearest = settings::nearest(lower, names);
    for (auto const & each : names) {
        if (nearest.empty() && lower.size() > 1 && each.starts_with(lower)) {
            nearest = each;
        }
    }
    return nearest.empty() ? "; --help shows all" : fmt::format(", did you mean --{}?", nearest);
}

struct Given {
    OptionRow const * row;
    std::string_view value;
};

/// One option with its value, from `words[position]` on; moves `position` past it.
Result<Given> next_option(std::span<char const * const> words, std::size_t & position)
{
    std::string_view const word = words[position++];
    if (!word.starts_with("--") || word == "--") {
        return usage(fmt::format("'{}' is not an option{}", word,
            word.starts_with("-") ? "; --help shows all" : "; nothing but options is taken"));
    }
    auto const equals = word.find('=');
    auto const name = word.substr(2, equals == std::string_view::npos ? equals : equals - 2);
    auto const * const row = row_of(name);
    if (row == nullptr) {
        return usage(fmt::format("unknown option --{}{}", name, suggestion(name)));
    }
    if (equals != std::string_view::npos) {
        auto const value = word.substr(equals + 1);
        if (row->takes == OptionRow::Takes::nothing) {
            return usage(fmt::format("--{} takes no value", name));
        }
        if (value.empty()) {
            return usage(fmt::format("--{} needs a value: --{}={}", name, name, row->placeholder));
        }
        return Given { row, value };
    }
    if (row->takes != OptionRow::Takes::value) {
        return Given { row, {} };
    }
    if (position == words.size() || std::string_view(words[position]).starts_with("--") || *words[position] == '\0') {
        return usage(fmt::format("--{} needs a value: --{}={}", name, name, row->placeholder));
    }
    return Given { row, words[position++] };
}

std::string_view name_of(Command command)
{
    for (auto const & row : option_table()) {
        if (row.starts == command) {
            return row.name;
        }
    }
    return "";
}

/// What only shows when all is read.
Result<void> check_together(Options const & options, std::vector<OptionRow const *> const & seen)
{
    for (auto const * row : seen) {
        if (row->belongs_to.empty()
            || std::find(row->belongs_to.begin(), row->belongs_to.end(), options.command) != row->belongs_to.end()) {
            continue;
        }
        std::string homes;
        for (auto const home : row->belongs_to) {
            homes += fmt::format("{}--{}", homes.empty() ? "" : " or ", name_of(home));
        }
        return usage(fmt::format("--{} goes with {}", row->name, homes));
    }
    if (options.accept_mass_change && options.names.size() != 1) {
        return usage("--accept-mass-change is about one feed; name it: --sync=SOURCE/FEED");
    }
    if (options.command == Command::pause && (options.until.empty() || options.reason.empty())) {
        return usage("--pause needs to know until when and why: --until=DATE --reason=TEXT");
    }
    if (options.command == Command::map && options.mapping.empty()) {
        return usage("--map needs to know by which mapping: --mapping=NAME");
    }
    if (options.no_wait && options.dry_run) {
        return usage("--dry-run is waited for; leave out --no-wait");
    }
    if (options.command == Command::quarantine && options.quarantine == QuarantineAction::drop && options.source.empty()
        && options.reason.empty() && options.ids.empty()) {
        return usage("--quarantine=drop needs to know which: --source=, --reason= or --id=");
    }
    return {};
}

} // namespace

Result<Options> parse(std::span<char const * const> words)
{
    Options options;
    if (std::any_of(words.begin(), words.end(), [](std::string_view word) { return word == "--help"; })) {
        options.command = Command::help;
        return options;
    }
    std::vector<OptionRow const *> seen;
    OptionRow const * command = nullptr;
    for (std::size_t position = 0; position < words.size();) {
        KETENSYNC_TRY_ASSIGN(auto const given, next_option(words, position));
        auto const & [row, value] = given;
        if (std::find(seen.begin(), seen.end(), row) != seen.end()) {
            return usage(fmt::format("--{} is given twice", row->name));
        }
        seen.push_back(row);
        if (row->starts) {
            if (command != nullptr) {
                return usage(fmt::format("--{} and --{} are two commands; give one", command->name, row->name));
            }
            command = row;
            options.command = *row->starts;
        }
        if (row->take != nullptr && (row->takes != OptionRow::Takes::maybe_value || !value.empty())) {
            KETENSYNC_TRY(row->take(options, value));
        }
    }
    KETENSYNC_TRY(check_together(options, seen));
    return options;
}

} // namespace ketensync::commands
