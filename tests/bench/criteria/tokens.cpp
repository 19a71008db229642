#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <set>

// How long tokens live: criterion 27.

namespace ketensync::criteria {

using namespace std::chrono;

namespace {

using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

/// An authority that gives tokens, and a source that wants one, whose clock may be ahead of it or behind.
class Guarded {
public:
    Guarded(std::size_t records, seconds lifetime, minutes skew)
        : m_lifetime(lifetime)
        , m_skew(skew)
        , m_authority([this](Request const & request) { return give(request); })
    {
        for (std::size_t i = 0; i < records; ++i) {
            listing.put(i, fmt::format("i{}", i));
        }
        listing.spoil = [this](std::size_t, Request const & request, Answer & answer) { guard(request, answer); };
    }

    std::string auth() const
    {
        return fmt::format("[rest.auth]\nby = \"oauth2_client_credentials\"\ntoken_address = \"{}/token\"\nclient_id = \"wij\"\n"
                           "secret = \"geheim\"\n",
            m_authority.address());
    }
    /// Feeds that all read the list.
    std::string feeds(int count) const
    {
        std::string text;
        for (int i = 0; i < count; ++i) {
            auto feed = listing.feed();
            feed.replace(feed.find("lijst"), 5, i == 0 ? std::string("lijst") : fmt::format("lijst-{}", i));
            text += feed;
        }
        return text;
    }

    Listing listing { Listing::By::offset, 100 };
    Rig * rig = nullptr;
    seconds between { 0 }; ///< time that passes at each page
    std::size_t retry_after_at = 0; ///< the request that is answered by a wait longer than a token lives; 0: none
    std::size_t given() const { return m_given; }
    std::size_t refused() const { return m_refused; }

private:
    Answer give(Request const & request)
    {
        if (request.body.find("client_credentials") == std::string::npos) {
            return { .status = 400 };
        }
        auto const token = fmt::format("t{}", ++m_given);
        {
            std::scoped_lock const lock(m_mutex);
            m_alive[token] = rig->time.now() + m_lifetime;
        }
        return { .body = fmt::format(
                     R"({{"access_token":"{}","token_type":"Bearer","expires_in":{}}})", token, m_lifetime.count()), .delay = milliseconds(20) };
    }
    void guard(Request const & request, Answer & answer)
    {
        rig->time.advance(between);
        ++m_requests;
        auto const header = request.headers.find("authorization");
        auto const token = header == request.headers.end() ? std::string() : header->second.substr(std::min<std::size_t>(7, header->second.size()));
        std::scoped_lock const lock(m_mutex);
        auto const found = m_alive.find(token);
        if (found == m_alive.end() || found->second <= rig->time.now() + m_skew) {
            ++m_refused;
            answer = { .status = 401 };
        } else if (m_requests == retry_after_at) {
            answer = { .status = 503, .headers = { { "Retry-After", std::to_string(m_lifetime.count() + 30) } } };
        }
    }

    seconds m_lifetime;
    minutes m_skew;
    std::mutex m_mutex {};
    std::map<std::string, Instant> m_alive {};
    std::atomic<std::size_t> m_given = 0;
    std::atomic<std::size_t> m_refused = 0;
    std::size_t m_requests = 0;
    ScriptedServer m_authority;
};

void token_life(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(27, seed);
        auto const records = std::max<std::size_t>(1'000, wanted.records / 20);
        // It expires between two pages, at a source whose clock is off by five minutes: early, in time or late.
        for (auto const skew : { minutes(-5), minutes(0), minutes(5) }) {
            Guarded source(records, seconds(400 + upto(random, 100)), skew);
            Rig rig(source.listing.address(), { source.feeds(1), source.auth() });
            source.rig = &rig;
            rig.folder.write("secrets/geheim", "w");
            source.between = seconds(20 + upto(random, 20));
            auto const run = rig.sync();
            row.check(run.succeeded(), fmt::format("skew {} min: {}", skew.count(), run.message));
            row.add(rig.compare(source.listing.published()));
            auto const needed = static_cast<double>(source.listing.requests()) * static_cast<double>(source.between.count()) / 100 + 2;
            row.check(static_cast<double>(source.given()) <= needed, fmt::format("{} tokens fetched where {} would do", source.given(), needed));
            row.sum("tokens that expired on the way", static_cast<double>(source.refused()));
            row.records(records);
        }
        // It expires while a retry waits.
        {
            Guarded source(records, seconds(60 + upto(random, 60)), minutes(0));
            Rig rig(source.listing.address(), { source.feeds(1), source.auth() });
            source.rig = &rig;
            rig.folder.write("secrets/geheim", "w");
            source.retry_after_at = 2 + upto(random, source.listing.pages() - 2);
            auto const run = rig.sync();
            row.check(run.succeeded(), "within a wait: " + run.message);
            row.add(rig.compare(source.listing.published()));
            row.check(source.refused() == 0, "asked with a token that expired in the wait");
            row.check(source.given() == 2, fmt::format("{} tokens where a wait outlived one", source.given()));
            row.records(records);
        }
        // Eight feeds, four at a time, one token.
        {
            Guarded source(records, hours(24), minutes(0));
            Rig rig(source.listing.address(), { .feeds = source.feeds(8), .rest = source.auth(), .limits = "parallel_feeds = 4", .real_time = true });
            source.rig = &rig;
            rig.folder.write("secrets/geheim", "w");
            for (auto const & run : rig.sync_all()) {
                row.check(run.succeeded() && run.fetched == records, "one of eight feeds: " + run.message);
            }
            row.most("tokens fetched for 8 feeds", static_cast<double>(source.given()));
            row.check(source.given() == 1, fmt::format("{} tokens for eight feeds", source.given()));
            row.records(records * 8);
        }
        row.seed();
    }
    row.note("client credentials only: there is no refresh token to lose");
}

} // namespace

std::vector<Criterion> token_criteria()
{
    return { { "27", "tokens that expire mid-page and mid-wait, skew", "0 records lost, 1 fetch for all threads", token_life } };
}

} // namespace ketensync::criteria
