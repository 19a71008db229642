#pragma once

#include "tests/bench/criteria/rig.hpp"
#include "tests/support/scripted_server.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ketensync::criteria {

using support::ScriptedServer;

/// A source over HTTP that gives all it has, page after page. One thread changes it, the server's threads read it.
class Listing {
public:
    enum class By { offset, page_number, cursor, next_link };
    explicit Listing(By by, std::size_t page = 500);

    /// Numbers are kept in the order in which they are put.
    void put(std::size_t number, std::string const & content);
    void put_at(std::size_t place, std::size_t number, std::string const & content);
    void remove_at(std::size_t place);
    void remove(std::size_t number);
    std::size_t size() const;
    Oracle published() const;
    std::string address() const { return m_server.address(); }
    std::size_t requests() const { return m_requests; }
    void forget_requests() { m_requests = 0; }

    /// Called before each answer, with how many there were before it.
    std::function<void(std::size_t before)> on_request {};
    /// Changes an answer; `from` is the place of its first document.
    std::function<void(std::size_t from, ScriptedServer::Request const & request, ScriptedServer::Answer & answer)> spoil {};
    /// How many documents the source says it has, when that is not how many there are.
    std::function<std::size_t(std::size_t real)> total {};
    std::size_t page() const { return m_page; }
    std::size_t pages() const { return (size() + m_page - 1) / m_page; }

    /// The feed that reads it; `paging` is more of [feed.paging], `more` of the feed behind that.
    std::string feed(std::string const & paging = {}, std::string const & more = {}) const;

private:
    ScriptedServer::Answer answer(ScriptedServer::Request const & request);

    By m_by;
    std::size_t m_page;
    mutable std::mutex m_mutex {};
    std::vector<std::size_t> m_order {};
    std::unordered_map<std::size_t, std::string> m_contents {};
    std::atomic<std::size_t> m_requests = 0;
    ScriptedServer m_server;
};

/// One whole answer that holds this list of items.
std::string page_of(std::vector<std::string> const & items);

} // namespace ketensync::criteria
