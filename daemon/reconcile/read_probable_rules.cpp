#include "daemon/reconcile/read_kind_rules.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ketensync::reconcile {

namespace {

using settings::Place;
using settings::Table;
using settings::TomlFile;

constexpr auto key_parts = std::to_array<std::pair<std::string_view, KeyPart>>({
    { "bsn", KeyPart::bsn },
    { "identifier", KeyPart::identifier },
    { "email", KeyPart::email },
    { "telephone", KeyPart::telephone },
    { "birth_date", KeyPart::birth_date },
    { "birth_year", KeyPart::birth_year },
    { "sound", KeyPart::sound },
    { "surname", KeyPart::surname },
    { "given", KeyPart::given },
    { "given3", KeyPart::given3 },
    { "initial", KeyPart::initial },
    { "sex", KeyPart::sex },
    { "postcode", KeyPart::postcode },
    { "postcode4", KeyPart::postcode4 },
    { "house_number", KeyPart::house_number },
});

/// "sound + given3": the parts, or faults at the column of the part that is none.
KeyRule read_key(TomlFile & file, Place const & place, std::string const & text)
{
    KeyRule rule;
    for (std::size_t from = 0; from <= text.size();) {
        auto const end = std::min(text.find('+', from), text.size());
        auto const first = std::min(text.find_first_not_of(' ', from), end);
        auto const last = first == end ? end : text.find_last_not_of(' ', end - 1) + 1;
        auto const word = text.substr(first, last - first);
        auto const found
            = std::find_if(key_parts.begin(), key_parts.end(), [&](auto const & part) { return part.first == word; });
        if (found != key_parts.end()) {
            rule.push_back(found->second);
        } else {
            std::vector<std::string> words;
            for (auto const & [name, part] : key_parts) {
                words.emplace_back(name);
            }
            auto const hint = settings::did_you_mean(word, words);
            file.fault(place.moved(1 + first),
                fmt::format("'{}' is no part of a key{}", word,
                    hint.empty() ? fmt::format("; one of: {}", fmt::join(words, ", ")) : hint));
        }
        from = end + 1;
    }
    return rule;
}

/// { same = 0.8, other = 0.001, household = 0.5 }: probabilities, kept as their logarithms.
Odds read_odds(Table const & parent, std::string_view key)
{
    if (!parent.has(key)) {
        parent.fault(
            key, fmt::format("'{}' is missing; write {} = {{ same = …, other = …, household = … }}", key, key));
        return {};
    }
    auto const table = parent.table(key);
    auto const read = [&](std::string_view name) {
        if (!table.has(name)) {
            table.fault(name, fmt::format("'{}' is missing; it is a probability", name));
        }
        return std::log2(table.number(name, 0.5, 1e-12, 1.0));
    };
    return { read("same"), read("other"), read("household") };
}

void read_aspect(
    TomlFile & file, Table const & table, record::Kind const & kind, std::size_t aspect, ProbableRules & rules)
{
    auto const & form = aspect_forms[aspect];
    auto const texts = table.texts("fields");
    auto const places = table.places("fields");
    if (texts.empty() || texts.size() > form.fields) {
        table.fault("fields", fmt::format("'{}' is told by 1 to {} fields", form.name, form.fields));
    }
    for (std::size_t i = 0; i < std::min(texts.size(), form.fields); ++i) {
        auto const field = find_field(file, places[i], texts[i], kind, { form.types[0], form.types[form.fields - 1] });
        if (!field) {
            continue;
        }
        // Where the types differ the type says which of the two it is; where they are alike, the order does.
        auto const type = kind.fields[*field].type;
        auto const slot = form.types[0] == form.types[form.fields - 1] ? i : type == form.types[0] ? 0U : 1U;
        if (rules.fields[aspect][slot]) {
            file.fault(places[i], fmt::format("'{}' has two fields of type {}", form.name, record::to_text(type)));
        }
        rules.fields[aspect][slot] = field;
    }
    rules.rarest[aspect] = table.number("rarest", 0.0, 0.0, 0.1);
    for (std::size_t level = 1; level <= form.level_count; ++level) {
        rules.odds[aspect][level] = read_odds(table, form.levels[level - 1]);
    }
}

std::optional<record::FieldId> read_field(
    TomlFile & file, Table const & table, std::string_view key, record::Kind const & kind, record::FieldType type)
{
    return table.has(key) ? find_field(file, table.place(key), table.text(key), kind, { type }) : std::nullopt;
}

} // namespace

ProbableRules read_probable_rules(TomlFile & file, Table const & table, record::Kind const & kind)
{
    ProbableRules rules;
    rules.bsn = read_field(file, table, "bsn", kind, record::FieldType::bsn);
    rules.identifier = read_field(file, table, "identifier", kind, record::FieldType::identifier);
    rules.prior = read_odds(table, "prior");
    if (rules.identifier) {
        rules.identifier_differs = read_odds(table, "identifier_differs");
    }
    rules.link = table.number("link", 8.0, -100.0, 100.0);
    rules.review = table.number("review", 2.0, -100.0, 100.0);
    rules.margin = table.number("margin", 4.0, 0.0, 100.0);
    rules.common_after = table.number("common_after", 1000.0, 1.0, 1e9);
    rules.block_max = static_cast<std::uint32_t>(table.integer("block_max", 200, 2, 10'000));
    if (rules.review > rules.link) {
        table.fault("review", "'review' must not be above 'link'");
    }
    auto const compare = table.table("compare");
    for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
        if (compare.has(aspect_forms[aspect].name)) {
            read_aspect(file, compare.table(aspect_forms[aspect].name), kind, aspect, rules);
        }
    }
    auto const keys = table.texts("keys");
    auto const places = table.places("keys");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        rules.keys.push_back(read_key(file, places[i], keys[i]));
    }
    if (keys.empty()) {
        table.fault("keys", "name the keys under which records meet, as in [\"birth_date + sound\"]");
    }
    return rules;
}

} // namespace ketensync::reconcile
