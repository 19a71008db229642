#include "daemon/reconcile/rules.hpp"

#include "daemon/reconcile/fold.hpp"
#include "daemon/reconcile/read_kind_rules.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ketensync::reconcile {

namespace {

using settings::Table;
using settings::TomlFile;

std::vector<std::string> folded_words(TomlFile & file, Table const & table, std::string_view key)
{
    std::vector<std::string> words;
    auto const texts = table.texts(key);
    auto const places = table.places(key);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto word = fold(texts[i]);
        if (word.empty() || word.find(' ') != std::string::npos) {
            file.fault(places[i], fmt::format("'{}' must be one word", texts[i]));
        }
        words.push_back(std::move(word));
    }
    std::sort(words.begin(), words.end());
    return words;
}

std::vector<std::vector<std::string>> read_preferences(TomlFile & file, Table const & table, record::Kind const & kind)
{
    std::vector<std::vector<std::string>> by_field(kind.fields.size());
    std::vector<std::string> names;
    for (auto const & field : kind.fields) {
        names.push_back(field.name);
    }
    for (auto const & [key, place] : table.keys()) {
        auto const field = kind.field(key);
        if (!field) {
            file.fault(
                place, fmt::format("'{}' is no field of {}{}", key, kind.name, settings::did_you_mean(key, names)));
            continue;
        }
        by_field[*field] = table.texts(key);
        if (by_field[*field].empty()) {
            file.fault(place, "name one source or more, the best first; a * at the end matches any rest");
        }
    }
    return by_field;
}

/// Of the rules' own file and of the numbers of the models that it names.
record::Fingerprint fingerprint(record::Fingerprint const & file, std::vector<KindRules> const & kinds)
{
    std::string written = fmt::format("{:016x}{:016x}", file.high, file.low);
    for (auto const & kind : kinds) {
        if (auto const & model = kind.likely.model) {
            written += fmt::format("\n{} {}", model->prior_same, model->prior_household);
            for (auto const & joint : model->joints) {
                for (auto const & weights : joint.of) {
                    written += fmt::format(" {}", fmt::join(weights, " "));
                }
            }
        }
    }
    return record::fingerprint(written);
}

} // namespace

tl::expected<std::shared_ptr<Rules const>, settings::Faults> read_rules(
    std::filesystem::path const & path, record::Schema const & schema)
{
    auto file = TomlFile::read(path);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    auto const root = file->root();
    auto rules = std::make_shared<Rules>();
    auto const names = root.table("names");
    rules->names.legal_forms = folded_words(*file, names, "legal_forms");
    for (auto const & kind : schema.kinds) {
        auto const table = root.table(kind.name);
        if (!root.has(kind.name)) {
            root.fault(
                kind.name, fmt::format("kind '{}' is missing; add a section [{}] with a method", kind.name, kind.name));
        }
        rules->kinds.push_back(read_kind_rules(*file, table, kind));
        rules->preferences.by_kind.push_back(read_preferences(*file, table.table("prefer"), kind));
    }
    rules->written = fingerprint(file->fingerprint(), rules->kinds);
    if (auto faults = file->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return rules;
}

record::Fingerprint written(Rules const & rules)
{
    return rules.written;
}

std::vector<std::vector<std::string>> free_of_duplicates(Rules const & rules)
{
    std::vector<std::vector<std::string>> by_kind;
    for (auto const & kind : rules.kinds) {
        by_kind.push_back(kind.likely.free_of_duplicates);
    }
    return by_kind;
}

Preferences preferences(Rules const & rules)
{
    return rules.preferences;
}

} // namespace ketensync::reconcile
