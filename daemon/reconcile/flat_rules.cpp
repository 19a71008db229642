#include "daemon/reconcile/flat_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::reconcile {

namespace {

std::vector<std::string> const & type_words()
{
    static std::vector<std::string> const words(match_type_names.begin(), match_type_names.end());
    return words;
}

} // namespace

std::optional<MatchType> match_type(std::string_view name)
{
    auto const found = std::find(match_type_names.begin(), match_type_names.end(), name);
    return found == match_type_names.end() ? std::nullopt
                                           : std::optional(static_cast<MatchType>(found - match_type_names.begin()));
}

MatchColumn read_match_column(settings::Table const & table, std::string const & name)
{
    MatchColumn column;
    column.name = name;
    if (table.is_table(name)) {
        auto const own = table.table(name);
        column.type = match_type(own.word("type", type_words(), "text")).value_or(MatchType::text);
        auto const proof = own.word("proof", { "from_data", "none", "elfproef", "assigned" }, "from_data");
        column.proof = proof == "none" ? Proof::none
            : proof == "elfproef"      ? Proof::elfproef
            : proof == "assigned"      ? Proof::assigned
                                       : Proof::from_data;
    } else {
        column.type = match_type(table.word(name, type_words(), "text")).value_or(MatchType::text);
    }
    return column;
}

void read_thresholds(settings::Table const & table, MatchRules & rules)
{
    rules.link = table.number("link", rules.link, -100.0, 100.0);
    rules.review = table.number("review", std::min(rules.review, rules.link), -100.0, 100.0);
    if (rules.review > rules.link) {
        table.fault("review", "'review' must not be above 'link'");
    }
}

void check_columns(settings::Table const & table, MatchRules const & rules)
{
    if (rules.columns.empty() || rules.columns.size() > MatchRules::columns_max) {
        table.fault("columns",
            fmt::format("name 1 to {} columns under [columns], each with its type: {}", MatchRules::columns_max,
                fmt::join(match_type_names, ", ")));
    }
}

tl::expected<FlatRules, settings::Faults> read_flat_rules(std::filesystem::path const & path)
{
    auto file = settings::TomlFile::read(path);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    auto const root = file->root();
    FlatRules rules;
    rules.source = root.text("source");
    rules.free_of_duplicates = root.texts("free_of_duplicates");
    read_thresholds(root, rules.match);
    auto const columns = root.table("columns");
    for (auto const & [name, place] : columns.keys()) {
        rules.match.columns.push_back(read_match_column(columns, name));
    }
    check_columns(root, rules.match);
    if (auto faults = file->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return rules;
}

} // namespace ketensync::reconcile
