#include "daemon/warehouse/layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ketensync::warehouse {

std::vector<Table> tables(record::Schema const & schema)
{
    std::vector<Table> result;
    for (std::size_t kind = 0; kind < schema.kinds.size(); ++kind) {
        auto const & described = schema.kinds[kind];
        Table table;
        table.name = described.name;
        table.kind = static_cast<record::KindId>(kind);
        table.valid_from = described.valid_from ? int { *described.valid_from } : -1;
        table.valid_until = described.valid_until ? int { *described.valid_until } : -1;
        for (std::size_t field = 0; field < described.fields.size(); ++field) {
            auto const & value = described.fields[field];
            table.person = table.person || value.type == record::FieldType::bsn;
            auto & columns = value.personal == record::Personal::direct ? table.direct : table.columns;
            columns.push_back({ value.name, static_cast<record::FieldId>(field),
                value.type == record::FieldType::reference || value.type == record::FieldType::integer });
        }
        result.push_back(std::move(table));
    }
    return result;
}

Result<Pseudonyms> Pseudonyms::with(std::string key)
{
    if (key.size() < key_bytes_min) {
        return fail(Failure::configuration,
            fmt::format("the key of pseudonyms is shorter than {} bytes: make one with 'openssl rand -hex 32'", key_bytes_min));
    }
    Pseudonyms made;
    made.m_key = std::move(key);
    return made;
}

std::string Pseudonyms::of(std::string_view kind, record::GoldenId golden) const
{
    if (m_key.empty()) {
        return {};
    }
    auto const text = fmt::format("{}/{}", kind, golden);
    std::array<unsigned char, EVP_MAX_MD_SIZE> code {};
    unsigned int size = 0;
    std::vector<unsigned char> const bytes(text.begin(), text.end());
    HMAC(EVP_sha256(), m_key.data(), static_cast<int>(m_key.size()), bytes.data(), bytes.size(), code.data(), &size);
    constexpr std::size_t kept = 16;
    return fmt::format("{:02x}", fmt::join(code.begin(), code.begin() + kept, ""));
}

Result<void> Pseudonyms::check(std::string_view kept) const
{
    if (kept.empty() || kept == mark()) {
        return {};
    }
    return fail(Failure::configuration,
        "the pseudonyms in the warehouse were made with another key: give 'pseudonyms' of [warehouse] that one back");
}

Result<std::int64_t> number_of(std::string_view text, Table const & table, Column const & column)
{
    std::int64_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return fail(Failure::bad_data, fmt::format("{}.{} is no whole number of 64 bits", table.name, column.name));
    }
    return value;
}

Result<void> check_text(std::string_view text, Table const & table, Column const & column)
{
    if (text.find('\0') != std::string_view::npos) {
        return fail(Failure::bad_data, fmt::format("{}.{} holds a zero byte, which no warehouse can", table.name, column.name));
    }
    return {};
}

Shape record_shape(Table const & table, record::Kind const & kind)
{
    Shape shape { table.name, {}, { "id", "levering" }, kind.meaning };
    shape.columns.push_back({ "id", true, true, "Nummer, voor zo lang als het gegeven bestaat" });
    shape.columns.push_back({ "levering", true, true, "Nummer van de levering die deze rij bracht" });
    for (auto const & column : table.columns) {
        shape.columns.push_back({ column.name, column.number, false, kind.fields[column.field].meaning });
    }
    if (table.person) {
        shape.columns.push_back(
            { "pseudoniem", false, false, "Hoe iemand buiten dit magazijn heet; zonder sleutel zegt het niets" });
    }
    shape.columns.push_back({ "geldig_van", false, false, "Sinds wanneer het zo was" });
    shape.columns.push_back({ "geldig_tot", false, false, "Tot wanneer het zo was" });
    shape.columns.push_back({ "bekend_van", false, true, "Sinds wanneer wij het weten" });
    shape.columns.push_back({ "bekend_tot", false, false, "Tot wanneer wij dit dachten; leeg: nu nog" });
    shape.columns.push_back({ std::string(outcome_column), false, false,
        "Hoe het afliep: vervolgd (daarna gold iets anders, dit blijft waar van de tijd ervoor), beeindigd (het gold tot "
        "bekend_tot); leeg: het klopte niet, of het geldt nog" });
    return shape;
}

