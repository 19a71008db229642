#pragma once

#include "connectors/connector.hpp"
#include "daemon/commands/layouts.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace ketensync::commands {

/// Tries a source that is not in the configuration yet, as a run would ask it: once, and nothing is kept. One thread.
class SourceTrial {
public:
    /// `secrets_folder`: where the credentials of sources lie. `config` outlives this.
    SourceTrial(settings::Config const & config, std::filesystem::path secrets_folder);

    /// The source with one feed, as the reader of the configuration takes it; Failure::configuration with all its faults.
    Result<settings::Source> read(SourceDraft draft, std::string const & feed) const;
    /// The first page of that feed.
    Result<connectors::Page> first_page(SourceDraft const & draft, std::string const & feed) const;

    /// A file of a folder or a server, of those that are named alike, and its bytes.
    struct Sample {
        FileGroup group;
        connectors::Body body;
    };
    Result<std::vector<Sample>> samples(SourceDraft const & draft) const;

    formats::Limits limits() const;

private:
    settings::Config const & m_config;
    settings::Limits m_limits;
    settings::Secrets m_secrets;
};

} // namespace ketensync::commands
