#include "tests/crash/warehouse_text.hpp"

#include "daemon/golden/golden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace ketensync::crash {

namespace {

template <typename T>
T must(Result<T> result)
{
    if (!result) {
        throw std::runtime_error(result.error().what);
    }
    return std::move(*result);
}

struct Rows {
    store::Statement statement;
    bool next() { return must(statement.step()); }
};

Rows query(store::Database const & database, std::string const & sql) { return { must(database.prepare(sql)) }; }

}

std::vector<std::string> warehouse_text(std::filesystem::path const & state_file, std::filesystem::path const & warehouse_file)
{
    auto state = must(store::Database::open(state_file));
    auto const warehouse = must(store::Database::open(warehouse_file));
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
        auto ties = query(warehouse, "SELECT record, id FROM \"" + kind + "_bron\" WHERE bekend_tot IS NULL");
        std::set<std::int64_t> seen;
        while (ties.next()) {
            if (!seen.insert(ties.statement.integer(0)).second) {
                lines.push_back(fmt::format("fault: record {} is in two golden records", names[ties.statement.integer(0)]));
            }
            members[ties.statement.integer(1)].insert(names[ties.statement.integer(0)]);
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
        auto described = query(warehouse, "SELECT name FROM pragma_table_info('" + kind + "')");
        while (described.next()) {
            std::string name(described.statement.text(0));
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
        auto rows = query(warehouse, "SELECT " + list + " FROM \"" + kind + "\" WHERE bekend_tot IS NULL");
        std::set<std::int64_t> seen;
        while (rows.next()) {
            auto const id = rows.statement.integer(0);
            if (!seen.insert(id).second) {
                lines.push_back(fmt::format("fault: {} {} has two current rows", kind, golden[id]));
            }
            auto line = kind + ' ' + golden[id];
            for (std::size_t i = 0; i < columns.size(); ++i) {
                auto const column = static_cast<int>(i) + 1;
                line += '|';
                if (references.contains(columns[i]) && !rows.statement.is_null(column)) {
                    line += golden[rows.statement.integer(column)];
                } else {
                    line += rows.statement.text(column);
                }
            }
            lines.push_back(std::move(line));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

}
