#include "daemon/mapping/mapping_file.hpp"

#include "daemon/mapping/compiler.hpp"
#include "daemon/mapping/document_section.hpp"
#include "daemon/record/canonical.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using record::FieldType;
using settings::Table;

/// Part of every version: another number means that the same mapping may give other records than before.
constexpr int language_version = 1;

class Reader {
public:
    Reader(settings::TomlFile & file, std::string name, MappingFile & mapping)
        : m_file(file)
        , m_name(std::move(name))
        , m_mapping(mapping)
        , m_compiler(file, *mapping.codes, mapping.tables)
    {
    }

    void read()
    {
        auto const root = m_file.root();
        root.required_text("layout");
        root.required_text("verified");
        auto const document = root.table("document");
        if (!root.has("document")) {
            m_file.fault(root.place(), "a section [document] is missing; it says how the documents lie in a page");
        }
        m_mapping.layout = read_document_section(m_file, document);
        m_mapping.key = composed(document, "key", false);
        add_reads({}, 0);
        auto const unread = document.texts("unread");
        auto const places = document.places("unread");
        for (std::size_t i = 0; i < unread.size(); ++i) {
            m_mapping.unread.push_back(names(m_compiler.path(unread[i], places[i].moved(1), false)));
        }
        m_like = root.text("like");
        auto const records = root.tables("record");
        if (records.empty() && !root.has("record") && m_like.empty()) {
            m_file.fault(
                root.place(), "this mapping makes no records; add a [[record]], or like = \"…\" for those of another");
        }
        if (!records.empty() && !m_like.empty()) {
            root.fault("like", "records come from another mapping or from here, not from both");
        }
        for (auto const & table : records) {
            read_record(table);
        }
    }

    /// The records only, of a mapping that another one is like.
    void read_records()
    {
        auto const root = m_file.root();
        root.text("layout");
        root.text("verified");
        root.text("like");
        skip_document_section(root.table("document"));
        for (auto const & table : root.tables("record")) {
            read_record(table);
        }
    }

    /// The mapping that this one takes its records from; empty for none.
    std::string const & like() const { return m_like; }

    std::vector<std::string> const & lists_used() const { return m_compiler.lists_used(); }

private:
    /// It is read where that mapping is; here it only must not count as unknown.
    static void skip_document_section(Table const & table)
    {
        table.keys();
        for (auto const & entry : table.has("position") ? table.tables("position") : std::vector<Table>()) {
            entry.keys();
        }
    }

    static std::vector<std::string> names(Path const & path)
    {
        std::vector<std::string> names;
        for (auto const & part : path.parts) {
            names.push_back(part.name);
        }
        return names;
    }

    /// What the paths from number `first` on read, and the way to them.
    void add_reads(Path const & each, std::size_t first)
    {
        auto const add = [this](std::vector<std::string> before, Path const & path) {
            for (auto const & part : path.parts) {
                before.push_back(part.name);
                if (!part.where.empty()) {
                    auto condition = before;
                    condition.push_back(part.where);
                    m_mapping.reads.push_back(std::move(condition));
                }
            }
            m_mapping.reads.push_back(std::move(before));
        };
        add({}, each);
        for (auto at = first; at < m_mapping.tables.paths.size(); ++at) {
            auto const & path = m_mapping.tables.paths[at];
            add(path.from_document ? std::vector<std::string>() : names(each), path);
        }
    }

    /// The place of the first character of a text value, behind its quote.
    static settings::Place inside(Table const & table, std::string_view key) { return table.place(key).moved(1); }

    /// "mappings/srg/mapping.toml:14:12": the same wherever the mappings are installed.
    std::string where(settings::Place const & place) const
    {
        return fmt::format("mappings/{}/mapping.toml:{}:{}", m_name, place.line, place.column);
    }

    Program composed(Table const & table, std::string_view key, bool inside_each)
    {
        auto const text = table.required_text(key);
        return text.empty() ? Program() : m_compiler.composed(text, inside(table, key), inside_each);
    }

