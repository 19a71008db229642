#include "connectors/rest.hpp"

#include "connectors/access.hpp"
#include "connectors/children.hpp"
#include "connectors/look_up.hpp"
#include "connectors/parent_list.hpp"
#include "connectors/read_ahead.hpp"
#include "connectors/rest_cursor.hpp"
#include "connectors/rest_job.hpp"
#include "connectors/rest_page.hpp"
#include "daemon/record/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ketensync::connectors {

namespace {

using Paging = settings::Paging;
using MakePages = std::function<RestPages()>;

class RestConnector final : public Connector {
public:
    RestConnector(MakePages make, settings::Feed feed, Surroundings const & surroundings)
        : m_make(std::move(make))
        , m_pages(m_make())
        , m_feed(std::move(feed))
        , m_surroundings(surroundings)
    {
    }

    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        KETENSYNC_TRY_ASSIGN(auto at, find(cursor, stop));
        if (m_feed.parent && m_parents.empty()) {
            Page page;
            page.last = true;
            page.origin = "the list of parents";
            return page;
        }
        if (++m_count > m_surroundings.limits.pages_max) {
            return fail(Failure::bad_page,
                fmt::format("{}: the source gives more than {} pages", origin_of(at), m_surroundings.limits.pages_max));
        }
        auto page = read_at(at, stop);
        if (!page) {
            m_children.reset();
        }
        return page;
    }

private:
    struct Seen {
        std::string parent;
        record::Fingerprint body;
        std::uint64_t number = 0;
    };

    bool answers_once() const
    {
        return m_feed.paging.by == Paging::By::none && !m_feed.parent && !m_feed.since && !m_feed.job;
    }

    std::size_t place_of(std::string const & parent) const
    {
        return static_cast<std::size_t>(std::find(m_parents.begin(), m_parents.end(), parent) - m_parents.begin());
    }

    std::string origin_of(RestCursor const & at) const
    {
        auto const & place = at.place;
        auto const page = m_feed.paging.by == Paging::By::offset
            ? fmt::format("the page behind {} documents", place.number)
            : fmt::format("page {}", place.number);
        return m_feed.parent ? fmt::format("{} of parent {}", page, place_of(at.parent) + 1) : page;
    }

    /// The place that a cursor means. One that means nothing (any more) is the beginning: reading again is harmless.
    Result<RestCursor> find(std::string const & cursor, std::stop_token stop)
    {
        auto at = rest_cursor(cursor);
        if (!at || (at->under_way && m_feed.parent && at->parent.empty())) {
            m_surroundings.log.warning(
                "{}: the stored cursor is not of this feed; reading from the beginning", m_feed.name);
            at = RestCursor();
        }
        if (m_feed.parent && (m_parents.empty() || !at->under_way)) {
            KETENSYNC_TRY_ASSIGN(
                m_parents, read_parents(m_pages, *m_feed.parent, m_feed.paging, m_surroundings.limits, stop));
            m_children.reset();
        }
        bool const gone = m_feed.parent && place_of(at->parent) == m_parents.size();
        if (!at->under_way || gone) {
            KETENSYNC_TRY(begin(*at, stop));
        }
        return std::move(*at);
    }

    /// The first page of a reading, with what the one before it left behind.
    Result<void> begin(RestCursor & at, std::stop_token stop)
    {
        m_count = 0;
        m_gone = 0;
        m_before.reset();
        m_nexts.clear();
        at.under_way = true;
        at.place = first_place(m_feed.paging);
        at.parent = m_parents.empty() ? std::string() : m_parents.front();
        if (m_feed.since) {
            auto const newest = moment_of(at.newest);
            bool const by_token = m_feed.since->as == settings::Since::As::token;
            at.since = by_token ? at.newest : newest ? asked_with(*m_feed.since, *newest) : std::string();
            at.since = at.since.empty() ? m_feed.since->start : at.since;
        }
        if (m_feed.job) {
            auto job = run_job(m_pages, *m_feed.job, question(at), m_surroundings.clock, stop);
            if (!job) {
                return fail(job.error().failure, fmt::format("the report: {}", job.error().what));
            }
            at.job = std::move(*job);
        }
        return {};
    }

    PageQuestion question(RestCursor const & at) const
    {
        PageQuestion question { .path = m_feed.path, .parent = at.parent, .job = at.job, .since = at.since };
        question.post = !m_feed.job;
        if (answers_once()) {
            question.conditional = !at.etag.empty() || !at.last_modified.empty();
            if (!at.etag.empty()) {
                question.headers.push_back("If-None-Match: " + at.etag);
            } else if (!at.last_modified.empty()) {
                question.headers.push_back("If-Modified-Since: " + at.last_modified);
            }
        }
        return question;
    }

    Result<RestPage> fetch(RestCursor const & at, std::stop_token stop)
    {
        bool const ahead = m_feed.parent && m_feed.parent->parallel > 1 && at.place.first;
        if (!ahead) {
            return m_pages.read(question(at), at.place, origin_of(at), stop);
        }
        if (!m_children) {
            m_children = std::make_unique<Children>(m_make, m_feed.parent->parallel, m_parents.size(),
                [this, base = at](RestPages & pages, std::size_t parent, std::stop_token ended) {
                    auto child = base;
                    child.parent = m_parents[parent];
                    return pages.read(question(child), child.place, origin_of(child), std::move(ended));
                });
        }
        return m_children->first_page(place_of(at.parent), std::move(stop));
    }

