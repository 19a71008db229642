#include "daemon/reconcile/read_kind_rules.hpp"

#include "daemon/reconcile/flat_rules.hpp"
#include "daemon/reconcile/model_file.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::reconcile {

namespace {

using record::FieldType;
using settings::Place;
using settings::Table;
using settings::TomlFile;

void look_at(std::vector<bool> & looks_at, std::optional<record::FieldId> field)
{
    if (field) {
        looks_at[*field] = true;
    }
}

/// Reads the columns of an exact method while the fields are named, each once.
class ColumnReader {
public:
    ColumnReader(TomlFile & file, record::Kind const & kind, ExactRules & rules)
        : m_file(file)
        , m_kind(kind)
        , m_rules(rules)
    {
    }

    std::vector<ExactRules::Column> columns(Table const & table, std::string_view key)
    {
        std::vector<ExactRules::Column> columns;
        auto const texts = table.texts(key);
        auto const places = table.places(key);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (auto const column = this->column(places[i], texts[i], {})) {
                columns.push_back(*column);
            }
        }
        return columns;
    }

    std::optional<ExactRules::Column> column(
        Place const & place, std::string const & text, std::initializer_list<FieldType> types)
    {
        auto const field = find_field(m_file, place, text, m_kind, types);
        if (!field) {
            return std::nullopt;
        }
        auto & all = m_rules.columns;
        auto const found = std::find(all.begin(), all.end(), *field);
        if (found != all.end()) {
            return static_cast<ExactRules::Column>(found - all.begin());
        }
        all.push_back(*field);
        return static_cast<ExactRules::Column>(all.size() - 1);
    }

private:
    TomlFile & m_file;
    record::Kind const & m_kind;
    ExactRules & m_rules;
};

std::optional<ExactRules::Period> read_period(Table const & same, ColumnReader & reader)
{
    if (!same.has("near")) {
        return std::nullopt;
    }
    auto const table = same.table("near");
    ExactRules::Period period;
    period.from = reader.column(table.place("from"), table.required_text("from"), { FieldType::date }).value_or(0);
    if (table.has("until")) {
        period.until = reader.column(table.place("until"), table.text("until"), { FieldType::date });
    }
    period.days = static_cast<std::int32_t>(table.integer("days", 0, 0, 3660));
    return period;
}

} // namespace

std::optional<record::FieldId> find_field(TomlFile & file, Place const & place, std::string const & text,
    record::Kind const & kind, std::initializer_list<FieldType> types)
{
    std::vector<std::string> names;
    for (auto const & field : kind.fields) {
        if (types.size() == 0 || std::find(types.begin(), types.end(), field.type) != types.end()) {
            names.push_back(field.name);
        }
    }
    if (std::find(names.begin(), names.end(), text) == names.end()) {
        file.fault(place,
            fmt::format(
                "'{}' is no field of {} that can stand here{}", text, kind.name, settings::did_you_mean(text, names)));
        return std::nullopt;
    }
    auto const field = kind.field(text);
    if (!kind.fields[*field].matched) {
        file.fault(place, fmt::format("'{}' is not 'matched' in the schema; say so there, or leave it out here", text));
        return std::nullopt;
    }
    return field;
}

ExactRules read_exact_rules(TomlFile & file, Table const & table, record::Kind const & kind)
{
    ExactRules rules;
    ColumnReader reader(file, kind, rules);
    for (auto const & entry : table.tables("same")) {
        ExactRules::Same same;
        same.equal = reader.columns(entry, "equal");
        same.equal_or_both_none = reader.columns(entry, "equal_or_both_none");
        same.equal_or_missing = reader.columns(entry, "equal_or_missing");
        same.near = read_period(entry, reader);
        if (same.equal.empty()) {
            entry.fault("equal", "name one field or more that both records have and that is equal");
        }
        rules.same.push_back(std::move(same));
    }
    if (rules.same.empty()) {
        table.fault("same", fmt::format("add a section [[{}.same]] that says when two records are one", kind.name));
    }
    rules.never_differ = reader.columns(table, "never_differ");
    if (rules.columns.size() > ExactRules::columns_max) {
        table.fault("same", fmt::format("at most {} fields decide of one kind", ExactRules::columns_max));
    }
    return rules;
}

LikelyRules read_likely_rules(TomlFile & file, Table const & table, record::Kind const & kind)
{
    LikelyRules rules;
    read_thresholds(table, rules.match);
    rules.records_expected = table.number("records", rules.records_expected, 100, 1e10);
    rules.free_of_duplicates = table.texts("free_of_duplicates");
    auto const columns = table.table("columns");
    for (auto const & [name, place] : columns.keys()) {
        if (auto const field = find_field(file, place, name, kind, {})) {
            rules.match.columns.push_back(read_match_column(columns, name));
            rules.fields.push_back(*field);
        }
    }
    check_columns(table, rules.match);
    if (table.has("model")) {
        auto const path = file.path().parent_path() / table.required_text("model");
        RecordTable const empty(rules.match);
        if (auto model = read_model(path, Form(empty))) {
            rules.model = std::make_shared<Model const>(std::move(*model));
        } else {
            for (auto const & fault : model.error()) {
                table.fault("model", fault);
            }
        }
    }
    return rules;
}

KindRules read_kind_rules(TomlFile & file, Table const & table, record::Kind const & kind)
{
    KindRules rules;
    rules.looks_at.resize(kind.fields.size());
    auto const method = table.word("method", { "none", "exact", "likely" }, "none");
    if (!table.has("method")) {
        table.fault("method", "'method' is missing; it is none, exact or likely");
    }
    if (method == "exact") {
        rules.method = KindRules::Method::exact;
        rules.exact = read_exact_rules(file, table, kind);
        for (auto const field : rules.exact.columns) {
            look_at(rules.looks_at, field);
        }
    } else if (method == "likely") {
        rules.method = KindRules::Method::likely;
        rules.likely = read_likely_rules(file, table, kind);
        for (auto const field : rules.likely.fields) {
            look_at(rules.looks_at, field);
        }
    }
    return rules;
}

} // namespace ketensync::reconcile
