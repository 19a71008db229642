#include "daemon/pipeline/held.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ketensync::pipeline {

namespace {

/// Shorter texts are found everywhere.
constexpr std::size_t mark_bytes_min = 7;

void add_mark(std::set<std::string> & marks, std::string_view text)
{
    if (text.size() >= mark_bytes_min) {
        marks.insert(std::string(text));
    }
}

void add_marks(std::set<std::string> & marks, record::Kind const & kind, record::Values const & values)
{
    for (std::size_t field = 0; field < kind.fields.size() && field < values.size(); ++field) {
        if (recognises(kind.fields[field].type)) {
            add_mark(marks, values[static_cast<record::FieldId>(field)]);
        }
    }
}

bool holds_mark(std::string_view bytes, std::set<std::string> const & marks)
{
    return std::ranges::any_of(marks, [bytes](std::string const & mark) { return bytes.find(mark) != std::string_view::npos; });
}

/// The person, and what refers to it in a field of that kind.
Result<std::vector<Held::Golden>> golden_of(golden::Golden & store, record::Schema const & schema,
    std::vector<std::pair<record::GoldenId, record::KindId>> const & all, record::GoldenId person)
{
    std::vector<Held::Golden> found;
    auto const of_person = std::ranges::find(all, person, &std::pair<record::GoldenId, record::KindId>::first);
    if (of_person == all.end()) {
        return fail(Failure::usage, fmt::format("there is no golden record {}", person));
    }
    auto const kind = of_person->second;
    KETENSYNC_TRY_ASSIGN(auto first, store.delivered(person));
    found.push_back({ person, kind, std::move(first.values) });
    auto const id = std::to_string(person);
    for (auto const & [golden, other] : all) {
        auto const & fields = schema.kinds[other].fields;
        bool const may = std::ranges::any_of(fields, [kind](record::Field const & field) {
            return field.type == record::FieldType::reference && field.target == kind;
        });
        if (!may || golden == person) {
            continue;
        }
        KETENSYNC_TRY_ASSIGN(auto delivered, store.delivered(golden));
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (fields[field].type == record::FieldType::reference && fields[field].target == kind
                && delivered.values[static_cast<record::FieldId>(field)] == id) {
                found.push_back({ golden, other, std::move(delivered.values) });
                break;
            }
        }
        store.forget();
    }
    return found;
}

Result<void> add_history(store::Database & state, record::Schema const & schema, Held & held)
{
    KETENSYNC_TRY_ASSIGN(
        auto select, state.prepare("SELECT since, until, kind, body FROM golden_history WHERE golden = ? ORDER BY until"));
    for (auto const & golden : held.golden) {
        select.bind(1, std::int64_t { golden.id });
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                break;
            }
            auto const kind = static_cast<record::KindId>(select.integer(2));
            auto values = record::Values::from_bytes(select.blob(3)).value_or(record::Values());
            add_marks(held.marks, schema.kinds[kind], values);
            held.history.push_back({ golden.id, kind, Instant(std::chrono::milliseconds(select.integer(0))),
                Instant(std::chrono::milliseconds(select.integer(1))), std::move(values) });
        }
        select.reset();
    }
    return {};
}

// Twice through all pages: first for the documents that tell the records, then for their earlier versions and for what
// else holds a mark of the person without telling somebody else.
Result<void> add_documents(store::Database & state, Held & held)
{
    std::set<record::RecordId> records;
    for (auto const & record : held.records) {
        records.insert(record.id);
    }
    std::set<std::pair<record::FeedId, record::Fingerprint>> keys;
    auto const tells = [&records](landing::Leaf const & leaf, std::size_t i) {
        return i < leaf.tellings.size()
            && std::ranges::any_of(leaf.tellings[i], [&records](record::RecordId record) { return records.contains(record); });
    };
    KETENSYNC_TRY(landing::leaf_through(state, [&](landing::Leaf const & leaf) -> Result<void> {
        for (std::size_t i = 0; i < leaf.page.entries.size(); ++i) {
            if (tells(leaf, i)) {
                keys.emplace(leaf.page.feed, leaf.page.entries[i].key);
            }
        }
        return {};
    }));
    return landing::leaf_through(state, [&](landing::Leaf const & leaf) -> Result<void> {
        auto const bytes = landing::documents_of(leaf.page);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bool const telling = tells(leaf, i);
            bool const tells_others = !telling && i < leaf.tellings.size() && !leaf.tellings[i].empty();
            if (telling || keys.contains({ leaf.page.feed, leaf.page.entries[i].key })
                || (!tells_others && holds_mark(bytes[i], held.marks))) {
                held.documents.push_back({ landing::version(leaf.page.id, i), leaf.page.feed, leaf.page.run, leaf.received,
                    telling, std::string(bytes[i]) });
            } else if (tells_others && holds_mark(bytes[i], held.marks)) {
                held.mentions.push_back(landing::version(leaf.page.id, i));
            }
        }
        return {};
    });
}