    Result<Page> read_at(RestCursor const & at, std::stop_token stop)
    {
        KETENSYNC_TRY_ASSIGN(auto answer, fetch(at, stop));
        Page page;
        page.origin = origin_of(at);
        auto behind = at;
        if (answer.no_parent) {
            page.bare = true;
            // A path that leads nowhere is no reason to believe that all is gone.
            if (++m_gone == m_parents.size()) {
                return fail(Failure::bad_page, "none of the parents is there: look at the path of the feed");
            }
        } else if (answer.not_modified) {
            page.not_modified = true;
        } else if (auto sound = take(at, answer, behind); !sound) {
            return fail(sound.error().failure, fmt::format("{}: {}", page.origin, sound.error().what));
        }
        page.body = std::move(answer.body);
        if (!m_feed.parent) {
            page.declared_total = answer.envelope.total;
        }
        if (answer.envelope.next) {
            behind.place = *answer.envelope.next;
        } else if (auto const next = place_of(at.parent) + 1; m_feed.parent && next < m_parents.size()) {
            behind.place = first_place(m_feed.paging);
            behind.parent = m_parents[next];
        } else {
            page.last = true;
            behind.under_way = false;
        }
        KETENSYNC_TRY_ASSIGN(page.cursor_after, to_text(behind));
        return page;
    }

    /// Looks whether a page is believable behind those before it, and what the next reading is to ask with.
    Result<void> take(RestCursor const & at, RestPage const & answer, RestCursor & behind)
    {
        auto const & place = at.place;
        auto const bytes = answer.body.bytes();
        Seen seen { at.parent, record::fingerprint(bytes), place.number };
        bool const follows = m_before && m_before->parent == seen.parent && m_before->number < seen.number;
        if (follows && m_before->body == seen.body) {
            return fail(Failure::bad_page, fmt::format("the source repeats page {}", m_before->number));
        }
        m_before = std::move(seen);
        auto const & next = answer.envelope.next;
        if (next && !next->next.empty() && !lead_on(at, next->next)) {
            return fail(Failure::bad_page, "the source leads back to a page that was read");
        }
        if (answers_once()) {
            behind.etag = answer.etag;
            behind.last_modified = answer.last_modified;
        }
        if (!m_feed.since) {
            return {};
        }
        if (m_feed.since->as == settings::Since::As::token) {
            behind.newest = answer.token.value_or(behind.newest);
            return {};
        }
        auto const & limits = m_surroundings.limits;
        KETENSYNC_TRY_ASSIGN(auto const newest,
            newest_in(bytes, m_feed.paging.items, *m_feed.since, m_surroundings.clock.now(), limits.depth_max));
        if (newest.missing != 0 || newest.in_future != 0) {
            m_surroundings.log.warning("{}: {}: {} documents do not say when they changed, and {} say a time to come",
                m_feed.name, origin_of(at), newest.missing, newest.in_future);
        }
        auto const known = moment_of(at.newest);
        if (newest.moment && (!known || *newest.moment > *known)) {
            behind.newest = to_text(*newest.moment);
        }
        return {};
    }

    /// False when the same token led to another page of this reading before. A page that is read again leads to the
    /// same one again.
    bool lead_on(RestCursor const & at, std::string const & next)
    {
        auto const token = record::fingerprint({ at.parent, next }).low;
        return m_nexts.emplace(token, at.place.number).first->second == at.place.number;
    }

    MakePages m_make;
    RestPages m_pages;
    settings::Feed m_feed;
    Surroundings m_surroundings;
    std::vector<std::string> m_parents; ///< keys, in the order of the source
    std::unique_ptr<Children> m_children; ///< where they are read in parallel
    std::uint64_t m_count = 0; ///< pages since the beginning
    std::size_t m_gone = 0; ///< parents that were not there, since the beginning
    std::optional<Seen> m_before; ///< the page read last, since the beginning
    std::map<std::uint64_t, std::uint64_t> m_nexts; ///< fingerprint of each token, and the page that gave it
};

Result<void> add_headers(settings::Source const & source, http::ClientSettings & client)
{
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
    return {};
}

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
    KETENSYNC_TRY_ASSIGN(auto client, client_settings(source, source.address, surroundings));
    KETENSYNC_TRY(add_headers(source, client));
    // A connector is opened for a run: the last request ends with it.
    client.deadline = surroundings.clock.monotonic() + surroundings.limits.run_timeout;
    if (feed.since && feed.since->as != settings::Since::As::token && feed.since->lookback.count() == 0) {
        surroundings.log.warning(
            "{}: [feed.since] has no 'lookback': what the source shows late, with an earlier moment, is never read",
            feed.name);
    }
    MakePages make = [client, access, feed, surroundings] { return RestPages(client, access, feed, surroundings); };
    if (feed.ask) {
        return open_look_up(make(), feed, surroundings);
    }
    std::unique_ptr<Connector> connector = std::make_unique<RestConnector>(std::move(make), feed, surroundings);
    if (feed.paging.by == Paging::By::none && !feed.parent) {
        return connector;
    }
    return std::make_unique<ReadAhead>(std::move(connector));
}

} // namespace ketensync::connectors
