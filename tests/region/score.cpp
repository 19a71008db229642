#include "tests/region/score.hpp"

#include "daemon/golden/golden.hpp"
#include "tests/support/must.hpp"
#include "tests/support/state_seal.hpp"

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

using support::must;

/// Names by number, of one of the state's tables of names.
std::unordered_map<std::int64_t, std::string> read_names(store::Database const & state, std::string const & table)
{
    std::unordered_map<std::int64_t, std::string> names;
    auto rows = must(state.prepare("SELECT id, name FROM " + table));
    while (must(rows.step())) {
        names[rows.integer(0)] = rows.text(1);
    }
    return names;
}

/// Fills in the golden ids; the number of records that the truth does not know.
std::uint64_t read_state(std::filesystem::path const & file, std::filesystem::path const & key_file, std::string const & kind,
    ByName & records)
{
    auto state = must(store::Database::open(file, { .read_only = true, .seal = support::seal_in(key_file) }));
    auto const sources = read_names(state, "source");
    auto const kinds = read_names(state, "kind");
    auto golden = must(golden::Golden::open(state));
    std::uint64_t unknown = 0;
    auto const read = golden.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden == 0 || kinds.at(stored.kind) != kind) {
            return {};
        }
        auto const found = records.find(sources.at(stored.source) + "/" + std::string(stored.key));
        if (found == records.end()) {
            ++unknown;
        } else {
            found->second.golden = stored.golden;
        }
        return {};
    });
    if (!read) {
        throw std::runtime_error(read.error().what);
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
    std::filesystem::path const & state_file, std::size_t samples, std::filesystem::path const & key_file)
{
    auto records = read_truth(truth_folder, kind);
    Score score;
    score.kind = kind;
    score.published = records.size();
    if (kind == "persoon") {
        mark_islands(truth_folder, records);
    }
    score.unknown = read_state(state_file, key_file, kind, records);
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