    void read_record(Table const & table)
    {
        std::vector<std::string> kinds;
        for (auto const & kind : m_mapping.schema->kinds) {
            kinds.push_back(kind.name);
        }
        table.required_text("kind");
        auto const kind_name = table.word("kind", kinds, "");
        RecordRule rule;
        auto const paths = m_mapping.tables.paths.size();
        bool const each = table.has("each");
        if (each) {
            auto const text = table.required_text("each");
            rule.each = m_compiler.path(text, inside(table, "each"), false);
        }
        rule.key = composed(table, "key", each);
        rule.key_where = where(table.place("key"));
        if (table.has("order")) {
            rule.order = m_compiler.expression(table.required_text("order"), inside(table, "order"), each);
            rule.order_where = where(table.place("order"));
        }
        if (table.has("when")) {
            rule.when = m_compiler.conditions(table.required_text("when"), inside(table, "when"), each);
        }
        auto const fields = table.table("fields");
        if (!table.has("fields")) {
            table.fault("fields", "a record without fields; add a section [record.fields]");
        }
        auto const keys = fields.keys();
        auto const id = m_mapping.schema->kind(kind_name);
        if (!id) {
            return; // told already; without the kind the fields mean nothing
        }
        rule.kind = *id;
        auto const & kind = m_mapping.schema->kinds[*id];
        rule.fields_count = kind.fields.size();
        rule.valid_from = kind.valid_from;
        for (auto const & [name, place] : keys) {
            read_field(fields, name, place, kind, each, rule);
        }
        require_all(table, kind, rule);
        add_reads(rule.each ? *rule.each : Path(), paths);
        std::stable_partition(rule.fields.begin(), rule.fields.end(),
            [&](FieldRule const & field) { return rule.valid_from == field.field; });
        m_mapping.records.push_back(std::move(rule));
    }

    static void require_all(Table const & table, record::Kind const & kind, RecordRule const & rule)
    {
        for (std::size_t i = 0; i < kind.fields.size(); ++i) {
            bool const mapped = std::any_of(
                rule.fields.begin(), rule.fields.end(), [&](FieldRule const & field) { return field.field == i; });
            if (kind.fields[i].required && !mapped) {
                table.fault(
                    "kind", fmt::format("'{}' needs '{}', which is not mapped here", kind.name, kind.fields[i].name));
            }
        }
    }

    void read_field(Table const & fields, std::string const & name, settings::Place const & place,
        record::Kind const & kind, bool each, RecordRule & rule)
    {
        auto const id = kind.field(name);
        if (!id) {
            std::vector<std::string> names;
            for (auto const & field : kind.fields) {
                names.push_back(field.name);
            }
            m_file.fault(
                place, fmt::format("'{}' has no field '{}'{}", kind.name, name, settings::did_you_mean(name, names)));
            return;
        }
        auto const text = fields.required_text(name);
        if (text.empty()) {
            return;
        }
        auto const & field = kind.fields[*id];
        FieldRule made;
        made.field = *id;
        made.type = field.type;
        made.required = field.required;
        made.name = name;
        made.where = where(fields.place(name));
        bool const arrow = text.rfind("->", 0) == 0;
        if (arrow != (field.type == FieldType::reference)) {
            fields.fault(name,
                arrow
                    ? fmt::format("'{}' is not a reference; only references begin with ->", name)
                    : fmt::format(
                        "'{}' refers to a record; write \"-> source/key\", as in \"-> {{source}}/{{nummer}}\"", name));
            return;
        }
        if (arrow) {
            read_reference(fields, name, text, each, made);
        } else {
            made.program = m_compiler.expression(text, inside(fields, name), each);
            made.lenient = m_compiler.lenient();
        }
        if (field.type == FieldType::code) {
            check_list(fields, name, field, made);
        }
        rule.fields.push_back(std::move(made));
    }

