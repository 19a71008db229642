#include "daemon/settings/config.hpp"

#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

constexpr std::size_t most = 255; // of kinds, and of fields in a kind: their numbers are bytes

std::vector<std::string> type_words()
{
    std::vector<std::string> names;
    for (int i = 0; i <= static_cast<int>(record::FieldType::reference); ++i) {
        names.emplace_back(record::to_text(static_cast<record::FieldType>(i)));
    }
    return names;
}

void check_name(TomlFile & file, Place const & place, std::string const & name)
{
    if (!is_plain_name(name, "_") || name.find('-') != std::string::npos || name.front() < 'a') {
        file.fault(place, fmt::format("'{}' must be a name of a-z, 0-9 and _, which starts with a letter", name));
    }
}

record::Personal read_personal(Table const & table)
{
    auto const word = table.word("personal", { "none", "indirect", "direct" }, "none");
    return word == "direct"  ? record::Personal::direct
        : word == "indirect" ? record::Personal::indirect
                             : record::Personal::none;
}

/// [retention] is no kind: it names how long things are kept.
constexpr std::string_view retention_section = "retention";

std::vector<record::Retention> read_retention(TomlFile & file, Table const & table)
{
    std::vector<record::Retention> classes;
    for (auto const & [name, place] : table.keys()) {
        check_name(file, place, name);
        auto const entry = table.table(name);
        if (!entry.has("days")) {
            entry.fault("days", "'days' is missing; it says how long, in days");
        }
        auto const days = entry.integer("days", 1, 1, 36'500);
        classes.push_back({ name, static_cast<std::uint32_t>(days), entry.required_text("meaning") });
    }
    return classes;
}

std::string read_keep(Table const & table, std::vector<record::Retention> const & classes, std::string const & fallback)
{
    std::vector<std::string> names;
    for (auto const & each : classes) {
        names.push_back(each.name);
    }
    return table.has("keep") ? table.word("keep", names, "") : fallback;
}

record::Field read_field(Table const & table, std::string const & name, std::vector<std::string> const & kinds)
{
    record::Field field;
    field.name = name;
    table.required_text("type");
    auto const type = table.word("type", type_words(), "text");
    field.type = record::field_type(type).value_or(record::FieldType::text);
    bool const listed = field.type == record::FieldType::code || field.type == record::FieldType::identifier;
    if (listed) {
        field.list = table.required_text("list");
    } else if (table.has("list")) {
        table.fault("list", "only a code or an identifier has a list; remove it, or change the type");
    }
    if (field.type == record::FieldType::reference) {
        table.required_text("to");
        auto const target = table.word("to", kinds, "");
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            if (kinds[i] == target) {
                field.target = static_cast<record::KindId>(i);
            }
        }
    } else if (table.has("to")) {
        table.fault("to", "only a reference has a kind it goes to; remove it, or change the type");
    }
    field.required = table.flag("required", false);
    field.matched = table.flag("matched", false);
    field.personal = read_personal(table);
    field.legal_ground = table.text("ground");
    if (field.personal != record::Personal::none && field.legal_ground.empty()) {
        table.fault("ground", fmt::format("'{}' is personal; 'ground' must say on what legal ground it is kept", name));
    }
    field.needs = table.text("needs");
    field.meaning = table.required_text("meaning");
    return field;
}

/// The date field that `key` of the kind names, when it names one.
std::optional<record::FieldId> read_valid(Table const & table, std::string_view key, record::Kind const & kind)
{
    if (!table.has(key)) {
        return std::nullopt;
    }
    std::vector<std::string> dates;
    for (auto const & field : kind.fields) {
        if (field.type == record::FieldType::date) {
            dates.push_back(field.name);
        }
    }
    return kind.field(table.word(key, dates, ""));
}

record::Kind read_kind(
    TomlFile & file, Table const & table, std::string const & name, std::vector<std::string> const & kinds,
    std::vector<record::Retention> const & classes)
{
    record::Kind kind;
    kind.name = name;
    kind.meaning = table.required_text("meaning");
    kind.keep = read_keep(table, classes, {});
    if (!table.has("fields")) {
        table.fault("fields", fmt::format("kind '{}' has no fields; add a section [{}.fields]", name, name));
    }
    auto const fields = table.table("fields");
    for (auto const & [field_name, place] : fields.keys()) {
        check_name(file, place, field_name);
        if (kind.fields.size() == most) {
            file.fault(place, fmt::format("a kind has at most {} fields", most));
            break;
        }
        auto & field = kind.fields.emplace_back(read_field(fields.table(field_name), field_name, kinds));
        field.keep = read_keep(fields.table(field_name), classes, kind.keep);
        if (field.personal != record::Personal::none && field.keep.empty()) {
            fields.table(field_name).fault(
                "keep", fmt::format("'{}' is personal; 'keep', here or at its kind, must name a class of [retention]", field_name));
        }
    }
    kind.valid_from = read_valid(table, "valid_from", kind);
    kind.valid_until = read_valid(table, "valid_until", kind);
    return kind;
}

} // namespace

tl::expected<record::Schema, Faults> read_schema(std::filesystem::path const & file)
{
    auto read = TomlFile::read(file);
    if (!read) {
        return tl::unexpected(std::move(read).error());
    }
    auto const root = read->root();
    std::vector<std::string> kinds;
    record::Schema schema;
    for (auto const & [name, place] : root.keys()) {
        if (name == retention_section) {
            schema.retention = read_retention(*read, root.table(name));
            continue;
        }
        check_name(*read, place, name);
        kinds.push_back(name);
    }
    if (kinds.empty() || kinds.size() > most) {
        read->fault(root.place(), fmt::format("the schema has from 1 to {} kinds", most));
        kinds.resize(std::min(kinds.size(), most));
    }
    schema.written = read->fingerprint();
    for (auto const & name : kinds) {
        schema.kinds.push_back(read_kind(*read, root.table(name), name, kinds, schema.retention));
    }
    if (auto faults = read->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return schema;
}

} // namespace ketensync::settings
