#include "connectors/rest.hpp"

#include "connectors/access.hpp"
#include "connectors/parent_list.hpp"
#include "connectors/read_ahead.hpp"
#include "connectors/rest_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::connectors {

namespace {

using Paging = settings::Paging;

/// Where in the feed a page is. As a cursor: "3", or "3 key" below a parent.
struct Position {
    std::uint64_t number = 0;
    std::string parent;
};

std::string to_cursor(Position const & position)
{
    return position.parent.empty() ? fmt::format("{}", position.number)
                                   : fmt::format("{} {}", position.number, position.parent);
}

std::optional<Position> to_position(std::string_view cursor)
{
    Position position;
    auto const * const end = cursor.data() + cursor.size();
    auto const parsed = std::from_chars(cursor.data(), end, position.number);
    if (parsed.ec != std::errc() || (parsed.ptr != end && *parsed.ptr != ' ')) {
        return std::nullopt;
    }
    if (parsed.ptr != end) {
        position.parent.assign(parsed.ptr + 1, end);
    }
    return position;
}

class RestConnector final : public Connector {
public:
    RestConnector(RestPages pages, settings::Feed feed, Surroundings const & surroundings)
        : m_pages(std::move(pages))
        , m_feed(std::move(feed))
        , m_surroundings(surroundings)
    {
    }

    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        KETENSYNC_TRY_ASSIGN(auto position, find(cursor, stop));
        Page page;
        if (m_feed.parent && m_parents.empty()) {
            page.last = true;
            page.origin = "the list of parents";
            return page;
        }
        auto const place = m_feed.parent ? static_cast<std::size_t>(
                               std::find(m_parents.begin(), m_parents.end(), position.parent) - m_parents.begin())
                                         : 0;
        auto origin = m_feed.parent ? fmt::format("page {} of parent {}", position.number, place + 1)
                                    : fmt::format("page {}", position.number);
        KETENSYNC_TRY_ASSIGN(auto answer, m_pages.read(m_feed.path, position.parent, position.number, origin, stop));

        bool const follows = m_before && position.number == m_before->number + 1 && position.parent == m_before->parent;
        if (follows && m_body_before.bytes() == answer.body.bytes()) {
            return fail(Failure::bad_page, fmt::format("{}: the source repeats page {}", origin, m_before->number));
        }
        m_before = position;
        m_body_before = answer.body;

        page.body = std::move(answer.body);
        page.origin = std::move(origin);
        if (!m_feed.parent) {
            page.declared_total = answer.total;
        }
        if (answer.more) {
            page.cursor_after = to_cursor({ position.number + 1, position.parent });
        } else if (place + 1 < m_parents.size()) {
            page.cursor_after = to_cursor({ m_feed.paging.first, m_parents[place + 1] });
        } else {
            page.last = true;
        }
        return page;
    }

private:
    /// The place that a cursor means. One that means nothing (any more) is the beginning: reading again is harmless.
    Result<Position> find(std::string const & cursor, std::stop_token stop)
    {
        auto position = to_position(cursor);
        if (!position) {
            if (!cursor.empty()) {
                m_surroundings.log.warning(
                    "{}: the stored cursor is not of this feed; reading from the beginning", m_feed.name);
            }
            m_pages.start();
            m_parents.clear();
            m_before.reset();
            position = Position { m_feed.paging.first, {} };
        }
        if (!m_feed.parent) {
            position->parent.clear();
            return *position;
        }
        if (m_parents.empty()) {
            KETENSYNC_TRY_ASSIGN(
                m_parents, read_parents(m_pages, *m_feed.parent, m_feed.paging, m_surroundings.limits, stop));
        }
        if (std::find(m_parents.begin(), m_parents.end(), position->parent) == m_parents.end()) {
            position = Position { m_feed.paging.first, m_parents.empty() ? std::string() : m_parents.front() };
        }
        return *position;
    }

    RestPages m_pages;
    settings::Feed m_feed;
    Surroundings m_surroundings;
    std::vector<std::string> m_parents; ///< keys, in the order of the source
    std::optional<Position> m_before; ///< of the page read last, since the beginning
    Body m_body_before;
};

} // namespace

Result<std::unique_ptr<Connector>> open_rest(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings)
{
    for (auto const & path : { feed.path, feed.parent ? feed.parent->path : std::string() }) {
        if (!path.empty() && path.front() != '/') {
            return fail(Failure::configuration, fmt::format("{}: a path does not start with a slash", feed.name));
        }
    }
    SharedAccess alone;
    auto & shared = surroundings.shared != nullptr ? *surroundings.shared : alone;
    KETENSYNC_TRY_ASSIGN(auto access, shared.of(source, surroundings));
    KETENSYNC_TRY_ASSIGN(auto client, client_settings(source, source.address, surroundings.limits));
    bool accepts = false;
    for (auto const & [name, value] : source.headers) {
        auto const line = fmt::format("{}: {}", name, value);
        if (std::any_of(line.begin(), line.end(),
                [](char character) { return static_cast<unsigned char>(character) < 0x20; })) {
            return fail(Failure::configuration, fmt::format("{}: a header holds a control character", source.name));
        }
        accepts = accepts || name == "Accept" || name == "accept";
        client.headers.push_back(line);
    }
    if (!accepts) {
        client.headers.emplace_back("Accept: application/json");
    }
    RestPages pages(std::move(client), std::move(access), feed.paging, surroundings);
    std::unique_ptr<Connector> connector = std::make_unique<RestConnector>(std::move(pages), feed, surroundings);
    if (feed.paging.by == Paging::By::none && !feed.parent) {
        return connector;
    }
    return std::make_unique<ReadAhead>(std::move(connector));
}

} // namespace ketensync::connectors
