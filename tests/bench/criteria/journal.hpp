#pragma once

#include "connectors/rest_since.hpp"
#include "tests/bench/criteria/rig.hpp"
#include "tests/support/scripted_server.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace ketensync::criteria {

using connectors::Moment;
using support::ScriptedServer;

/// A source over HTTP that tells what changed: it gives its rows in the order of their moments, from the one that is
/// asked with, each page beginning behind the last row of the one before.
class Journal {
public:
    explicit Journal(std::size_t page = 500, settings::Since::As as = settings::Since::As::timestamp);

    /// A row as it is now, in the place of one of that number. `said` is its moment as JSON; empty: it has none, and is
    /// given however one asks.
    void put(std::string const & number, std::string const & content, Moment changed, std::string const & said);
    Oracle published() const;
    Moment newest() const;
    /// Rows that have exactly this moment.
    std::size_t at(Moment moment) const;
    std::string address() const { return m_server.address(); }
    std::size_t requests() const { return m_requests; }

    /// Called before each answer, with how many there were before it; rows may be put meanwhile.
    std::function<void(std::size_t before)> on_request {};

    /// The feed that reads it: `since` is more of [feed.since].
    static std::string feed(std::string const & since, std::string const & mapping = "dingen");

private:
    struct Row {
        std::string number;
        std::string content;
        std::string said;
    };
    using Place = std::pair<Moment, std::uint64_t>;
    ScriptedServer::Answer answer(ScriptedServer::Request const & request);

    std::size_t m_page;
    settings::Since::As m_as;
    mutable std::mutex m_mutex {};
    std::map<Place, Row> m_rows {};
    std::unordered_map<std::string, Place> m_places {};
    std::uint64_t m_last = 0;
    std::atomic<std::size_t> m_requests = 0;
    ScriptedServer m_server;
};

/// A moment as text: so many digits behind the second, and so many minutes from UTC.
std::string written(Moment moment, int digits, int offset_minutes = 0);

} // namespace ketensync::criteria