Shape member_shape(Table const & table)
{
    Shape shape { table.name + "_bron", {}, { "record", "levering" },
        fmt::format("Welke gegevens van bronnen bij elkaar horen in {}", table.name) };
    shape.columns.push_back({ "record", true, true, "Nummer van het gegeven van een bron" });
    shape.columns.push_back({ "levering", true, true, "Nummer van de levering die deze rij bracht" });
    shape.columns.push_back({ "id", true, true, fmt::format("Nummer in {}", table.name) });
    shape.columns.push_back({ "bron", true, true, "Nummer van de bron, zie bron" });
    shape.columns.push_back({ "bekend_van", false, true, "Sinds wanneer het erbij hoort" });
    shape.columns.push_back({ "bekend_tot", false, false, "Tot wanneer het erbij hoorde; leeg: nu nog" });
    return shape;
}

Shape candidate_shape(Table const & table, record::Kind const & kind)
{
    Shape shape { table.name, {}, { "id" }, kind.meaning + ": wie het is, zoals nu bekend" };
    shape.columns.push_back({ "id", true, true, "Nummer, voor zo lang als het gegeven bestaat" });
    shape.columns.push_back({ "pseudoniem", false, false, "Hoe iemand buiten dit magazijn heet" });
    for (auto const & column : table.direct) {
        shape.columns.push_back({ column.name, column.number, false, kind.fields[column.field].meaning });
    }
    return shape;
}

std::vector<View> layout_views(Table const & table)
{
    auto const & name = table.name;
    return {
        { name + "_nu", fmt::format("CREATE VIEW \"{0}_nu\" AS SELECT * FROM \"{0}\" WHERE bekend_tot IS NULL", name) },
        // All of it when it was joined to another, a part when it was split.
        { name + "_opvolging",
            fmt::format("CREATE VIEW \"{0}_opvolging\" AS SELECT oud.id AS id, nieuw.id AS opvolger, nieuw.bekend_van AS"
                        " sinds, count(*) AS records FROM \"{0}_bron\" oud JOIN \"{0}_bron\" nieuw ON nieuw.record ="
                        " oud.record AND nieuw.bekend_van = oud.bekend_tot AND nieuw.id <> oud.id GROUP BY 1, 2, 3",
                name) },
    };
}

std::string differences_told(std::string_view differences)
{
    return fmt::format("the warehouse is not as the schema has it, and nothing in it was changed: {}", differences);
}

Result<Lacking> compare(
    Shape const & wanted, std::vector<FoundColumn> const & found, std::string (*type_of)(ShapeColumn const &))
{
    if (found.empty()) {
        return Lacking { true, {} };
    }
    Lacking lacking;
    std::string differences;
    auto const differs = [&](std::string_view column, std::string_view what) {
        differences += fmt::format("{}{}.{} {}", differences.empty() ? "" : "; ", wanted.name, column, what);
    };
    for (auto const & column : wanted.columns) {
        auto const is = std::ranges::find(found, column.name, &FoundColumn::name);
        auto const type = type_of(column);
        if (is == found.end() && column.required) {
            differs(column.name, fmt::format("({}) is not there", type));
        } else if (is == found.end()) {
            lacking.columns.push_back(column);
        } else if (is->type != type) {
            differs(column.name, fmt::format("is {} and should be {}", is->type, type));
        }
    }
    for (auto const & column : found) {
        if (std::ranges::find(wanted.columns, column.name, &ShapeColumn::name) == wanted.columns.end()) {
            differs(column.name, fmt::format("({}) is not in the schema", column.type));
        }
    }
    if (!differences.empty()) {
        return fail(Failure::configuration, differences);
    }
    return lacking;
}

}