Result<void> add_quarantine(store::Database & state, Held & held)
{
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT id, feed, version, reason, first_seen, raw FROM quarantine ORDER BY id"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        auto const version = static_cast<landing::Version>(select.integer(2));
        if (std::ranges::find(held.documents, version, &Held::Document::version) != held.documents.end()
            || holds_mark(select.blob(5), held.marks)) {
            held.quarantine.push_back({ select.integer(0), static_cast<record::FeedId>(select.integer(1)),
                std::string(select.text(3)), Instant(std::chrono::milliseconds(select.integer(4))), std::string(select.blob(5)) });
        }
    }
}

}

bool recognises(record::FieldType type)
{
    using record::FieldType;
    return type == FieldType::bsn || type == FieldType::identifier || type == FieldType::email || type == FieldType::telephone;
}

Result<Held> held(store::Database & state, record::Schema const & schema, record::GoldenId person)
{
    Held held;
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    std::vector<std::pair<record::GoldenId, record::KindId>> all;
    KETENSYNC_TRY(store.each([&all](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden != 0) {
            all.emplace_back(stored.golden, stored.kind);
        }
        return {};
    }));
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    KETENSYNC_TRY_ASSIGN(held.golden, golden_of(store, schema, all, person));
    store.forget();
    KETENSYNC_TRY(store.each([&held, &schema](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden != 0 && std::ranges::find(held.golden, stored.golden, &Held::Golden::id) != held.golden.end()) {
            auto values = record::Values::from_bytes(stored.body).value_or(record::Values());
            add_marks(held.marks, schema.kinds[stored.kind], values);
            add_mark(held.marks, stored.key);
            held.records.push_back({ stored.record, stored.source, stored.kind, stored.golden, std::string(stored.key),
                stored.teller, std::move(values) });
        }
        return {};
    }));
    KETENSYNC_TRY(add_history(state, schema, held));
    KETENSYNC_TRY(add_documents(state, held));
    KETENSYNC_TRY(add_quarantine(state, held));
    return held;
}

Result<record::GoldenId> who_has(store::Database & state, record::Schema const & schema, std::string_view value)
{
    std::set<record::GoldenId> found;
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    KETENSYNC_TRY(store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        auto const & fields = schema.kinds[stored.kind].fields;
        auto const values = stored.golden == 0 ? std::nullopt : record::Values::from_bytes(stored.body);
        for (std::size_t field = 0; values && field < fields.size() && field < values->size(); ++field) {
            if (recognises(fields[field].type) && (*values)[static_cast<record::FieldId>(field)] == value) {
                found.insert(stored.golden);
            }
        }
        return {};
    }));
    if (found.size() != 1) {
        return fail(Failure::usage, found.empty() ? "nobody is known by what was given"
                                                  : fmt::format("{} golden records are known by what was given: {}; name one by its number",
                                                        found.size(), fmt::join(found, ", ")));
    }
    return *found.begin();
}

Result<Names> names_in(store::Database & state)
{
    Names names;
    auto const read = [&state](std::string_view sql, std::map<std::int64_t, std::string> & into) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto select, state.prepare(sql));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, select.step());
            if (!row) {
                return {};
            }
            into[select.integer(0)] = select.text(1);
        }
    };
    KETENSYNC_TRY(read("SELECT id, name FROM source", names.sources));
    KETENSYNC_TRY(read("SELECT f.id, s.name || '/' || f.name FROM feed f JOIN source s ON s.id = f.source", names.feeds));
    return names;
}

}
