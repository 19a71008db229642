#pragma once

#include "tests/region/options.hpp"
#include "tests/region/publication.hpp"
#include "tests/region/site.hpp"
#include "tests/region/state.hpp"
#include "tests/region/world.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace ketensync::region {

/// One region in one folder: makes, changes and writes it, and shows it on a site.
class Region {
public:
    /// Reads the region in the folder, or makes a new one. Throws std::runtime_error when the options ask for another
    /// region than the one that is there.
    explicit Region(Options const & options);

    /// Applies what the options change; true when anything did.
    bool change(Options const & options);
    /// Moves the date on, writes, and shows.
    void advance(int days);
    /// Writes what is published, and remembers the state.
    void write();
    /// Reads the state anew when somebody else has changed it; true when so.
    bool reload();
    /// From now on, `site` shows what is published.
    void show_on(Site & site);

    State state() const;
    std::string documents_json() const;

private:
    void publish_again();
    bool bench() const { return m_state.bench_documents > 0; }

    std::filesystem::path m_folder;
    mutable std::mutex m_mutex; ///< an advance over HTTP and a reload may meet
    State m_state;
    std::optional<World> m_world;
    std::shared_ptr<Publication const> m_publication;
    Site * m_site = nullptr;
};

} // namespace ketensync::region