    void read_reference(
        Table const & fields, std::string const & name, std::string const & text, bool each, FieldRule & made)
    {
        auto const start = std::min(text.find_first_not_of(' ', 2), text.size());
        auto const target = text.substr(start);
        auto const slash = target.find('/');
        auto const source = target.substr(0, slash);
        bool const named = !source.empty() && std::all_of(source.begin(), source.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (slash == std::string::npos || slash + 1 == target.size() || (source != "{source}" && !named)) {
            m_file.fault(inside(fields, name).moved(start),
                "a reference is \"-> source/key\": the name of a source or {source}, a slash, and the key");
            return;
        }
        made.program = m_compiler.composed(target, inside(fields, name).moved(start), each);
    }

    /// A code must come from its list, and what a translation gives must be in it.
    void check_list(Table const & fields, std::string const & name, record::Field const & field, FieldRule & made)
    {
        made.list = m_mapping.codes->list(field.list);
        if (made.list == nullptr) {
            fields.fault(name,
                fmt::format("the schema says '{}' is in code list '{}', but mappings/codes has no such list", name,
                    field.list));
            return;
        }
        auto const * const last = m_compiler.last_list();
        m_own_lists.push_back(field.list);
        if (last == nullptr) {
            return;
        }
        for (auto const & code : last->codes()) {
            if (!made.list->holds(code)) {
                fields.fault(name,
                    fmt::format("code list '{}' gives '{}', which is not in list '{}'", m_compiler.last_list_name(),
                        code, field.list));
            }
        }
    }

public:
    std::vector<std::string> const & own_lists() const { return m_own_lists; }

private:
    settings::TomlFile & m_file;
    std::string m_name;
    MappingFile & m_mapping;
    Compiler m_compiler;
    std::vector<std::string> m_own_lists;
    std::string m_like;
};

std::string content(std::filesystem::path const & path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

/// Everything of the schema that decides what a value becomes.
std::string describe(record::Schema const & schema)
{
    std::string text;
    for (auto const & kind : schema.kinds) {
        text += fmt::format("{}{{", kind.name);
        for (auto const & field : kind.fields) {
            text += fmt::format(
                "{}:{}:{}:{}:{};", field.name, record::to_text(field.type), field.list, field.target, field.required);
        }
        text += '}';
    }
    return text;
}

/// Columns at fixed positions are always the same nodes, the first behind the root: nobody needs to look for them.
void place_columns(MappingFile & mapping)
{
    auto const & positions = mapping.layout.positions;
    for (auto & path : mapping.tables.paths) {
        auto const column = std::find_if(positions.begin(), positions.end(),
            [&](auto const & position) { return path.parts.size() == 1 && position.name == path.parts[0].name; });
        if (column != positions.end() && path.parts[0].where.empty()) {
            path.usual = 1 + static_cast<std::uint32_t>(column - positions.begin());
        }
    }
}

} // namespace

tl::expected<MappingFile, settings::Faults> read_mapping_file(std::filesystem::path const & mappings_folder,
    std::string const & name, std::shared_ptr<record::Schema const> schema, std::shared_ptr<CodeLists const> codes)
{
    auto const path = mappings_folder / name / "mapping.toml";
    auto file = settings::TomlFile::read(path);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    MappingFile mapping;
    mapping.schema = std::move(schema);
    mapping.codes = std::move(codes);
    Reader reader(*file, name, mapping);
    reader.read();
    std::string contents = content(path);
    auto lists = reader.lists_used();
    lists.insert(lists.end(), reader.own_lists().begin(), reader.own_lists().end());
    settings::Faults faults;
    if (!reader.like().empty()) {
        auto const other_path = mappings_folder / reader.like() / "mapping.toml";
        auto other = settings::TomlFile::read(other_path);
        if (!other || reader.like() == name) {
            file->root().fault("like", fmt::format("there is no other mapping '{}'", reader.like()));
        } else {
            Reader records(*other, reader.like(), mapping);
            records.read_records();
            contents += content(other_path);
            lists.insert(lists.end(), records.lists_used().begin(), records.lists_used().end());
            lists.insert(lists.end(), records.own_lists().begin(), records.own_lists().end());
            faults = other->finish();
            if (mapping.records.empty() && faults.empty()) {
                file->root().fault("like", fmt::format("'{}' has no records of its own", reader.like()));
            }
        }
    }
    for (auto & fault : file->finish()) {
        faults.push_back(std::move(fault));
    }
    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    place_columns(mapping);
    std::string version = fmt::format("{} {} {}", language_version, contents, describe(*mapping.schema));
    for (auto const & list : lists) {
        auto const of_list = mapping.codes->list(list)->version();
        version += fmt::format(" {} {} {}", list, of_list.high, of_list.low);
    }
    mapping.version = record::fingerprint(version);
    return mapping;
}

} // namespace ketensync::mapping
