#include "tests/region/state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>
#include <system_error>

namespace ketensync::region {

std::optional<std::string> read_file(std::filesystem::path const & path)
{
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) {
        return std::nullopt;
    }
    std::string content(static_cast<std::size_t>(in.tellg()), '\0');
    in.seekg(0);
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    return in ? std::optional(std::move(content)) : std::nullopt;
}

bool write_file(std::filesystem::path const & path, std::string_view content, bool secret)
{
    std::error_code error;
    if (std::filesystem::file_size(path, error) == content.size() && !error && read_file(path) == content) {
        return false;
    }
    std::filesystem::create_directories(path.parent_path());
    // A dot in front: whoever watches the folder for SRG_*.txt does not see it grow.
    auto const part = path.parent_path() / ("." + path.filename().string() + ".part");
    {
        std::ofstream out(part, std::ios::binary | std::ios::trunc);
        using std::filesystem::perms;
        if (secret) {
            std::filesystem::permissions(part, perms::owner_read | perms::owner_write);
        }
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) {
            throw std::runtime_error(fmt::format("cannot write {}", part.string()));
        }
    }
    std::filesystem::rename(part, path);
    return true;
}

std::optional<State> State::read(std::filesystem::path const & folder)
{
    auto const text = read_file(folder / "region.json");
    if (!text) {
        return std::nullopt;
    }
    auto const json = nlohmann::json::parse(*text);
    State state;
    state.seed = json.at("seed");
    state.persons = json.at("persons");
    state.date = parse_iso(json.at("date").get<std::string>()).value();
    state.first_month = Month::parse(json.at("first_month").get<std::string>()).value();
    state.revisions = json.at("revisions").get<std::map<std::string, std::uint64_t>>();
    state.empty = json.at("empty").get<std::set<std::string>>();
    state.bench_documents = json.at("bench_documents");
    state.bench_changes = json.at("bench_changes").get<std::vector<double>>();
    state.bench_counts = json.at("bench_counts").get<std::map<std::string, std::uint64_t>>();
    state.generation = json.at("generation");
    return state;
}

void State::write(std::filesystem::path const & folder) const
{
    nlohmann::ordered_json json;
    json["seed"] = seed;
    json["persons"] = persons;
    json["date"] = iso(date);
    json["first_month"] = first_month.text();
    json["revisions"] = revisions;
    json["empty"] = empty;
    json["bench_documents"] = bench_documents;
    json["bench_changes"] = bench_changes;
    json["bench_counts"] = bench_counts;
    json["generation"] = generation;
    write_file(folder / "region.json", json.dump(2) + "\n");
}

} // namespace ketensync::region
