#include "tests/region/score.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace ketensync::region {
namespace {

struct Record {
    std::string name; ///< "source/key"
    std::vector<std::string> entities;
    std::int64_t golden = 0;
    std::string entity; ///< the one it counts for
    bool island = false;
};

using ByName = std::unordered_map<std::string, Record>;

ByName read_truth(std::filesystem::path const & folder, std::string const & kind)
{
    std::ifstream in(folder / "records.csv");
    if (!in) {
        throw std::runtime_error("cannot read " + (folder / "records.csv").string());
    }
    ByName records;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        auto const first = line.find(',');
        auto const second = line.find(',', first + 1);
        auto const third = line.rfind(',');
        if (line.compare(first + 1, second - first - 1, kind) != 0) {
            continue;
        }
        auto name = line.substr(0, first) + "/" + line.substr(second + 1, third - second - 1);
        auto & record = records[name];
        record.name = std::move(name);
        record.entities.push_back(line.substr(third + 1));
    }
    return records;
}

void mark_islands(std::filesystem::path const & folder, ByName & records)
{
    std::ifstream in(folder / "islands.csv");
    for (std::string line; std::getline(in, line);) {
        auto const comma = line.find(',');
        auto const found = records.find(line.substr(0, comma) + "/" + line.substr(comma + 1));
        if (found != records.end()) {
            found->second.island = true;
        }
    }
}

struct Close {
    void operator()(sqlite3 * database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt * statement) const { sqlite3_finalize(statement); }
};

std::string column_text(sqlite3_stmt * statement, int column)
{
    auto const * text = reinterpret_cast<char const *>(sqlite3_column_text(statement, column));
    return text == nullptr ? std::string()
                           : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

/// Fills in the golden ids; the number of records that the truth does not know.
std::uint64_t read_state(std::filesystem::path const & file, std::string const & kind, ByName & records)
{
    sqlite3 * opened = nullptr;
    auto const status = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    std::unique_ptr<sqlite3, Close> const database(opened);
    if (status != SQLITE_OK) {
        throw std::runtime_error("cannot open " + file.string());
    }
    constexpr auto query
        = "SELECT source.name, record.key, record.golden FROM record JOIN source ON source.id = record.source "
          "JOIN kind ON kind.id = record.kind WHERE kind.name = ? AND record.golden <> 0";
    sqlite3_stmt * prepared = nullptr;
    if (sqlite3_prepare_v2(database.get(), query, -1, &prepared, nullptr) != SQLITE_OK) {
        throw std::runtime_error(file.string() + ": " + sqlite3_errmsg(database.get()));
    }
    std::unique_ptr<sqlite3_stmt, Close> const statement(prepared);
    sqlite3_bind_text(prepared, 1, kind.c_str(), -1, nullptr);
    std::uint64_t unknown = 0;
    while (sqlite3_step(prepared) == SQLITE_ROW) {
        auto const found = records.find(column_text(prepared, 0) + "/" + column_text(prepared, 1));
        if (found == records.end()) {
            ++unknown;
        } else {
            found->second.golden = sqlite3_column_int64(prepared, 2);
        }
    }
    return unknown;
}

std::uint64_t pairs(std::uint64_t count)
{
    return count * (count - 1) / 2;
}

using Groups = std::map<std::int64_t, std::vector<Record *>>;

void choose_entities(Groups & groups)
{
    for (auto & [golden, members] : groups) {
        std::map<std::string, std::uint64_t> counts;
        for (auto const * record : members) {
            if (record->entities.size() == 1) {
                ++counts[record->entities.front()];
            }
        }
        for (auto * record : members) {
            record->entity = record->entities.front();
            for (auto const & entity : record->entities) {
                if (counts[entity] > counts[record->entity]) {
                    record->entity = entity;
                }
            }
        }
    }
}

} // namespace

double Score::precision() const
{
    return found_pairs == 0 ? 1.0 : static_cast<double>(right_pairs) / static_cast<double>(found_pairs);
}

double Score::recall() const
{
    return true_pairs == 0 ? 1.0 : static_cast<double>(right_pairs) / static_cast<double>(true_pairs);
}

double Score::recall_within_reach() const
{
    return within_reach == 0 ? 1.0 : static_cast<double>(right_pairs) / static_cast<double>(within_reach);
}

double Score::f1() const
{
    auto const sum = precision() + recall();
    return sum == 0 ? 0.0 : 2 * precision() * recall() / sum;
}

Score score_of(std::string const & kind, std::filesystem::path const & truth_folder,
    std::filesystem::path const & state_file, std::size_t samples)
{
    auto records = read_truth(truth_folder, kind);
    Score score;
    score.kind = kind;
    score.published = records.size();
    if (kind == "persoon") {
        mark_islands(truth_folder, records);
    }
    score.unknown = read_state(state_file, kind, records);
    Groups groups;
    for (auto & [name, record] : records) {
        if (record.golden == 0) {
            ++score.missing;
        } else {
            groups[record.golden].push_back(&record);
        }
    }
    choose_entities(groups);
    score.golden = groups.size();
    std::map<std::string, std::vector<Record const *>> entities;
    for (auto const & [golden, members] : groups) {
        score.found_pairs += pairs(members.size());
        std::map<std::string, std::uint64_t> parts;
        for (auto const * record : members) {
            ++parts[record->entity];
            entities[record->entity].push_back(record);
        }
        for (auto const & [entity, count] : parts) {
            score.right_pairs += pairs(count);
        }
        if (parts.size() > 1 && score.wrongly_joined.size() < samples) {
            std::string text;
            for (auto const * record : members) {
                text += (text.empty() ? "" : " ") + record->name + "=" + record->entity;
            }
            score.wrongly_joined.push_back(text);
        }
    }
    score.entities = entities.size();
    for (auto & [entity, members] : entities) {
        score.true_pairs += pairs(members.size());
        auto const alone = static_cast<std::uint64_t>(
            std::count_if(members.begin(), members.end(), [](Record const * record) { return record->island; }));
        score.within_reach += pairs(members.size()) - alone * (members.size() - alone);
        // A sample is of two records within reach of one another: islands come last.
        std::stable_sort(
            members.begin(), members.end(), [](auto const * a, auto const * b) { return a->island < b->island; });
        auto const * first = members.front();
        for (auto const * record : members) {
            auto const reachable = record->island == first->island;
            if (record->golden != first->golden && reachable && score.not_joined.size() < samples) {
                score.not_joined.push_back(entity + ": " + first->name + " and " + record->name);
                break;
            }
        }
    }
    return score;
}

} // namespace ketensync::region
