#pragma once

#include "daemon/landing/directory.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::landing {

/// What is known of one feed's documents while it is read, in memory: for every document the fingerprints of its key
/// and of its content as it was last landed, and whether this run has seen it. About 60 bytes a document. Owned by the
/// thread that reads the feed; made from the directories of the feed's pages and thrown away after the run.
class Known {
public:
    using Slot = std::uint32_t;
    static constexpr Slot none = 0xffff'ffff;

    /// Takes over what a landed page says, in the order of pages: the later word on a document counts.
    void take(std::int64_t page, std::uint32_t period, std::vector<Entry> const & entries);

    /// The live document with this content, or none.
    Slot with_content(record::Fingerprint const & content) const;
    /// The document with this key, live or gone, or none. The first call builds the index of keys.
    Slot with_key(record::Fingerprint const & key);

    Slot add(record::Fingerprint const & key, record::Fingerprint const & content, std::uint32_t period);
    /// The document has another content now (or lives again).
    void change(Slot slot, record::Fingerprint const & content, std::uint32_t period);
    void set_version(Slot slot, Version version) { m_documents[slot].version = version; }
    void mark_gone(Slot slot);

    /// True the first time in a run.
    bool see(Slot slot);
    void see_all();
    /// A new delivery of the period begins: what an earlier one showed does not count.
    void unsee(std::uint32_t period);

    struct Document {
        record::Fingerprint key;
        record::Fingerprint content;
        Version version = 0; ///< of its newest landed version
        std::uint32_t period = 0;
        bool live = false;
        bool seen = false;
    };
    Document const & operator[](Slot slot) const { return m_documents[slot]; }
    /// Live documents of a period (of all periods when 0) that this run has not seen.
    std::vector<Slot> unseen(std::uint32_t period) const;
    std::size_t size() const { return m_documents.size(); }
    std::size_t live() const { return m_live; }
    std::size_t live(std::uint32_t period) const;

    /// A small number for a period's name: the same name, the same number, within this object. 0 is no period.
    std::uint32_t period(std::string const & name);

private:
    /// Slots by one of the two fingerprints: open addressing, at most two thirds full.
    class Index {
    public:
        Slot find(record::Fingerprint const & fingerprint, std::vector<Document> const & documents,
            record::Fingerprint Document::*field) const;
        void put(Slot slot, std::vector<Document> const & documents, record::Fingerprint Document::*field);
        bool built() const { return !m_cells.empty(); }

    private:
        void grow(std::vector<Document> const & documents, record::Fingerprint Document::*field);
        std::vector<Slot> m_cells;
        std::size_t m_used = 0;
    };

    std::vector<Document> m_documents;
    Index m_by_content;
    Index m_by_key;
    std::vector<std::string> m_periods;
    std::size_t m_live = 0;
};

}
