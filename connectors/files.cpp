#include "connectors/files.hpp"

#include "connectors/files_cursor.hpp"
#include "connectors/folder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::connectors {

using std::chrono::milliseconds;

namespace {

class FilesConnector final : public Connector {
public:
    FilesConnector(
        std::filesystem::path folder, settings::Feed feed, Surroundings const & surroundings, milliseconds settle)
        : m_folder(std::move(folder))
        , m_feed(std::move(feed))
        , m_surroundings(surroundings)
        , m_settle(settle)
    {
    }

    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        KETENSYNC_TRY_ASSIGN(auto files, list_files(m_folder, m_feed.files));
        auto known = FilesCursor::parse(cursor);
        if (!known) {
            m_surroundings.log.warning(
                "{}: the stored cursor is not of this feed; reading from the beginning", m_feed.name);
            known.emplace();
        }
        bool const complete = m_feed.reads == settings::Reads::complete;
        if (complete) {
            if (files.empty()) {
                return fail(Failure::unavailable, fmt::format("no file '{}' in {}", m_feed.files, m_folder.string()));
            }
            std::rotate(files.begin(), std::max_element(files.begin(), files.end(), is_older), files.end());
            files.resize(1);
        }
        known->keep(files);
        for (auto file = files.begin(); file != files.end(); ++file) {
            if (is_known(*known, *file)) {
                continue;
            }
            KETENSYNC_TRY_ASSIGN(auto const settled, settle(*file, stop));
            if (!settled) {
                if (complete) {
                    return fail(Failure::unavailable, fmt::format("{}: it is still being written", file->name));
                }
                m_surroundings.log.warning(
                    "{}: {} is still being written; left for the next run", m_feed.name, file->name);
                continue;
            }
            KETENSYNC_TRY_ASSIGN(auto body, body_of(*settled));
            auto const content = record::fingerprint(body.bytes());
            auto const * const before = known->find(settled->name);
            bool const same = before != nullptr && before->content == content;
            known->set(*settled, content);
            if (same) {
                continue;
            }
            Page page;
            if (m_feed.reads == settings::Reads::periods) {
                page.period = period_in(settled->name, m_feed.period);
                if (page.period.empty()) {
                    return fail(Failure::bad_page,
                        fmt::format(
                            "{}: there is no period in the name, where '{}' has it", settled->name, m_feed.period));
                }
            }
            page.body = std::move(body);
            page.cursor_after = known->text();
            page.last
                = std::all_of(file + 1, files.end(), [&](FolderFile const & other) { return is_known(*known, other); });
            page.origin = settled->name;
            return page;
        }
        Page page;
        page.cursor_after = known->text();
        page.last = true;
        page.origin = complete ? files.front().name : m_folder.filename().string();
        page.not_modified = complete;
        return page;
    }

private:
    static bool is_older(FolderFile const & a, FolderFile const & b)
    {
        return std::tie(a.changed_ns, a.name) < std::tie(b.changed_ns, b.name);
    }

    static bool is_known(FilesCursor const & known, FolderFile const & file)
    {
        auto const * const read = known.find(file.name);
        return read != nullptr && read->size == file.size && read->changed_ns == file.changed_ns;
    }

    /// The file once it has been left alone for long enough; nothing when it is not.
    Result<std::optional<FolderFile>> settle(FolderFile file, std::stop_token const & stop) const
    {
        for (int round = 0; round < 3; ++round) {
            // A file from the future is one whose clock is wrong, not a fresh one.
            auto const age = std::chrono::abs(m_surroundings.clock.now().time_since_epoch()
                - std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(file.changed_ns)));
            if (age >= m_settle) {
                return file;
            }
            if (!m_surroundings.clock.wait_for(m_settle - age, stop)) {
                return fail(Failure::interrupted, "asked to stop");
            }
            auto now = look_at(m_folder, file.name);
            if (!now) {
                return std::nullopt;
            }
            if (*now == file) {
                return file;
            }
            file = std::move(*now);
        }
        return std::nullopt;
    }

    Result<Body> body_of(FolderFile const & file) const
    {
        if (auto const most = m_surroundings.limits.file_bytes_max; file.size > most) {
            return fail(Failure::bad_page, fmt::format("{}: it is larger than {} bytes", file.name, most));
        }
        return read_file(m_folder, file);
    }

    std::filesystem::path m_folder;
    settings::Feed m_feed;
    Surroundings m_surroundings;
    milliseconds m_settle;
};

} // namespace

Result<std::unique_ptr<Connector>> open_files(settings::Source const & source, settings::Feed const & feed,
    Surroundings const & surroundings, milliseconds settle)
{
    return std::make_unique<FilesConnector>(source.folder, feed, surroundings, settle);
}

} // namespace ketensync::connectors
