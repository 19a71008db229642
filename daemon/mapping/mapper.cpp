#include "daemon/mapping/mapper.hpp"

#include "daemon/mapping/evaluate.hpp"
#include "daemon/mapping/mapping_file.hpp"
#include "daemon/record/canonical.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using formats::Tree;
using record::FieldType;
using record::MappedDocument;

constexpr std::size_t key_bytes_max = 512;

class CompiledMapper final : public Mapper {
public:
    explicit CompiledMapper(MappingFile mapping)
        : m_mapping(std::move(mapping))
    {
    }

    formats::Layout const & layout() const override { return m_mapping.layout; }
    std::vector<std::vector<std::string>> const & reads() const override { return m_mapping.reads; }
    std::vector<std::vector<std::string>> const & unread() const override { return m_mapping.unread; }
    record::Schema const & schema() const override { return *m_mapping.schema; }
    record::Fingerprint version() const override { return m_mapping.version; }

    std::vector<std::string> lines(record::KindId kind, record::FieldId field) const override
    {
        std::vector<std::string> found;
        for (auto const & rule : m_mapping.records) {
            for (auto const & line : rule.fields) {
                if (rule.kind == kind && line.field == field) {
                    found.push_back(line.where);
                }
            }
        }
        return found;
    }
    std::vector<Filled> filled() const override
    {
        std::vector<Filled> all;
        for (auto const & rule : m_mapping.records) {
            for (auto const & field : rule.fields) {
                all.push_back({ rule.kind, field.field, field.where });
            }
        }
        return all;
    }

    Result<std::string> key(Tree const & tree, Told const & told) const override
    {
        Arena arena;
        std::string scratch;
        Invalid invalid;
        Scope const scope { tree, Tree::root, told, {}, arena, scratch };
        auto const key = evaluate(m_mapping.key, m_mapping.tables, scope, invalid);
        if (!key || key->empty()) {
            return fail(Failure::bad_data, "this document has no value for its key");
        }
        if (key->size() > key_bytes_max) {
            return fail(
                Failure::bad_data, fmt::format("the key of this document is longer than {} bytes", key_bytes_max));
        }
        return std::string(*key);
    }

    void map(Tree const & tree, Told const & told, MappedDocument & mapped) const override
    {
        Work work { mapped, 0, {}, {}, {} };
        mapped.rejects.clear();
        for (auto const & rule : m_mapping.records) {
            if (rule.each) {
                for_each(tree, *rule.each, [&](Tree::Id item) { map_record(rule, tree, item, told, work); });
            } else {
                map_record(rule, tree, Tree::root, told, work);
            }
        }
        mapped.records.resize(work.count);
        mapped.outcome = work.count != 0 ? MappedDocument::Outcome::mapped
            : mapped.rejects.empty()     ? MappedDocument::Outcome::filtered
                                         : MappedDocument::Outcome::rejected;
    }

private:
    /// What one document is mapped with. Records of the document before are overwritten, to use their memory again.
    struct Work {
        MappedDocument & mapped;
        std::size_t count;
        Arena arena;
        std::string scratch;
        std::vector<std::string_view> values; ///< of the record being made
    };

    void map_record(RecordRule const & rule, Tree const & tree, Tree::Id item, Told const & told, Work & work) const
    {
        work.arena.clear();
        Scope scope { tree, item, told, {}, work.arena, work.scratch };
        for (auto const & condition : rule.when) {
            if (!holds(condition, m_mapping.tables, scope)) {
                return;
            }
        }
        auto & values = work.values;
        values.assign(rule.fields_count, {});
        bool sound = true;
        for (auto const & field : rule.fields) {
            auto & value = values[field.field];
            sound = map_field(field, scope, work, value) && sound;
            if (rule.valid_from == field.field) {
                scope.date = value;
            }
        }
        std::string_view key;
        std::int64_t order = 0;
        sound = find_key(rule, scope, work, key) && sound;
        sound = find_order(rule, scope, work, order) && sound;
        std::span<std::string_view const> const texts(values);
        if (sound && std::all_of(texts.begin(), texts.end(), [](std::string_view text) { return text.empty(); })) {
            reject(work, "nothing-told", "there is no value for any field of this record", rule.key_where);
            sound = false;
        }
        if (sound && !record::Values::fits(texts)) {
            reject(
                work, "record-too-large", "the values of this record are larger than 64 KiB together", rule.key_where);
            sound = false;
        }
        if (!sound) {
            return;
        }
        if (work.count == work.mapped.records.size()) {
            work.mapped.records.emplace_back();
        }
        auto & made = work.mapped.records[work.count++];
        made.kind = rule.kind;
        made.key.assign(key);
        made.order = order;
        made.values = record::Values(texts);
    }

