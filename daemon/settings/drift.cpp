#include "daemon/settings/drift.hpp"

#include "daemon/settings/toml.hpp"

namespace ketensync::settings {

Drift read_drift(Table const & table)
{
    auto const policy = [&table](std::string_view key) {
        auto const word = table.word(key, { "go_on", "set_aside", "stop" }, "go_on");
        return word == "stop" ? OnDrift::stop : word == "set_aside" ? OnDrift::set_aside : OnDrift::go_on;
    };
    return { policy("new"), policy("retyped"), policy("vanished") };
}

std::map<std::string, Drift> read_drifts(std::filesystem::path const & source_file)
{
    std::map<std::string, Drift> drifts;
    if (auto file = TomlFile::read(source_file)) {
        for (auto const & feed : file->root().tables("feed")) {
            drifts[feed.text("name")] = read_drift(feed.table("drift"));
        }
    }
    return drifts;
}

} // namespace ketensync::settings
