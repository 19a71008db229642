#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/landing/directory.hpp"
#include "daemon/landing/known.hpp"
#include "daemon/store/database.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace ketensync::landing {

using record::FeedId;

/// The tables of this stage.
extern std::string_view const tables;

/// Documents of one feed that landed together: news only, as received.
struct Page {
    std::int64_t id = 0;
    FeedId feed = 0;
    std::int64_t run = 0;
    std::string period;
    std::string context; ///< what the documents share (formats/format.hpp)
    std::vector<Entry> entries;
    std::string body; ///< the documents' bytes, one after another
};

/// A page as it is stored.
struct PackedPage {
    std::int64_t id = 0;
    FeedId feed = 0;
    std::int64_t run = 0;
    std::string period;
    std::string context;
    std::string directory; ///< the entries
    std::string body; ///< compressed
    std::size_t bytes() const { return directory.size() + body.size(); }
};
PackedPage pack(Page const & page);
/// The same, of a page whose bytes lie elsewhere.
PackedPage pack(Page const & page, std::string_view body);

/// Where raw documents, cursors and tellings are kept. Does no transactions of its own: the pipeline says where they
/// begin and end. Owned by one thread, on that thread's connection.
class Landing {
public:
    /// `last_page` is shared by all threads of the process: page numbers ascend and are never used twice.
    static Result<Landing> open(store::Database & database, std::atomic<std::int64_t> & last_page);
    /// The highest page number in the store, to start `last_page` with.
    static Result<std::int64_t> last_page(store::Database & database);

    /// Everything known of the feed from released pages.
    Result<Known> known(FeedId feed);

    std::int64_t next_page() { return ++*m_last_page; }
    Result<void> append(PackedPage const & page, Instant received);

    Result<std::string> cursor(FeedId feed);
    Result<void> set_cursor(FeedId feed, std::string const & cursor);

    /// The run's pages count from now on: whatever landed under it may be digested.
    Result<void> release(std::int64_t run);
    /// The run's pages that were not released are gone, as if never read.
    Result<void> drop(std::int64_t run);
    /// Same, for every run: what an earlier process left half-read.
    Result<void> drop_unreleased();

    /// Numbers of the released pages of a run that wait to be digested, ascending.
    Result<std::vector<std::int64_t>> undigested(std::int64_t run);
    Result<Page> page(std::int64_t id);
    /// How a page came; without its documents.
    struct Arrival {
        FeedId feed = 0;
        std::int64_t run = 0;
        std::string period;
        Instant received;
    };
    Result<Arrival> arrival(std::int64_t page);
    /// The page is being digested: its documents tell nothing until `tell` says so.
    Result<void> set_digested(std::int64_t page, std::size_t documents);
    Result<void> tell(Version version, std::vector<record::RecordId> records);

    /// The records that a version tells, and from then on tells no more.
    Result<std::vector<record::RecordId>> supersede(Version version);
    /// The live versions of a source's feeds that tell a record; for the rare record that lost the document it was
    /// believed from. Costs a pass over all tellings of those feeds.
    struct Teller {
        record::RecordId record = 0;
        Version version = 0;
        FeedId feed = 0;
    };
    Result<std::vector<Teller>> tellers(std::vector<FeedId> const & feeds, std::vector<record::RecordId> const & records);
    /// Writes changed tellings back; part of a batch's transaction.
    Result<void> flush();
    /// Forgets what was not written: after a transaction that was rolled back.
    void forget();

private:
    struct Cached {
        Tellings tellings;
        bool changed = false;
    };
    Landing() = default;
    Result<Cached *> cached(std::int64_t page);

    std::atomic<std::int64_t> * m_last_page = nullptr;
    store::Database * m_database = nullptr;
    store::Statement m_directories;
    store::Statement m_append;
    store::Statement m_append_body;
    store::Statement m_cursor;
    store::Statement m_set_cursor;
    store::Statement m_release;
    store::Statement m_undigested;
    store::Statement m_page;
    store::Statement m_set_digested;
    store::Statement m_tellings;
    store::Statement m_set_tellings;
    std::unordered_map<std::int64_t, Cached> m_cache;
};

}
