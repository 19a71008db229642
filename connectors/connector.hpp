#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/trace.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::connectors {

/// The bytes of a page: owned, or a file mapped into memory. Never changes; shared, because slices of it travel.
class Body {
public:
    Body() = default;
    explicit Body(std::string bytes)
        : m_owner(std::make_shared<std::string const>(std::move(bytes)))
    {
        m_bytes = *std::static_pointer_cast<std::string const>(m_owner);
    }
    Body(std::shared_ptr<void const> owner, std::string_view bytes)
        : m_owner(std::move(owner))
        , m_bytes(bytes)
    {
    }
    std::string_view bytes() const { return m_bytes; }

private:
    std::shared_ptr<void const> m_owner;
    std::string_view m_bytes;
};

/// One answer of a source.
struct Page {
    Body body;
    /// Opaque to everybody else: what to pass to read on behind this page; kept by the store.
    std::string cursor_after;
    /// Nothing more to read now. A page may be last and have no body (nothing new).
    bool last = false;
    /// For messages: "page 12", or a file's name. Never a personal value.
    std::string origin;
    /// Not empty: this page is all there is of that period of the feed ("2024-03/0402"), and replaces what was
    /// delivered of it before.
    std::string period;
    /// How many documents the source says the feed holds, where it says so.
    std::optional<std::uint64_t> declared_total;
    /// Keys of documents that the source says are no more, though the rest of the feed is not here. For feeds that read
    /// changes.
    std::vector<std::string> gone;
    /// There is no body, for what was read holds no documents; there may be more to read all the same.
    bool bare = false;
    /// The source says that nothing at all changed since `cursor`: the whole feed stands as it was.
    bool not_modified = false;
};

/// Speaks one protocol and reads one feed, page by page, from a cursor. An empty cursor is the beginning. Reading the
/// same cursor twice is harmless and gives the page again, as the source has it then. Owned and called by one thread;
/// every wait ends at its limit or when `stop` is requested (Failure::interrupted). Transient trouble is retried
/// inside, within the limits; what comes out as Failure::unavailable has been tried enough for this run.
class Connector {
public:
    virtual ~Connector() = default;
    virtual Result<Page> read(std::string const & cursor, std::stop_token stop) = 0;
    /// What lies before `cursor` is kept for good: the source may be tidied up as its settings say. Harmless to repeat.
    virtual Result<void> conclude(std::string const & /*cursor*/, std::stop_token /*stop*/) { return {}; }
};

class SharedAccess;

/// What a look-up feed asks: values of golden records, each once. Used by the connector's thread.
class Questions {
public:
    virtual ~Questions() = default;
    /// The next values, at most `most`; none when there is nothing to ask now, or not any more today.
    virtual Result<std::vector<std::string>> next(std::size_t most) = 0;
};

/// What a connector is given besides its settings. All of it outlives the connector.
struct Surroundings {
    Clock const & clock;
    Log const & log;
    settings::Secrets const & secrets;
    settings::Limits const & limits;
    /// What the feeds of a source share: its budget of requests and its token (access.hpp). Null: each is on its own.
    SharedAccess * shared = nullptr;
    /// Of a feed with [feed.ask]; null otherwise.
    Questions * questions = nullptr;
    /// Where large answers may lie while they are read, in files without a name; empty: in memory.
    std::filesystem::path spool_folder {};
    /// Of the run that it reads in: every request over HTTP carries it, and every line that it logs. None: no run.
    Trace trace {};
};

/// The connector that the source's settings name, for one of its feeds.
Result<std::unique_ptr<Connector>> open(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings);

/// The names of all connectors, for checking configuration.
std::vector<std::string> names();

} // namespace ketensync::connectors
