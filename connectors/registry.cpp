#include "connectors/connector.hpp"
#include "connectors/files.hpp"
#include "connectors/rest.hpp"
#include "connectors/soap.hpp"

#include <fmt/format.h>

#include <array>

namespace ketensync::connectors {

namespace {

struct Entry {
    std::string_view name;
    Result<std::unique_ptr<Connector>> (*open)(settings::Source const &, settings::Feed const &, Surroundings const &);
};

/// Every connector there is, by the name that settings give it.
constexpr std::array table {
    Entry { "files", open_files },
    Entry { "rest", open_rest },
    Entry { "sftp", open_files },
    Entry { "soap", open_soap },
};

} // namespace

Result<std::unique_ptr<Connector>> open(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings)
{
    for (auto const & entry : table) {
        if (entry.name == source.connector) {
            return entry.open(source, feed, surroundings);
        }
    }
    return fail(Failure::configuration, fmt::format("{}: there is no connector '{}'", source.name, source.connector));
}

std::vector<std::string> names()
{
    std::vector<std::string> result;
    for (auto const & entry : table) {
        result.emplace_back(entry.name);
    }
    return result;
}

} // namespace ketensync::connectors
