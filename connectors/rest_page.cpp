#include "connectors/rest_page.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ketensync::connectors {

namespace {

constexpr std::string_view placeholder = "{parent}";

std::string base_of(http::Address const & address)
{
    auto base = address.path;
    while (base.ends_with('/')) {
        base.pop_back();
    }
    return base;
}

Result<std::optional<std::uint64_t>> count_at(std::string_view body, std::string const & path)
{
    KETENSYNC_TRY_ASSIGN(auto const text, formats::json_scalar(body, path));
    if (!text) {
        return std::nullopt;
    }
    std::uint64_t count = 0;
    auto const * const end = text->data() + text->size();
    auto const parsed = std::from_chars(text->data(), end, count);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        return fail(Failure::bad_page, fmt::format("'{}' is not a number of documents", path));
    }
    return count;
}

} // namespace

RestPages::RestPages(
    http::ClientSettings client, Access access, settings::Paging paging, Surroundings const & surroundings)
    : m_paging(std::move(paging))
    , m_pages_max(surroundings.limits.pages_max)
    , m_base(base_of(client.address))
    , m_client(std::move(client), std::move(access.credential), std::move(access.budget), surroundings.clock)
{
}

Result<RestPage> RestPages::read(
    std::string path, std::string_view parent, std::uint64_t number, std::string_view origin, std::stop_token stop)
{
    auto const with_origin = [&](Error error) {
        error.what = fmt::format("{}: {}", origin, error.what);
        return fail(std::move(error));
    };
    if (++m_count > m_pages_max) {
        return with_origin({ Failure::bad_page, fmt::format("the source gives more than {} pages", m_pages_max) });
    }
    if (auto const place = path.find(placeholder); place != std::string::npos) {
        path.replace(place, placeholder.size(), http::encoded(parent));
    }
    auto target = m_base + path;
    if (m_paging.by == settings::Paging::By::page_number) {
        target += fmt::format("{}{}={}&{}={}", path.find('?') == std::string::npos ? '?' : '&', m_paging.page_parameter,
            number, m_paging.size_parameter, m_paging.size);
    }
    auto response = m_client.get(target.empty() ? "/" : target, stop);
    if (!response) {
        return with_origin(std::move(response).error());
    }
    RestPage page;
    page.body = Body(std::move(response->body));
    if (auto read = read_envelope(page, number); !read) {
        return with_origin(std::move(read).error());
    }
    return page;
}

Result<void> RestPages::read_envelope(RestPage & page, std::uint64_t number) const
{
    auto const bytes = page.body.bytes();
    if (!m_paging.total.empty()) {
        KETENSYNC_TRY_ASSIGN(page.total, count_at(bytes, m_paging.total));
    }
    if (m_paging.by == settings::Paging::By::none) {
        return {};
    }
    if (m_paging.more.empty() && page.total) {
        page.more = (number + 1 - m_paging.first) * m_paging.size < *page.total;
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto const more, formats::json_scalar(bytes, m_paging.more));
    if (more != "true" && more != "false") {
        return fail(Failure::bad_page, fmt::format("'{}' does not say whether there is another page", m_paging.more));
    }
    page.more = more == "true";
    return {};
}

} // namespace ketensync::connectors
