#include "connectors/drop_place.hpp"

#include "connectors/spool.hpp"
#include "daemon/http/retry.hpp"
#include "daemon/sftp/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ketensync::connectors {

namespace {

FolderFile seen(sftp::RemoteFile const & file)
{
    return { file.name, file.size, file.changed_s * 1'000'000'000 };
}

class SftpPlace final : public DropPlace {
public:
    SftpPlace(settings::Source const & source, Surroundings const & surroundings)
        : m_source(source)
        , m_surroundings(surroundings)
    {
    }

    std::string where() const override
    {
        return fmt::format("sftp://{}:{}{}", m_source.sftp.host, m_source.sftp.port, m_source.sftp.folder);
    }
    bool has_our_clock() const override { return false; }

    Result<std::vector<FolderFile>> list(std::string const & pattern, std::stop_token stop) override
    {
        std::vector<FolderFile> files;
        auto const question = [&](sftp::Session & session) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const all, session.list(m_source.sftp.folder, stop));
            for (auto const & file : all) {
                if (fits(file.name, pattern)) {
                    files.push_back(seen(file));
                }
            }
            return {};
        };
        KETENSYNC_TRY(ask(stop, question));
        std::sort(
            files.begin(), files.end(), [](FolderFile const & a, FolderFile const & b) { return a.name < b.name; });
        return files;
    }

    Result<std::optional<FolderFile>> look_at(std::string const & name, std::stop_token stop) override
    {
        std::optional<FolderFile> file;
        auto const question = [&](sftp::Session & session) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const found, session.look_at(path(name), stop));
            file = found ? std::optional(seen(*found)) : std::nullopt;
            return {};
        };
        KETENSYNC_TRY(ask(stop, question));
        return file;
    }

    Result<Body> read(FolderFile const & file, std::stop_token stop) override
    {
        Spool spool(m_surroundings.spool_folder);
        bool replaced = false;
        auto const question = [&](sftp::Session & session) -> Result<void> {
            // What was read before the connection was cut only goes with the rest of the same file.
            auto const is_same = [&]() -> Result<bool> {
                KETENSYNC_TRY_ASSIGN(auto const now, session.look_at(path(file.name), stop));
                return now && seen(*now) == file;
            };
            KETENSYNC_TRY_ASSIGN(bool same, is_same());
            if (same) {
                auto const keep = [&](std::string_view piece) {
                    replaced = replaced || spool.size() + piece.size() > file.size;
                    return replaced ? Result<void>() : spool.append(piece);
                };
                KETENSYNC_TRY(session.read(path(file.name), spool.size(), keep, stop));
                KETENSYNC_TRY_ASSIGN(same, is_same());
            }
            replaced = replaced || !same || spool.size() != file.size;
            return {};
        };
        KETENSYNC_TRY(ask(stop, question));
        if (replaced) {
            return fail(Failure::unavailable, fmt::format("{}: it is being replaced", file.name));
        }
        return spool.body();
    }

    Result<void> archive(std::string const & name, std::string const & archive,
        std::vector<std::string> const & names, std::stop_token stop) override
    {
        return ask(stop, [&](sftp::Session & session) -> Result<void> {
            for (auto const & free : names) {
                auto const to = path(archive + '/' + free);
                KETENSYNC_TRY_ASSIGN(auto const taken, session.look_at(to, stop));
                if (!taken) {
                    return after_reading(name, session.rename(path(name), to, stop));
                }
            }
            return fail(Failure::refused, fmt::format("{}: it was read, and is in the archive already", name));
        });
    }

    Result<void> remove(std::string const & name, std::stop_token stop) override
    {
        return ask(stop, [&](sftp::Session & session) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const there, session.look_at(path(name), stop));
            return there ? after_reading(name, session.remove(path(name), stop)) : Result<void>();
        });
    }

private:
    std::string path(std::string const & name) const { return fmt::format("{}/{}", m_source.sftp.folder, name); }

    static Result<void> after_reading(std::string const & name, Result<void> done)
    {
        if (!done) {
            done.error().what = fmt::format("{}: it was read and cannot be put away: {}", name, done.error().what);
        }
        return done;
    }

    Result<void> connect(std::stop_token const & stop)
    {
        if (m_session) {
            return {};
        }
        auto const & server = m_source.sftp;
        KETENSYNC_TRY_ASSIGN(auto key, m_surroundings.secrets.read(m_source.auth.secret));
        key += '\n'; // which a key ends with, and a secret does not
        auto const & limits = m_surroundings.limits;
        KETENSYNC_TRY_ASSIGN(m_session,
            sftp::Session::open({ server.host, server.port, server.user, server.host_keys, m_source.auth.secret,
                                    std::move(key), limits.connect_timeout, limits.request_timeout },
                stop));
        return {};
    }

    /// Asks on a sound connection, as often as the limits allow.
    template <typename Question>
    Result<void> ask(std::stop_token const & stop, Question const & question)
    {
        auto const & limits = m_surroundings.limits;
        http::RetryPolicy const policy { static_cast<unsigned>(limits.attempts_max), limits.backoff_first,
            limits.backoff_max, limits.retry_after_max };
        for (http::Attempt attempt;; ++attempt.number) {
            auto done = connect(stop);
            if (done) {
                done = question(*m_session);
            }
            if (done) {
                return done;
            }
            // After a failure, what the connection says next may be the answer to something else.
            m_session.reset();
            if (stop.stop_requested()) {
                return fail(Failure::interrupted, "asked to stop");
            }
            attempt.random = std::uniform_real_distribution<double>()(m_random);
            auto const wait = done.error().failure == Failure::unavailable ? http::wait_before_next(policy, attempt)
                                                                           : std::nullopt;
            if (!wait) {
                return done;
            }
            if (!m_surroundings.clock.wait_for(*wait, stop)) {
                return fail(Failure::interrupted, "asked to stop");
            }
        }
    }

    settings::Source m_source;
    Surroundings m_surroundings;
    std::optional<sftp::Session> m_session;
    std::minstd_rand m_random { std::random_device()() };
};

} // namespace

std::unique_ptr<DropPlace> open_sftp_place(settings::Source const & source, Surroundings const & surroundings)
{
    return std::make_unique<SftpPlace>(source, surroundings);
}

} // namespace ketensync::connectors
