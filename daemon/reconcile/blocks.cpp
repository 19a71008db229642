#include "daemon/reconcile/blocks.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

constexpr std::uint32_t block_bit = 0x8000'0000U;
constexpr std::uint32_t segment_words = 1U << 18U;
/// A block's place counts units of four words: its smallest size.
constexpr std::uint32_t units_in_segment = segment_words / 4;
constexpr std::uint32_t size_class_max = 16;
constexpr std::uint32_t count_bits = 24;
constexpr std::uint32_t count_mask = (1U << count_bits) - 1;

constexpr std::uint32_t words_of(std::uint32_t size_class)
{
    return 4U << size_class;
}
constexpr std::uint32_t room_of(std::uint32_t size_class)
{
    return words_of(size_class) - 1;
}

} // namespace

Blocks::Blocks()
    : m_parts(256)
{
}

std::size_t Blocks::home(Part const & part, std::uint32_t tag)
{
    return static_cast<std::size_t>(std::uint64_t { tag } * part.slots.size() >> 32U);
}

std::size_t Blocks::seek(Part const & part, std::uint32_t tag)
{
    auto at = home(part, tag);
    while (part.slots[at].value != 0 && part.slots[at].tag != tag) {
        at = at + 1 == part.slots.size() ? 0 : at + 1;
    }
    return at;
}

void Blocks::grow(Part & part)
{
    std::vector<Slot> slots(std::max<std::size_t>(16, part.slots.size() + part.slots.size() / 5));
    std::swap(slots, part.slots);
    for (auto const & slot : slots) {
        if (slot.value != 0) {
            part.slots[seek(part, slot.tag)] = slot;
        }
    }
}

/// Moves back the slots behind the freed one that would no longer be found, so that no grave is left.
void Blocks::erase(Part & part, std::size_t at)
{
    auto const size = part.slots.size();
    auto const after = [&](std::size_t from, std::size_t to) { return to >= from ? to - from : to + size - from; };
    auto free = at;
    for (auto next = (at + 1) % size; part.slots[next].value != 0; next = (next + 1) % size) {
        if (after(home(part, part.slots[next].tag), next) >= after(free, next)) {
            part.slots[free] = part.slots[next];
            free = next;
        }
    }
    part.slots[free] = {};
    --part.used;
}

std::uint32_t * Blocks::block(std::uint32_t value)
{
    auto const unit = value & ~block_bit;
    return m_segments[unit / units_in_segment].get() + std::size_t { unit % units_in_segment } * 4;
}

std::uint32_t const * Blocks::block(std::uint32_t value) const
{
    auto const unit = value & ~block_bit;
    return m_segments[unit / units_in_segment].get() + std::size_t { unit % units_in_segment } * 4;
}

std::uint32_t Blocks::take_block(std::uint32_t size_class)
{
    std::uint32_t value = 0;
    if (!m_free[size_class].empty()) {
        value = m_free[size_class].back();
        m_free[size_class].pop_back();
    } else {
        auto const words = words_of(size_class);
        if (m_segments.empty() || m_segment_used + words > segment_words) {
            m_segments.push_back(std::make_unique<std::uint32_t[]>(segment_words));
            m_segment_used = 0;
        }
        value = block_bit | (static_cast<std::uint32_t>(m_segments.size() - 1) * units_in_segment + m_segment_used / 4);
        m_segment_used += words;
    }
    block(value)[0] = size_class << count_bits;
    return value;
}

void Blocks::free_block(std::uint32_t value)
{
    m_free[block(value)[0] >> count_bits].push_back(value);
}

std::uint32_t Blocks::moved_block(std::uint32_t value, std::uint32_t size_class)
{
    auto const moved = take_block(size_class);
    auto const * const from = block(value);
    auto * const to = block(moved);
    auto const count = from[0] & count_mask;
    std::copy_n(from + 1, count, to + 1);
    to[0] = size_class << count_bits | count;
    free_block(value);
    return moved;
}

