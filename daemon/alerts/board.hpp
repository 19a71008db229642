#pragma once

#include "daemon/alerts/message.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace ketensync::alerts {

/// What must outlive the process, so that nothing is told twice and nothing is forgotten. As large as there are concerns:
/// one that is over and of which no channel spoke is dropped. Holds no personal data.
struct Memory {
    struct Standing {
        health::Concern concern;
        Instant since {};
        std::optional<Instant> gone; ///< since when it is no concern any more
        bool operator==(Standing const &) const = default;
    };
    struct OfChannel {
        std::map<std::string, Instant> told; ///< by key: when last
        std::optional<Instant> spoke; ///< when anything was told last
        std::optional<Instant> digest; ///< the turn of the last weekly overview
        bool operator==(OfChannel const &) const = default;
    };
    std::map<std::string, Standing> standing; ///< by key
    std::map<std::string, OfChannel> channels; ///< by name
    bool operator==(Memory const &) const = default;
};

/// One that is not there, or cannot be read, is an empty one: then something may be told once more. `why` says so, when
/// it is there and cannot be read.
Memory read_memory(std::filesystem::path const & file, std::string & why);
/// In the place of the old one, all or nothing; for nobody else to read.
Result<void> write_memory(Memory const & memory, std::filesystem::path const & file);

/// Decides what is to be told when: once when something is wrong for a while, again after a time, once when it is over,
/// several at once in one message, and in quiet hours only what is critical. Pure but for what it remembers. One thread.
class Board {
public:
    Board(settings::Alerts const & settings, Memory memory);

    /// How things stand at `now`.
    void look(std::vector<health::Concern> const & concerns, Instant now);
    /// What that channel should tell now; nothing when that is nothing.
    std::optional<Message> due(std::string const & channel, Instant now, bool quiet) const;
    /// The channel has told it.
    void told(std::string const & channel, Message const & message);

    /// True when a weekly overview is due whose turn was at `turn`. The first is not made up for.
    bool digest_due(std::string const & channel, Instant turn);
    void digest_told(std::string const & channel, Instant turn);

    Memory const & memory() const { return m_memory; }

private:
    /// True when it makes way for another concern about the same thing, which is told in its place.
    bool replaced(std::string const & key) const;

    std::chrono::milliseconds m_after;
    std::chrono::milliseconds m_remind;
    Memory m_memory;
};

} // namespace ketensync::alerts
