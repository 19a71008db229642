#include "connectors/files.hpp"

#include "connectors/drop_place.hpp"
#include "connectors/files_cursor.hpp"
#include "daemon/http/checksum.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::connectors {

using std::chrono::milliseconds;

namespace {

class FilesConnector final : public Connector {
public:
    FilesConnector(std::unique_ptr<DropPlace> place, settings::Drop drop, settings::Feed feed,
        Surroundings const & surroundings)
        : m_place(std::move(place))
        , m_drop(std::move(drop))
        , m_feed(std::move(feed))
        , m_surroundings(surroundings)
    {
    }

    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        KETENSYNC_TRY_ASSIGN(auto files, complete_files(stop));
        auto known = FilesCursor::parse(cursor);
        if (!known) {
            m_surroundings.log.warning(
                "{}: the stored cursor is not of this feed; reading from the beginning", m_feed.name);
            known.emplace();
        }
        bool const complete = m_feed.reads == settings::Reads::complete;
        if (complete) {
            if (m_drop.afterwards != Afterwards::keep && !known->empty()) {
                // The delivery that was read is put away, and what is older than it was never to be read.
                std::erase_if(files, [&](FolderFile const & file) { return known->is_behind(file); });
                if (files.empty()) {
                    return nothing_new(*known, m_place->where(), true);
                }
            }
            if (files.empty()) {
                return fail(
                    Failure::unavailable, fmt::format("no complete file '{}' in {}", m_feed.files, m_place->where()));
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
            KETENSYNC_TRY_ASSIGN(auto body, body_of(*settled, stop));
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
        return nothing_new(*known, complete ? files.front().name : m_place->where(), complete);
    }

    Result<void> conclude(std::string const & cursor, std::stop_token stop) override
    {
        auto const known = FilesCursor::parse(cursor);
        if (m_drop.afterwards == Afterwards::keep || !known) {
            return {};
        }
        KETENSYNC_TRY_ASSIGN(auto const files, m_place->list(m_feed.files, stop));
        for (auto const & file : files) {
            bool const superseded = m_feed.reads == settings::Reads::complete && known->is_behind(file);
            if (!is_marker(file.name) && (is_known(*known, file) || superseded)) {
                KETENSYNC_TRY(put_away(file, stop));
            }
        }
        return {};
    }

private:
    using Afterwards = settings::Drop::Afterwards;

    static Page nothing_new(FilesCursor const & known, std::string origin, bool not_modified)
    {
        Page page;
        page.cursor_after = known.text();
        page.last = true;
        page.origin = std::move(origin);
        page.not_modified = not_modified;
        return page;
    }

    bool is_marker(std::string_view name) const { return !m_drop.marker.empty() && name.ends_with(m_drop.marker); }

    /// Those of the feed; where the source leaves markers, only those that have theirs.
    Result<std::vector<FolderFile>> complete_files(std::stop_token const & stop)
    {
        if (m_drop.marker.empty()) {
            return m_place->list(m_feed.files, stop);
        }
        KETENSYNC_TRY_ASSIGN(auto files, m_place->list(m_feed.files, stop));
        KETENSYNC_TRY_ASSIGN(auto const markers, m_place->list("*" + m_drop.marker, stop));
        std::erase_if(files, [&](FolderFile const & file) {
            auto const marker = file.name + m_drop.marker;
            return is_marker(file.name)
                || std::none_of(
                    markers.begin(), markers.end(), [&](FolderFile const & other) { return other.name == marker; });
        });
        return files;
    }

    Result<void> put_away(FolderFile const & file, std::stop_token const & stop)
    {
        if (m_drop.afterwards == Afterwards::remove) {
            KETENSYNC_TRY(m_place->remove(file.name, stop));
        } else {
            // The same name comes again with the next delivery of a period.
            auto const again = fmt::format("{}.{}", file.name, file.changed_ns / 1'000'000'000);
            KETENSYNC_TRY(m_place->archive(file.name, m_drop.archive, { file.name, again }, stop));
        }
        return m_drop.marker.empty() ? Result<void>() : m_place->remove(file.name + m_drop.marker, stop);
    }

    static bool is_older(FolderFile const & a, FolderFile const & b) { return FilesCursor::is_older(a, b); }

    static bool is_known(FilesCursor const & known, FolderFile const & file)
    {
        auto const * const read = known.find(file.name);
        return read != nullptr && read->size == file.size && read->changed_ns == file.changed_ns;
    }

    /// The file once it is complete; nothing when it is not yet.
    Result<std::optional<FolderFile>> settle(FolderFile const & file, std::stop_token const & stop)
    {
        if (!m_drop.marker.empty()) {
            return file;
        }
        return m_place->has_our_clock() ? settle_by_age(file, stop) : settle_by_looking_twice(file, stop);
    }

    Result<std::optional<FolderFile>> settle_by_age(FolderFile file, std::stop_token const & stop)
    {
        for (int round = 0; round < 3; ++round) {
            // A file from the future is one whose clock is wrong, not a fresh one.
            auto const age = std::chrono::abs(m_surroundings.clock.now().time_since_epoch()
                - std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(file.changed_ns)));
            if (age >= m_drop.settle) {
                return file;
            }
            if (!m_surroundings.clock.wait_for(m_drop.settle - age, stop)) {
                return fail(Failure::interrupted, "asked to stop");
            }
            KETENSYNC_TRY_ASSIGN(auto now, m_place->look_at(file.name, stop));
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

    /// One wait serves all files of a run.
    Result<std::optional<FolderFile>> settle_by_looking_twice(FolderFile const & file, std::stop_token const & stop)
    {
        auto const is_steady
            = [&] { return std::find(m_steady.begin(), m_steady.end(), file) != m_steady.end(); };
        if (!is_steady() && !m_looked_twice) {
            KETENSYNC_TRY_ASSIGN(auto const before, m_place->list(m_feed.files, stop));
            if (!m_surroundings.clock.wait_for(m_drop.settle, stop)) {
                return fail(Failure::interrupted, "asked to stop");
            }
            KETENSYNC_TRY_ASSIGN(m_steady, m_place->list(m_feed.files, stop));
            std::erase_if(m_steady,
                [&](FolderFile const & now) { return std::find(before.begin(), before.end(), now) == before.end(); });
            m_looked_twice = true;
        }
        return is_steady() ? std::optional(file) : std::nullopt;
    }

    Result<Body> body_of(FolderFile const & file, std::stop_token const & stop)
    {
        if (auto const most = m_surroundings.limits.file_bytes_max; file.size > most) {
            return fail(Failure::bad_page, fmt::format("{}: it is larger than {} bytes", file.name, most));
        }
        KETENSYNC_TRY_ASSIGN(auto body, m_place->read(file, stop));
        KETENSYNC_TRY(hold_against_marker(file, body.bytes(), stop));
        return body;
    }

    /// A marker may say which bytes are complete, as sha256sum(1) writes it.
    Result<void> hold_against_marker(FolderFile const & file, std::string_view bytes, std::stop_token const & stop)
    {
        constexpr std::uint64_t marker_bytes_max = 4'096;
        if (m_drop.marker.empty()) {
            return {};
        }
        KETENSYNC_TRY_ASSIGN(auto const marker, m_place->look_at(file.name + m_drop.marker, stop));
        if (!marker || marker->size == 0 || marker->size > marker_bytes_max) {
            return {};
        }
        KETENSYNC_TRY_ASSIGN(auto const said, m_place->read(*marker, stop));
        if (http::is_as_said(bytes, said.bytes()) == false) {
            return fail(Failure::unavailable,
                fmt::format("{}: it is not what its checksum says; it was cut, changed, or is being written again", file.name));
        }
        return {};
    }

    std::unique_ptr<DropPlace> m_place;
    settings::Drop m_drop;
    settings::Feed m_feed;
    Surroundings m_surroundings;
    std::vector<FolderFile> m_steady; ///< that were the same at both looks
    bool m_looked_twice = false;
};

} // namespace

Result<std::unique_ptr<Connector>> open_files(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings)
{
    auto place = source.connector == "sftp" ? open_sftp_place(source, surroundings) : open_local_place(source.folder);
    return std::make_unique<FilesConnector>(std::move(place), source.drop, feed, surroundings);
}

} // namespace ketensync::connectors
