// The part of Pull that holds a list of documents against what reading changes gave.

#include "daemon/pipeline/pull.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::pipeline {

// The list was read to its end and is believable. What the swept feed knows and the list lacks is gone. What the list has and
// the feed never gave, or gave before its line in the list changed, was missed: the feed is read anew from its beginning,
// which costs little for what is known.
Result<void> Pull::sweep()
{
    KETENSYNC_TRY_ASSIGN(auto swept, m_landing.known(m_swept));
    Belief belief(m_feed, m_landing, m_format_limits);
    belief.begin({}, swept.live());
    std::size_t missed = 0;
    std::size_t listed = 0;
    for (landing::Known::Slot own = 0; own < m_known.size(); ++own) {
        if (!m_known[own].live) {
            continue;
        }
        ++listed;
        auto const slot = swept.with_key(m_known[own].key);
        if (slot == landing::Known::none || !swept[slot].live) {
            ++missed;
        } else {
            swept.see(slot);
        }
    }
    for (auto const & [key, before] : m_relisted) {
        auto const slot = swept.with_key(key);
        bool const given_since = slot != landing::Known::none && swept[slot].live && swept[slot].version > before;
        missed += slot != landing::Known::none && swept[slot].live && !given_since ? 1U : 0U;
    }
    auto const absent = swept.unseen(0);
    KETENSYNC_TRY(m_options.accept_mass_change ? Result<void>() : belief.judge_size(listed, absent.size()));
    for (std::size_t begin = 0; begin < absent.size(); begin += landing::documents_of_page_max) {
        landing::Page page;
        page.id = m_landing.next_page();
        page.feed = m_swept;
        page.run = m_run;
        for (auto i = begin; i < std::min(absent.size(), begin + landing::documents_of_page_max); ++i) {
            page.entries.push_back({ swept[absent[i]].key, {}, swept[absent[i]].version, 0, true });
        }
        pack();
        m_waiting.push_back(landing::pack(page));
        m_waiting_bytes += m_waiting.back().bytes();
    }
    m_read_again = missed > 0;
    if (!absent.empty() || m_read_again) {
        m_note = fmt::format("{} documents of '{}' are gone, and {} were missed{}", absent.size(), m_feed.feed->sweeps, missed,
            m_read_again ? ": it is read from its beginning at its next time" : "");
    }
    return {};
}

}
