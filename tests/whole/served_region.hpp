#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::whole {

/// A region that serves its sources over their real protocols, with configurations for the daemon beside it. One thread.
class ServedRegion {
public:
    ServedRegion(int seed, int persons);

    /// "https://localhost:PORT".
    std::string origin() const;
    std::filesystem::path folder() const { return m_folder.path() / "region"; }
    std::filesystem::path secrets() const { return folder() / "secrets"; }
    /// A credential that only its owner can read.
    void secret(std::string const & name, std::string const & content) const;

    /// One set of sources with a state and a warehouse of its own.
    struct Set {
        std::filesystem::path root;
        std::filesystem::path config() const { return root / "ketensync.toml"; }
        std::filesystem::path state() const { return root / "state" / "state.sqlite"; }
        std::filesystem::path warehouse() const { return root / "warehouse.sqlite"; }
        /// Writes a source, in the place of one of that name.
        void source(std::string const & name, std::string const & text) const;
    };
    /// The sources of the region as it wrote them, or none; `more` is added to the daemon's own file.
    Set set(std::string const & name, bool with_sources, std::string const & more = {}) const;

    struct Output {
        int code = -1;
        std::map<std::string, nlohmann::json> runs; ///< by "source/feed"
        std::string out; ///< all that was written to it
        bool ordinary() const { return code == 0 || code == 3; }
    };
    /// Runs the daemon's program; what it writes to its error stream goes to the file `log` of the set.
    static Output run(Set const & set, std::vector<std::string> words);

private:
    support::TemporaryFolder m_folder;
    std::optional<support::Process> m_region;
};

} // namespace ketensync::whole
