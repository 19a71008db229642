#include "daemon/pipeline/belief.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ketensync::pipeline {

namespace {

/// Fewer documents than this may do anything and nobody finds it strange.
constexpr std::size_t small_change = 5;
/// Of more known documents than this, a part stands for all when it comes to what became empty.
constexpr std::size_t looked_at = 4'096;

}

Belief::Belief(PlannedFeed const & feed, landing::Landing & landing, formats::Limits const & limits)
    : m_feed(feed), m_landing(landing), m_parser(feed.mapper->layout(), limits)
{
}

void Belief::begin(std::string period, std::size_t known)
{
    m_period = std::move(period);
    m_known = known;
    m_changed = 0;
    m_stride = std::max<std::size_t>(1, known / looked_at);
    m_emptied.clear();
    m_looked.clear();
    m_news_stride = 1;
    m_reasons.clear();
}

std::size_t Belief::limit(std::uint64_t percent) const
{
    return std::max<std::size_t>(small_change, m_known * percent / 100);
}

std::string Belief::of() const { return m_period.empty() ? "the feed" : "period " + m_period; }

/// The document as it was landed, in m_before; false when it cannot be mapped any more.
Result<bool> Belief::read(landing::Version version)
{
    auto const id = landing::page_of(version);
    if (!m_page || m_page->id != id) {
        KETENSYNC_TRY_ASSIGN(m_page, m_landing.page(id));
    }
    auto const index = landing::index_of(version);
    if (index >= m_page->entries.size()) {
        return false;
    }
    std::size_t offset = 0;
    for (std::size_t i = 0; i < index; ++i) {
        offset += m_page->entries[i].length;
    }
    auto const bytes = std::string_view(m_page->body).substr(offset, m_page->entries[index].length);
    if (!m_parser.parse(m_page->context, bytes, m_tree)) {
        return false;
    }
    m_feed.mapper->map(m_tree, { m_feed.source->name, m_page->period }, m_before);
    return true;
}

Result<void> Belief::take_change(
    record::Fingerprint const & key, landing::Version was, formats::Tree const & tree, mapping::Told const & told)
{
    ++m_changed;
    if (was == 0 || key.low % m_stride != 0) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(bool const sound, read(was));
    if (!sound) {
        return {};
    }
    m_feed.mapper->map(tree, told, m_now);
    std::set<std::pair<record::KindId, record::FieldId>> emptied;
    for (auto const & before : m_before.records) {
        auto const now = std::ranges::find_if(m_now.records,
            [&before](record::Record const & each) { return each.kind == before.kind && each.key == before.key; });
        for (std::size_t i = 0; now != m_now.records.end() && i < before.values.size(); ++i) {
            auto const field = static_cast<record::FieldId>(i);
            if (!before.values[field].empty() && now->values[field].empty()) {
                emptied.emplace(before.kind, field);
            }
        }
    }
    for (auto const & each : emptied) {
        ++m_emptied[each];
    }
    return {};
}

// How much news there will be is not known beforehand, so half of what was looked at is forgotten whenever it is too much.
void Belief::take_news(record::Fingerprint const & key, formats::Tree const * tree, mapping::Told const & told)
{
    auto const & believable = m_feed.feed->believable;
    bool const anything_goes = believable.set_aside_percent == 100 && believable.set_aside_max >= settings::Believable().set_aside_max;
    if (anything_goes || key.low % m_news_stride != 0) {
        return;
    }
    bool aside = true;
    if (tree != nullptr) {
        m_feed.mapper->map(*tree, told, m_now);
        aside = m_now.outcome == record::MappedDocument::Outcome::rejected;
    }
    m_looked.push_back({ key.low, aside });
    if (aside) {
        ++m_reasons[tree == nullptr || m_now.rejects.empty() ? "unreadable" : m_now.rejects.front().reason];
    }
    if (m_looked.size() >= 2 * looked_at) {
        m_news_stride *= 2;
        std::erase_if(m_looked, [this](Looked const & each) { return each.place % m_news_stride != 0; });
    }
}

Error Belief::too_many(std::size_t delivered) const
{
    return { Failure::held,
        fmt::format("{} has {} documents, believable are {} at most: nothing was changed", of(), delivered,
            m_feed.feed->believable.max) };
}

Result<void> Belief::judge_size(std::size_t delivered, std::size_t absent) const
{
    auto const & believable = m_feed.feed->believable;
    bool const empty_is_legal = believable.empty_allowed && delivered == 0 && absent == 0;
    if (delivered < believable.min && !empty_is_legal) {
        return fail(Failure::held,
            fmt::format("{} has {} documents, believable are {} or more: nothing was changed", of(), delivered, believable.min));
    }
    if (delivered > believable.max) {
        return fail(too_many(delivered));
    }
    auto const most = limit(believable.vanished_percent);
    if (absent > most || (delivered == 0 && absent > 0)) {
        return fail(Failure::held,
            fmt::format("{} of {} documents of {} are gone, believable are {} at most: nothing was changed", absent, m_known,
                of(), most));
    }
    return {};
}

Result<void> Belief::judge_changes() const
{
    auto const & believable = m_feed.feed->believable;
    if (auto const most = limit(believable.changed_percent); m_changed > most) {
        return fail(Failure::held,
            fmt::format("{} of {} documents of {} are otherwise than they were, believable are {} at most: what was not taken "
                        "yet waits",
                m_changed, m_known, of(), most));
    }
    auto const most = limit(believable.emptied_percent);
    for (auto const & [place, count] : m_emptied) {
        if (count * m_stride > most) {
            auto const & kind = m_feed.mapper->schema().kinds[place.first];
            return fail(Failure::held,
                fmt::format("'{}' of {} became empty in {}{} of {} documents of {}, believable are {} at most: what was not "
                            "taken yet waits",
                    kind.fields[place.second].name, kind.name, m_stride > 1 ? "about " : "", count * m_stride, m_known, of(),
                    most));
        }
    }
    return {};
}

Result<void> Belief::judge_set_aside(std::size_t delivered) const
{
    auto const & believable = m_feed.feed->believable;
    auto const most = std::min<std::uint64_t>(believable.set_aside_max,
        std::max<std::uint64_t>(small_change, delivered * believable.set_aside_percent / 100));
    auto const aside = static_cast<std::size_t>(std::ranges::count(m_looked, true, &Looked::aside)) * m_news_stride;
    if (aside <= most) {
        return {};
    }
    auto const reason = std::ranges::max_element(m_reasons, {}, [](auto const & each) { return each.second; });
    return fail(Failure::held,
        fmt::format("{}{} of {} documents of {} would be set aside, mostly for {}, believable are {} at most: what was not taken yet "
                    "waits",
            m_news_stride > 1 ? "about " : "", aside, delivered, of(), reason->first, most));
}

}
