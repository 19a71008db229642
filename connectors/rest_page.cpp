#include "connectors/rest_page.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::connectors {

namespace {

using By = settings::Paging::By;

std::string base_of(http::Address const & address)
{
    auto base = address.path;
    while (base.ends_with('/')) {
        base.pop_back();
    }
    return base;
}

void put(std::string & text, std::string_view placeholder, std::string_view value)
{
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
        text.replace(at, placeholder.size(), value);
    }
}

/// A value as it stands between the quotes of a JSON text.
std::string in_json(std::string const & value)
{
    auto const quoted = nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
}

Result<std::uint64_t> count_of(std::string_view body, std::string const & items, settings::Limits const & limits)
{
    formats::Layout layout;
    layout.items = items;
    formats::Limits bounds;
    bounds.depth_max = limits.depth_max;
    std::uint64_t count = 0;
    formats::Sink const sink { {}, [&count](std::string_view) -> Result<void> {
                                  ++count;
                                  return {};
                              } };
    KETENSYNC_TRY(formats::split(body, layout, bounds, sink));
    return count;
}

} // namespace

RestPages::RestPages(
    http::ClientSettings client, Access access, settings::Feed feed, Surroundings const & surroundings)
    : m_feed(std::move(feed))
    , m_limits(surroundings.limits)
    , m_base(base_of(client.address))
    , m_client(std::move(client), std::move(access.credential), std::move(access.budget), surroundings.clock,
          std::move(access.breaker))
{
}

std::string RestPages::target_for(PageQuestion const & question, Place const & place) const
{
    auto const & paging = m_feed.paging;
    bool const linked = paging.by == By::next_link || paging.by == By::link_header;
    if (linked && !place.first) {
        return place.next;
    }
    auto target = question.path;
    put(target, "{parent}", http::encoded(question.parent));
    put(target, "{job}", http::encoded(question.job));
    target = m_base + target;
    auto const add = [&target](std::string_view name, std::string_view value) {
        target += fmt::format("{}{}={}", target.find('?') == std::string::npos ? '?' : '&', name, value);
    };
    bool const in_body = m_feed.post && question.post;
    if (paging.by == By::page_number || paging.by == By::offset) {
        auto const name = paging.by == By::offset ? "{offset}" : "{page}";
        if (!in_body || m_feed.post->body.find(name) == std::string::npos) {
            add(paging.page_parameter, fmt::format("{}", place.number));
        }
    }
    if (paging.by == By::cursor && !place.first
        && (!in_body || m_feed.post->body.find("{cursor}") == std::string::npos)) {
        add(paging.page_parameter, http::encoded(place.next));
    }
    if (paging.by != By::none && !paging.size_parameter.empty()
        && (!in_body || m_feed.post->body.find("{size}") == std::string::npos)) {
        add(paging.size_parameter, fmt::format("{}", paging.size));
    }
    if (m_feed.since && !question.since.empty() && !m_feed.since->parameter.empty()) {
        add(m_feed.since->parameter, http::encoded(question.since));
    }
    return target.empty() ? "/" : target;
}

std::string RestPages::body_for(PageQuestion const & question, Place const & place) const
{
    auto body = m_feed.post ? m_feed.post->body : std::string();
    put(body, "{page}", fmt::format("{}", place.number));
    put(body, "{offset}", fmt::format("{}", place.number));
    put(body, "{size}", fmt::format("{}", m_feed.paging.size));
    put(body, "{asked}", question.asked);
    put(body, "{since}", in_json(question.since));
    put(body, "{cursor}", in_json(place.next));
    return body;
}

Result<RestPage> RestPages::read(
    PageQuestion const & question, Place const & place, std::string_view origin, std::stop_token stop)
{
    http::Question asked { .target = target_for(question, place),
        .headers = question.headers,
        .conditional = question.conditional };
    if (m_feed.post && question.post) {
        asked.headers.push_back("Content-Type: " + m_feed.post->content_type);
        asked.body = [&]() -> Result<std::string> { return body_for(question, place); };
    }
    auto page = m_client.send(asked, stop).and_then([&](http::Response response) -> Result<RestPage> {
        if (!question.parent.empty() && place.first && (response.status == 404 || response.status == 410)) {
            RestPage none;
            none.no_parent = true;
            return none;
        }
        KETENSYNC_TRY_ASSIGN(auto good, m_client.accepted(std::move(response), asked.conditional));
        return answered(std::move(good), place, asked.target);
    });
    if (!page) {
        page.error().what = fmt::format("{}: {}", origin, page.error().what);
    }
    return page;
}

Result<RestPage> RestPages::answered(http::Response response, Place const & place, std::string const & target) const
{
    RestPage page;
    page.etag = response.etag;
    page.last_modified = response.last_modified;
    if (response.status == 304) {
        page.not_modified = true;
        return page;
    }
    page.body = Body(std::move(response.body));
    auto const bytes = page.body.bytes();
    std::optional<std::uint64_t> count;
    if (m_feed.paging.by != By::none && m_feed.paging.items_known) {
        KETENSYNC_TRY_ASSIGN(count, count_of(bytes, m_feed.paging.items, m_limits));
    }
    KETENSYNC_TRY_ASSIGN(page.envelope,
        read_envelope(m_feed.paging, m_client.address(), place, target, response, bytes, count));
    if (m_feed.since && !m_feed.since->token.empty()) {
        KETENSYNC_TRY_ASSIGN(page.token, formats::json_scalar(bytes, m_feed.since->token));
    }
    return page;
}

Result<http::Response> RestPages::ask(std::string const & path, std::optional<std::string> body, std::stop_token stop)
{
    http::Question question { .target = m_base + path };
    if (body) {
        question.body = [&body]() -> Result<std::string> { return *body; };
        question.headers.push_back("Content-Type: " + (m_feed.post ? m_feed.post->content_type : "application/json"));
    }
    return m_client.ask(question, stop);
}

} // namespace ketensync::connectors
