#include "daemon/commands/source_trial.hpp"

#include "connectors/drop_place.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/settings/source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>

namespace ketensync::commands {

namespace {

/// Enough to see what a folder holds; of more kinds of files nobody makes one source.
constexpr std::size_t groups_max = 20;

/// A folder that is gone with this object.
class Aside {
public:
    Aside()
    {
        auto name = (std::filesystem::temp_directory_path() / "ketensync-XXXXXX").string();
        m_path = ::mkdtemp(name.data()) == nullptr ? std::string() : name;
    }
    ~Aside()
    {
        std::error_code error;
        if (!m_path.empty()) {
            std::filesystem::remove_all(m_path, error);
        }
    }
    Aside(Aside const &) = delete;
    Aside & operator=(Aside const &) = delete;
    std::filesystem::path const & path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Any feed: where the reader wants one and nothing depends on it.
constexpr auto any_feed = "[[feed]]\nname = \"x\"\nmapping = \"x\"\nreads = \"complete\"\nfiles = \"*\"\n";

} // namespace

SourceTrial::SourceTrial(settings::Config const & config, std::filesystem::path secrets_folder)
    : m_config(config)
    , m_limits(config.limits)
    , m_secrets(std::move(secrets_folder))
{
    m_limits.attempts_max = 1; // somebody waits
}

Result<settings::Source> SourceTrial::read(SourceDraft draft, std::string const & feed) const
{
    Aside const aside;
    if (aside.path().empty()) {
        return fail(Failure::cannot_write, "there is no room for a file in the folder of temporary files");
    }
    draft.feeds = { feed };
    auto const file = aside.path() / (draft.name + ".toml");
    std::ofstream(file) << text_of(draft, SystemClock().now());
    settings::Surroundings surroundings; // mappings and credentials are looked at elsewhere
    settings::Faults faults;
    auto source = settings::read_source(file, surroundings, faults);
    if (!faults.empty()) {
        return fail(Failure::configuration, fmt::format("{}", fmt::join(faults, "\n")));
    }
    return source;
}

Result<connectors::Page> SourceTrial::first_page(SourceDraft const & draft, std::string const & feed) const
{
    KETENSYNC_TRY_ASSIGN(auto const source, read(draft, feed));
    SystemClock const clock;
    Log const log(Log::Level::off);
    StopSignals const signals;
    KETENSYNC_TRY_ASSIGN(auto connector, connectors::open(source, source.feeds.front(), { clock, log, m_secrets, m_limits }));
    return connector->read({}, signals.token());
}

Result<std::vector<SourceTrial::Sample>> SourceTrial::samples(SourceDraft const & draft) const
{
    KETENSYNC_TRY_ASSIGN(auto const source, read(draft, any_feed));
    SystemClock const clock;
    Log const log(Log::Level::off);
    StopSignals const signals;
    auto const place = draft.connector == "sftp" ? connectors::open_sftp_place(source, { clock, log, m_secrets, m_limits })
                                                 : connectors::open_local_place(source.folder);
    KETENSYNC_TRY_ASSIGN(auto const files, place->list("*", signals.token()));
    auto groups = groups_of(files);
    if (groups.empty() || groups.size() > groups_max) {
        return fail(Failure::unavailable,
            groups.empty() ? fmt::format("{}: there is no file yet", place->where())
                           : fmt::format("{}: there are {} kinds of files; a folder of one source holds a few", place->where(), groups.size()));
    }
    std::vector<Sample> samples;
    for (auto & group : groups) {
        KETENSYNC_TRY_ASSIGN(auto body, place->read(group.newest, signals.token()));
        samples.push_back({ std::move(group), std::move(body) });
    }
    return samples;
}

formats::Limits SourceTrial::limits() const
{
    return { .item_bytes_max = m_limits.item_bytes_max, .depth_max = m_limits.depth_max, .unpacked_bytes_max = m_limits.file_bytes_max,
        .shared_bytes_max = m_limits.page_bytes_max };
}

} // namespace ketensync::commands
