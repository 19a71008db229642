#pragma once

#include "daemon/base/snapshot.hpp"
#include "daemon/record/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ketensync::reconcile {

/// Key -> the records that have it, ascending: the index in which candidates are found, in memory. What it holds
/// depends on the records in it only, not on the order in which they came. One thread owns it.
///
/// A key is a well-spread 64-bit number of which 40 bits are kept: two keys that share them are one block (about once
/// in 100,000 records), which costs a comparison and decides nothing. A key with one record takes one slot of 8 bytes;
/// a key with more has a block of record numbers besides. The table is cut in 256 parts that grow by a third each on
/// its own, so that growing costs neither a pause nor twice the memory.
///
/// Record numbers are below 2^31. A key holds at most 262,142 records; `add` leaves out any more, and `left_out` counts
/// them.
class Blocks {
public:
    Blocks();
    void add(std::uint64_t key, record::RecordId record);
    void remove(std::uint64_t key, record::RecordId record);
    /// Ascending; valid until the next change.
    std::span<record::RecordId const> find(std::uint64_t key) const;
    /// Brings what `find` will read nearer: first where it stands for each key, then the records of each. Several keys
    /// at a time hide the waiting.
    void prefetch(std::uint64_t key) const;
    void prefetch_records(std::uint64_t key) const;

    std::uint64_t left_out() const { return m_left_out; }
    std::size_t bytes() const;
    void keep(Snapshot & snapshot);

private:
    /// value 0: free; top bit clear: the one record; top bit set: the place of a block.
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t value = 0;
    };
    struct Part {
        std::vector<Slot> slots;
        std::size_t used = 0;
        void keep(auto & snapshot) { snapshot(slots, used); }
    };

    Part & part(std::uint64_t key) { return m_parts[key >> 56U]; }
    Part const & part(std::uint64_t key) const { return m_parts[key >> 56U]; }
    static std::size_t home(Part const & part, std::uint32_t tag);
    /// The slot of `tag`, or the free one where it would be.
    static std::size_t seek(Part const & part, std::uint32_t tag);
    static void grow(Part & part);
    static void erase(Part & part, std::size_t at);

    // A block is 4, 8, 16, … words: its size class and how many records it holds in the first, then the records.
    std::uint32_t * block(std::uint32_t value);
    std::uint32_t const * block(std::uint32_t value) const;
    std::uint32_t take_block(std::uint32_t size_class);
    void free_block(std::uint32_t value);
    std::uint32_t moved_block(std::uint32_t value, std::uint32_t size_class);

    std::vector<Part> m_parts;
    std::vector<std::unique_ptr<std::uint32_t[]>> m_segments;
    std::uint32_t m_segment_used = 0; ///< words of the last segment
    std::array<std::vector<std::uint32_t>, 17> m_free {}; ///< blocks, by size class
    std::uint64_t m_left_out = 0;
};

} // namespace ketensync::reconcile