void Blocks::add(std::uint64_t key, record::RecordId record)
{
    auto & part = this->part(key);
    auto const tag = static_cast<std::uint32_t>(key);
    if (part.used * 5 >= part.slots.size() * 4) {
        grow(part);
    }
    auto & slot = part.slots[seek(part, tag)];
    if (slot.value == 0) {
        slot = { tag, record };
        ++part.used;
        return;
    }
    if ((slot.value & block_bit) == 0) {
        if (slot.value == record) {
            return;
        }
        auto const made = take_block(0);
        auto * const words = block(made);
        words[1] = std::min(slot.value, record);
        words[2] = std::max(slot.value, record);
        words[0] += 2;
        slot.value = made;
        return;
    }
    auto const head = block(slot.value)[0];
    if ((head & count_mask) == room_of(head >> count_bits)) {
        if (head >> count_bits == size_class_max) {
            ++m_left_out;
            return;
        }
        slot.value = moved_block(slot.value, (head >> count_bits) + 1);
    }
    auto * const words = block(slot.value);
    auto * const end = words + 1 + (words[0] & count_mask);
    auto * const place = end[-1] < record ? end : std::lower_bound(words + 1, end, record);
    if (place != end && *place == record) {
        return;
    }
    std::copy_backward(place, end, end + 1);
    *place = record;
    ++words[0];
}

void Blocks::remove(std::uint64_t key, record::RecordId record)
{
    auto & part = this->part(key);
    if (part.slots.empty()) {
        return;
    }
    auto const at = seek(part, static_cast<std::uint32_t>(key));
    auto & slot = part.slots[at];
    if (slot.value == record) {
        erase(part, at);
        return;
    }
    if ((slot.value & block_bit) == 0) {
        return;
    }
    auto * const words = block(slot.value);
    auto * const end = words + 1 + (words[0] & count_mask);
    auto * const place = std::lower_bound(words + 1, end, record);
    if (place == end || *place != record) {
        return;
    }
    std::copy(place + 1, end, place);
    --words[0];
    auto const count = words[0] & count_mask;
    auto const size_class = words[0] >> count_bits;
    if (count == 1) {
        auto const last = words[1];
        free_block(slot.value);
        slot.value = last;
    } else if (size_class > 0 && count <= room_of(size_class - 1) / 2) {
        slot.value = moved_block(slot.value, size_class - 1);
    }
}

std::span<record::RecordId const> Blocks::find(std::uint64_t key) const
{
    auto const & part = this->part(key);
    if (part.slots.empty()) {
        return {};
    }
    auto const & slot = part.slots[seek(part, static_cast<std::uint32_t>(key))];
    if (slot.value == 0) {
        return {};
    }
    if ((slot.value & block_bit) == 0) {
        return { &slot.value, 1 };
    }
    auto const * const words = block(slot.value);
    return { words + 1, words[0] & count_mask };
}

void Blocks::prefetch(std::uint64_t key) const
{
    auto const & part = this->part(key);
    if (!part.slots.empty()) {
        auto const * const slot = &part.slots[home(part, static_cast<std::uint32_t>(key))];
        __builtin_prefetch(slot);
        __builtin_prefetch(slot + 8); // the next line: a search goes some slots on
    }
}

void Blocks::prefetch_records(std::uint64_t key) const
{
    auto const & part = this->part(key);
    if (part.slots.empty()) {
        return;
    }
    auto const value = part.slots[seek(part, static_cast<std::uint32_t>(key))].value;
    if ((value & block_bit) != 0) {
        __builtin_prefetch(block(value));
    }
}

std::size_t Blocks::bytes() const
{
    std::size_t bytes = m_segments.size() * segment_words * sizeof(std::uint32_t);
    for (auto const & part : m_parts) {
        bytes += part.slots.capacity() * sizeof(Slot);
    }
    for (auto const & free : m_free) {
        bytes += free.capacity() * sizeof(std::uint32_t);
    }
    return bytes;
}

void Blocks::keep(Snapshot & snapshot)
{
    auto segments = m_segments.size();
    snapshot(m_parts, segments, m_segment_used, m_left_out);
    for (auto & free : m_free) {
        snapshot(free);
    }
    for (std::size_t number = 0; number < segments && snapshot.sound(); ++number) {
        if (snapshot.reading()) {
            m_segments.push_back(std::make_unique<std::uint32_t[]>(segment_words));
        }
        snapshot.bytes(m_segments[number].get(), segment_words * sizeof(std::uint32_t));
    }
}

} // namespace ketensync::reconcile
