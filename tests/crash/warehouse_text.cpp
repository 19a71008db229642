#include "tests/crash/warehouse_text.hpp"

#include "tests/support/must.hpp"
#include "tests/support/state_seal.hpp"

#include "daemon/golden/golden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>

namespace ketensync::crash {

namespace {

using support::must;

struct Rows {
    store::Statement statement;
    bool next() { return must(statement.step()); }
};

Rows query(store::Database const & database, std::string const & sql) { return { must(database.prepare(sql)) }; }

}

std::vector<std::string> warehouse_text(std::filesystem::path const & state_file, std::filesystem::path const & warehouse_file,
    std::filesystem::path const & key_file)
{
    auto const warehouse = std::make_shared<store::Database>(must(store::Database::open(warehouse_file)));
    WarehouseLook look;
    look.rows = [warehouse](std::string const & sql, int count) {
        auto found = query(*warehouse, sql);
        std::vector<std::vector<std::string>> rows;
        while (found.next()) {
            auto & row = rows.emplace_back();
            for (int column = 0; column < count; ++column) {
                row.emplace_back(found.statement.text(column));
            }
        }
        return rows;
    };
    look.columns = [look](std::string const & table) {
        std::vector<std::string> names;
        for (auto const & row : look.rows("SELECT name FROM pragma_table_info('" + table + "')", 1)) {
            names.push_back(row.front());
        }
        return names;
    };
    return warehouse_text(state_file, look, key_file);
}

std::vector<std::string> warehouse_text(
    std::filesystem::path const & state_file, WarehouseLook const & warehouse, std::filesystem::path const & key_file)
{
    auto state = must(store::Database::open(state_file, { .seal = support::seal_in(key_file) }));
    std::vector<std::string> lines;

    std::vector<std::string> kinds;
    auto kind_rows = query(state, "SELECT name FROM kind ORDER BY id");
    while (kind_rows.next()) {
        kinds.emplace_back(kind_rows.statement.text(0));
    }
    std::map<std::int64_t, std::string> names;
    std::map<std::int64_t, std::set<std::string>> members;
    std::map<std::int64_t, std::string> sources;
    auto source_rows = query(state, "SELECT id, name FROM source");
    while (source_rows.next()) {
        sources[source_rows.statement.integer(0)] = source_rows.statement.text(1);
    }
    auto store = must(golden::Golden::open(state));
    auto const read = store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        auto & name = names[stored.record];
        name = fmt::format("{}/{}/{}", sources[stored.source], stored.kind, stored.key);
        if (stored.told > 0 && stored.golden == 0) {
            lines.push_back(fmt::format("fault: told record {} is in no golden record", name));
        }
        return {};
    });
    if (!read) {
        throw std::runtime_error(read.error().what);
    }
    std::map<std::int64_t, std::string> golden;
    for (auto const & kind : kinds) {
        std::set<std::int64_t> seen;
        for (auto const & tie : warehouse.rows("SELECT record, id FROM \"" + kind + "_bron\" WHERE bekend_tot IS NULL", 2)) {
            auto const record = std::stoll(tie[0]);
            if (!seen.insert(record).second) {
                lines.push_back(fmt::format("fault: record {} is in two golden records", names[record]));
            }
            members[std::stoll(tie[1])].insert(names[record]);
        }
    }
    for (auto const & [id, records_of] : members) {
        for (auto const & name : records_of) {
            golden[id] += name + '+';
        }
    }
    for (auto const & kind : kinds) {
        std::vector<std::string> columns;
        std::set<std::string> references;
        for (auto const & name : warehouse.columns(kind)) {
            if (name != "id" && name != "levering" && !name.starts_with("bekend_")) {
                columns.push_back(name);
            }
            if (std::ranges::find(kinds, name) != kinds.end()) {
                references.insert(name);
            }
        }
        std::string list = "id";
        for (auto const & column : columns) {
            list += ", \"" + column + '"';
        }
        std::set<std::int64_t> seen;
        auto const width = static_cast<int>(columns.size()) + 1;
        for (auto const & row : warehouse.rows("SELECT " + list + " FROM \"" + kind + "\" WHERE bekend_tot IS NULL", width)) {
            auto const id = std::stoll(row[0]);
            if (!seen.insert(id).second) {
                lines.push_back(fmt::format("fault: {} {} has two current rows", kind, golden[id]));
            }
            auto line = kind + ' ' + golden[id];
            for (std::size_t i = 0; i < columns.size(); ++i) {
                auto const & value = row[i + 1];
                line += '|' + (references.contains(columns[i]) && !value.empty() ? golden[std::stoll(value)] : value);
            }
            lines.push_back(std::move(line));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

}
