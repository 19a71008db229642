#include "daemon/commands/access_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::commands {

namespace {

using Json = nlohmann::ordered_json;

std::string name_of(std::map<std::int64_t, std::string> const & names, std::int64_t number)
{
    auto const found = names.find(number);
    return found == names.end() ? std::string() : found->second;
}

Json values_of(record::Kind const & kind, record::Values const & values, record::Schema const & schema)
{
    auto fields = Json::array();
    for (std::size_t i = 0; i < kind.fields.size() && i < values.size(); ++i) {
        auto const & field = kind.fields[i];
        auto const value = values[static_cast<record::FieldId>(i)];
        if (value.empty()) {
            continue;
        }
        Json entry { { "field", field.name }, { "value", value }, { "meaning", field.meaning } };
        if (!field.legal_ground.empty()) {
            entry["ground"] = field.legal_ground;
        }
        auto const keep = std::ranges::find(schema.retention, field.keep, &record::Retention::name);
        if (keep != schema.retention.end()) {
            entry["keep"] = keep->meaning;
        }
        fields.push_back(std::move(entry));
    }
    return fields;
}

/// For each value of the golden record: the sources that say the same.
void add_sources(Json & fields, pipeline::Held const & held, record::GoldenId golden, record::Kind const & kind,
    pipeline::Names const & names)
{
    for (auto & entry : fields) {
        auto const field = kind.field(entry["field"].get<std::string>());
        auto told_by = Json::array();
        for (auto const & record : held.records) {
            bool const same = field && record.golden == golden && !record.values[*field].empty()
                && (kind.fields[*field].type == record::FieldType::reference
                    || record.values[*field] == entry["value"].get_ref<std::string const &>());
            if (same) {
                told_by.push_back({ { "source", name_of(names.sources, record.source) }, { "record", record.id } });
            }
        }
        entry["told_by"] = std::move(told_by);
    }
}

/// Bytes that are no UTF-8 in a form that shows all of them.
std::string shown(std::string_view bytes)
{
    try {
        static_cast<void>(Json(std::string(bytes)).dump());
        return std::string(bytes);
    } catch (Json::exception const &) {
        std::string text;
        for (char const byte : bytes) {
            auto const code = static_cast<unsigned char>(byte);
            text += code >= 0x20 && code < 0x7f ? std::string(1, byte) : fmt::format("\\x{:02x}", code);
        }
        return text;
    }
}

std::string escaped(std::string_view text)
{
    std::string safe;
    for (char const letter : text) {
        switch (letter) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        default: safe += letter;
        }
    }
    return safe;
}

std::string text_of(Json const & value) { return escaped(value.is_string() ? value.get<std::string>() : value.dump()); }

std::string value_rows(Json const & fields)
{
    std::string rows;
    for (auto const & field : fields) {
        std::string told;
        for (auto const & by : field.value("told_by", Json::array())) {
            told += (told.empty() ? "" : ", ") + text_of(by["source"]);
        }
        rows += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", text_of(field["meaning"]),
            text_of(field["value"]), told, escaped(field.value("ground", "")), escaped(field.value("keep", "")));
    }
    return rows;
}

constexpr std::string_view head = R"(<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Wat wij van u weten</title>
<style>body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}
th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}th{font-weight:normal;background:#f2f2f2}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f7f7f7;padding:.6em}</style></head><body>
<h1>Wat wij van u weten</h1>
<p>De arbeidsmarktregio brengt gegevens bij elkaar van gemeenten, UWV, opleiders en projecten, om inwoners aan werk te helpen.
Hieronder staat alles wat in dat systeem over u staat: wat het is, van wie wij het kregen, waarom wij het mogen bewaren
en hoe lang.</p>
)";

constexpr std::string_view value_head
    = "<table><tr><th>Gegeven</th><th>Wat er staat</th><th>Van wie</th><th>Op grond van</th><th>Hoe lang bewaard</th></tr>\n";

}

