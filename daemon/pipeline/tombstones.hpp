#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/landing/directory.hpp"
#include "daemon/record/record.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/store/database.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace ketensync::pipeline {

/// Who was erased, as hashes under a key of the state's own: enough to know them when they are delivered again, and not
/// to tell who they were. Held in memory; a state in which nobody was erased pays nothing. One thread.
class Tombstones {
public:
    static std::string_view const tables;
    static Result<Tombstones> open(store::Database & state);

    bool empty() const { return m_marks.empty(); }
    /// True when the document, or a record in it, is of somebody who was erased.
    bool cover(record::FeedId feed, record::Fingerprint const & document) const;
    bool cover(std::string_view source, record::Schema const & schema, record::Record const & record) const;

    /// In the caller's transaction; they cover from the next `open` on.
    Result<void> put_document(record::FeedId feed, record::Fingerprint const & document, Instant at);
    Result<void> put_record(std::string_view source, record::Schema const & schema, record::KindId kind, std::string_view key,
        record::Values const & values, Instant at);

private:
    std::string mark(std::string_view text) const;
    Result<void> put(std::string const & text, Instant at);

    store::Database * m_state = nullptr;
    std::string m_key;
    std::unordered_set<std::string> m_marks;
};

}
