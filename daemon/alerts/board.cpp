#include "daemon/alerts/board.hpp"

#include <algorithm>

namespace ketensync::alerts {

using health::Severity;

namespace {

/// "feed:uwv/werkzoekenden" of "feed:uwv/werkzoekenden:KetensyncSyncStale".
std::string_view thing_of(std::string_view key)
{
    return key.substr(0, key.rfind(':'));
}

} // namespace

Board::Board(settings::Alerts const & settings, Memory memory)
    : m_after(settings.after)
    , m_remind(settings.remind)
    , m_memory(std::move(memory))
{
}

void Board::look(std::vector<health::Concern> const & concerns, Instant now)
{
    for (auto const & concern : concerns) {
        auto & standing = m_memory.standing.try_emplace(concern.key, Memory::Standing { concern, now, {} }).first->second;
        standing.concern = concern;
        standing.gone.reset();
    }
    for (auto & [key, standing] : m_memory.standing) {
        standing.since = std::min(standing.since, now); // a clock that was set back
        bool const there = std::ranges::find(concerns, key, &health::Concern::key) != concerns.end();
        if (!there) {
            standing.gone = std::min(standing.gone.value_or(now), now);
        }
    }
    for (auto & [name, channel] : m_memory.channels) {
        if (channel.spoke) {
            channel.spoke = std::min(*channel.spoke, now);
        }
        for (auto & [key, when] : channel.told) {
            when = std::min(when, now);
        }
        std::erase_if(channel.told, [this](auto const & each) { return replaced(each.first); });
    }
    std::erase_if(m_memory.standing, [this, now](auto const & each) {
        return each.second.gone && now - *each.second.gone >= m_after
            && std::ranges::none_of(m_memory.channels, [&each](auto const & of) { return of.second.told.contains(each.first); });
    });
}

bool Board::replaced(std::string const & key) const
{
    auto const standing = m_memory.standing.find(key);
    return standing != m_memory.standing.end() && standing->second.gone
        && std::ranges::any_of(m_memory.standing, [&key](auto const & other) {
               return !other.second.gone && other.first != key && thing_of(other.first) == thing_of(key);
           });
}

std::optional<Message> Board::due(std::string const & channel, Instant now, bool quiet) const
{
    auto const found = m_memory.channels.find(channel);
    Memory::OfChannel const fresh;
    auto const & of = found == m_memory.channels.end() ? fresh : found->second;
    Message message;
    message.made = now;
    bool critical = false;
    bool reminder = false;
    for (auto const & [key, standing] : m_memory.standing) {
        auto const told = of.told.find(key);
        bool const was_told = told != of.told.end();
        Told const one { standing.concern, standing.since };
        if (standing.gone) {
            if (was_told && !quiet && now - *standing.gone >= m_after) {
                message.over.push_back(one);
            }
        } else if (quiet && standing.concern.severity != Severity::critical) {
            continue;
        } else if (was_told) {
            message.still.push_back(one);
            reminder = reminder || now - told->second >= m_remind;
        } else if (now - standing.since >= m_after) {
            message.begun.push_back(one);
            critical = critical || standing.concern.severity == Severity::critical;
        }
    }
    // One reminder reminds of everything, so that they do not come one by one ever after.
    if (!reminder) {
        message.still.clear();
    }
    bool const nothing = message.begun.empty() && message.still.empty() && message.over.empty();
    bool const just_spoke = of.spoke && now - *of.spoke < m_after;
    return nothing || (just_spoke && !critical) ? std::nullopt : std::optional(std::move(message));
}

void Board::told(std::string const & channel, Message const & message)
{
    auto & of = m_memory.channels[channel];
    of.spoke = message.made;
    for (auto const * const list : { &message.begun, &message.still }) {
        for (auto const & one : *list) {
            of.told[one.concern.key] = message.made;
        }
    }
    for (auto const & one : message.over) {
        of.told.erase(one.concern.key);
    }
}

bool Board::digest_due(std::string const & channel, Instant turn)
{
    auto & last = m_memory.channels[channel].digest;
    if (!last) {
        last = turn;
    }
    return *last < turn;
}

void Board::digest_told(std::string const & channel, Instant turn)
{
    m_memory.channels[channel].digest = turn;
}

} // namespace ketensync::alerts