nlohmann::ordered_json access_json(
    pipeline::Held const & held, record::Schema const & schema, pipeline::Names const & names, Instant now)
{
    Json access { { "type", "access" }, { "made", to_text(now) }, { "person", held.golden.front().id } };
    access["golden"] = Json::array();
    for (auto const & golden : held.golden) {
        auto const & kind = schema.kinds[golden.kind];
        auto values = values_of(kind, golden.values, schema);
        add_sources(values, held, golden.id, kind, names);
        access["golden"].push_back(
            { { "id", golden.id }, { "kind", kind.name }, { "meaning", kind.meaning }, { "values", std::move(values) } });
    }
    access["records"] = Json::array();
    for (auto const & record : held.records) {
        auto const & kind = schema.kinds[record.kind];
        access["records"].push_back({ { "record", record.id }, { "golden", record.golden }, { "kind", kind.name },
            { "source", name_of(names.sources, record.source) }, { "key", shown(record.key) },
            { "values", values_of(kind, record.values, schema) } });
    }
    access["history"] = Json::array();
    for (auto const & before : held.history) {
        auto const & kind = schema.kinds[before.kind];
        access["history"].push_back({ { "golden", before.golden }, { "kind", kind.name }, { "since", to_text(before.since) },
            { "until", to_text(before.until) }, { "values", values_of(kind, before.values, schema) } });
    }
    access["documents"] = Json::array();
    for (auto const & document : held.documents) {
        access["documents"].push_back({ { "feed", name_of(names.feeds, document.feed) }, { "run", document.run },
            { "received", to_text(document.received) }, { "current", document.tells }, { "content", shown(document.bytes) } });
    }
    access["quarantine"] = Json::array();
    for (auto const & item : held.quarantine) {
        access["quarantine"].push_back({ { "id", item.id }, { "feed", name_of(names.feeds, item.feed) }, { "reason", item.reason },
            { "since", to_text(item.first_seen) }, { "content", shown(item.raw) } });
    }
    access["mentioned_in_documents_of_others"] = held.mentions.size();
    return access;
}

std::string access_page(nlohmann::ordered_json const & access)
{
    auto page = std::string(head);
    page += fmt::format("<p>Gemaakt op {}. Uw nummer in dit systeem is {}.</p>\n", text_of(access["made"]), text_of(access["person"]));
    page += "<h2>Wat nu over u bekend is</h2>\n";
    for (auto const & golden : access["golden"]) {
        page += fmt::format("<h3>{}</h3>\n{}{}</table>\n", text_of(golden["meaning"]), value_head, value_rows(golden["values"]));
    }
    page += "<h2>Wat elke bron over u vertelt</h2>\n";
    for (auto const & record : access["records"]) {
        page += fmt::format("<h3>{}: {}</h3>\n{}{}</table>\n", text_of(record["source"]), text_of(record["kind"]), value_head,
            value_rows(record["values"]));
    }
    page += access["history"].empty() ? "<h2>Wat eerder bekend was</h2>\n<p>Er is niets veranderd.</p>\n"
                                      : "<h2>Wat eerder bekend was</h2>\n";
    for (auto const & before : access["history"]) {
        page += fmt::format("<h3>{}, van {} tot {}</h3>\n{}{}</table>\n", text_of(before["kind"]), text_of(before["since"]),
            text_of(before["until"]), value_head, value_rows(before["values"]));
    }
    page += "<h2>De berichten zoals wij ze kregen</h2>\n";
    for (auto const & document : access["documents"]) {
        page += fmt::format("<h3>{}, ontvangen op {}{}</h3>\n<pre>{}</pre>\n", text_of(document["feed"]), text_of(document["received"]),
            document["current"].get<bool>() ? "" : " (vervangen of niet gebruikt)", text_of(document["content"]));
    }
    for (auto const & item : access["quarantine"]) {
        page += fmt::format("<h3>{}, apart gezet sinds {} omdat het niet klopte ({})</h3>\n<pre>{}</pre>\n", text_of(item["feed"]),
            text_of(item["since"]), text_of(item["reason"]), text_of(item["content"]));
    }
    page += "<h2>Wat kunt u doen</h2>\n<p>Klopt iets niet, vraag dan de bron om het te verbeteren; het wordt hier dan vanzelf "
            "aangepast. U kunt ook vragen uw gegevens te verwijderen.</p>\n</body></html>\n";
    return page;
}

}