    bool map_field(FieldRule const & field, Scope const & scope, Work & work, std::string_view & value) const
    {
        Invalid invalid;
        auto found = evaluate(field.program, m_mapping.tables, scope, invalid);
        if (found) {
            found = settle(field, *found, scope, invalid);
        }
        if (!found) {
            if (!field.lenient) {
                reject(work, invalid.reason, fmt::format("'{}' {}", field.name, invalid.what), field.where);
                return false;
            }
            found = std::string_view();
        }
        value = *found;
        if (value.empty() && field.required) {
            reject(work, "required-missing", fmt::format("'{}' is required and has no value", field.name), field.where);
            return false;
        }
        return true;
    }

    /// The value in the canonical form of its type, kept for as long as the record is made.
    std::optional<std::string_view> settle(
        FieldRule const & field, std::string_view text, Scope const & scope, Invalid & invalid) const
    {
        auto const found = record::canonical(field.type, text, scope.scratch);
        if (!found || (field.list != nullptr && !found->empty() && !field.list->holds(*found))) {
            invalid = { record::invalid_reason(field.type), std::string(record::why_invalid(field.type, text)) };
            return std::nullopt;
        }
        bool const in_scratch = found->data() == scope.scratch.data() && !found->empty();
        return in_scratch ? scope.arena.keep(*found) : *found;
    }

    bool find_key(RecordRule const & rule, Scope const & scope, Work & work, std::string_view & key) const
    {
        Invalid invalid;
        auto const found = evaluate(rule.key, m_mapping.tables, scope, invalid);
        if (!found || found->empty()) {
            reject(work, "key-missing", "a value that the key is made of is missing", rule.key_where);
            return false;
        }
        if (found->size() > key_bytes_max) {
            reject(work, "key-too-long", fmt::format("the key is longer than {} bytes", key_bytes_max), rule.key_where);
            return false;
        }
        key = *found;
        return true;
    }

    bool find_order(RecordRule const & rule, Scope const & scope, Work & work, std::int64_t & order) const
    {
        if (!rule.order) {
            return true;
        }
        Invalid invalid;
        auto const found = evaluate(*rule.order, m_mapping.tables, scope, invalid);
        auto const text = found ? record::trimmed(*found) : std::string_view();
        if (found && text.empty()) {
            return true; // a telling without order is believed least
        }
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), order);
        if (!found || error != std::errc() || end != text.data() + text.size()) {
            reject(
                work, "order-invalid", "the order of this telling is not a whole number or a moment", rule.order_where);
            return false;
        }
        return true;
    }

    static void reject(Work & work, std::string_view reason, std::string detail, std::string const & where)
    {
        work.mapped.rejects.push_back({ std::string(reason), std::move(detail), where });
    }

    MappingFile m_mapping;
};

} // namespace

std::vector<std::string> mapping_names(std::filesystem::path const & mappings_folder)
{
    namespace fs = std::filesystem;
    std::vector<std::string> names;
    std::error_code error;
    for (auto entry = fs::directory_iterator(mappings_folder, error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (std::error_code ignored; fs::exists(entry->path() / "mapping.toml", ignored)) {
            names.push_back(entry->path().filename().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

tl::expected<std::shared_ptr<Mapper const>, settings::Faults> read_mapping(
    std::filesystem::path const & mappings_folder, std::string const & name,
    std::shared_ptr<record::Schema const> schema, std::shared_ptr<CodeLists const> codes)
{
    auto mapping = read_mapping_file(mappings_folder, name, std::move(schema), std::move(codes));
    if (!mapping) {
        return tl::unexpected(std::move(mapping).error());
    }
    return std::make_shared<CompiledMapper const>(std::move(*mapping));
}

} // namespace ketensync::mapping
