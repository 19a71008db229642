#include "daemon/landing/known.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::landing {

Known::Slot Known::Index::find(record::Fingerprint const & fingerprint, std::vector<Document> const & documents,
    record::Fingerprint Document::*field) const
{
    if (m_cells.empty()) {
        return none;
    }
    auto const mask = m_cells.size() - 1;
    for (auto at = fingerprint.low & mask;; at = (at + 1) & mask) {
        auto const slot = m_cells[at];
        if (slot == none) {
            return none;
        }
        // A cell whose document has another content by now no longer answers to the old one.
        if (documents[slot].*field == fingerprint) {
            return slot;
        }
    }
}

void Known::Index::put(Slot slot, std::vector<Document> const & documents, record::Fingerprint Document::*field)
{
    if ((m_used + 1) * 3 > m_cells.size() * 2) {
        grow(documents, field);
    }
    auto const mask = m_cells.size() - 1;
    auto at = (documents[slot].*field).low & mask;
    while (m_cells[at] != none) {
        at = (at + 1) & mask;
    }
    m_cells[at] = slot;
    ++m_used;
}

void Known::Index::grow(std::vector<Document> const & documents, record::Fingerprint Document::*field)
{
    auto const old = std::exchange(m_cells, std::vector<Slot>(std::max<std::size_t>(1024, m_cells.size() * 2), none));
    auto const mask = m_cells.size() - 1;
    for (auto const slot : old) {
        if (slot == none) {
            continue;
        }
        auto at = (documents[slot].*field).low & mask;
        while (m_cells[at] != none) {
            at = (at + 1) & mask;
        }
        m_cells[at] = slot;
    }
}

void Known::take(std::int64_t page, std::uint32_t period, std::vector<Entry> const & entries)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto const & entry = entries[i];
        // A version without one before it is a document never seen: no look-up for the great majority.
        auto slot = entry.previous == 0 ? none : with_key(entry.key);
        if (entry.gone) {
            if (slot != none) {
                mark_gone(slot);
            }
            continue;
        }
        if (slot == none) {
            slot = add(entry.key, entry.content, period);
        } else {
            change(slot, entry.content, period);
        }
        m_documents[slot].version = version(page, i);
        m_documents[slot].seen = false;
    }
}

Known::Slot Known::with_content(record::Fingerprint const & content) const
{
    auto const slot = m_by_content.find(content, m_documents, &Document::content);
    return slot != none && m_documents[slot].live ? slot : none;
}

Known::Slot Known::with_key(record::Fingerprint const & key)
{
    if (!m_by_key.built()) {
        for (Slot slot = 0; slot < m_documents.size(); ++slot) {
            m_by_key.put(slot, m_documents, &Document::key);
        }
    }
    return m_by_key.find(key, m_documents, &Document::key);
}

Known::Slot Known::add(record::Fingerprint const & key, record::Fingerprint const & content, std::uint32_t period)
{
    auto const slot = static_cast<Slot>(m_documents.size());
    m_documents.push_back({ key, content, 0, period, true, false });
    m_by_content.put(slot, m_documents, &Document::content);
    if (m_by_key.built()) {
        m_by_key.put(slot, m_documents, &Document::key);
    }
    ++m_live;
    return slot;
}

void Known::change(Slot slot, record::Fingerprint const & content, std::uint32_t period)
{
    auto & document = m_documents[slot];
    m_live += document.live ? 0U : 1U;
    document.live = true;
    document.period = period;
    if (document.content != content) {
        document.content = content;
        m_by_content.put(slot, m_documents, &Document::content);
    }
}

void Known::mark_gone(Slot slot)
{
    auto & document = m_documents[slot];
    m_live -= document.live ? 1U : 0U;
    document.live = false;
}

bool Known::see(Slot slot) { return !std::exchange(m_documents[slot].seen, true); }

void Known::see_all()
{
    for (auto & document : m_documents) {
        document.seen = true;
    }
}

void Known::unsee(std::uint32_t period)
{
    for (auto & document : m_documents) {
        document.seen = document.seen && document.period != period;
    }
}

std::vector<Known::Slot> Known::unseen(std::uint32_t period) const
{
    std::vector<Slot> slots;
    for (Slot slot = 0; slot < m_documents.size(); ++slot) {
        auto const & document = m_documents[slot];
        if (document.live && !document.seen && (period == 0 || document.period == period)) {
            slots.push_back(slot);
        }
    }
    return slots;
}

std::size_t Known::live(std::uint32_t period) const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        m_documents, [period](Document const & document) { return document.live && document.period == period; }));
}

std::uint32_t Known::period(std::string const & name)
{
    if (name.empty()) {
        return 0;
    }
    auto const found = std::ranges::find(m_periods, name);
    if (found != m_periods.end()) {
        return static_cast<std::uint32_t>(found - m_periods.begin()) + 1;
    }
    m_periods.push_back(name);
    return static_cast<std::uint32_t>(m_periods.size());
}

}
