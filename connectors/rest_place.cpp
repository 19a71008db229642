#include "connectors/rest_place.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ketensync::connectors {

namespace {

using By = settings::Paging::By;

/// A cursor that would not fit in the state.
constexpr std::size_t next_bytes_max = 3'000;

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

/// Where only counting says whether there is more: until the total, or else until a page without documents. A page
/// shorter than was asked for says nothing, for a source may give less than it is asked.
Result<bool> more_by_count(std::uint64_t seen, std::uint64_t count, std::optional<std::uint64_t> total)
{
    if (total && count == 0 && seen < *total) {
        return fail(Failure::bad_page, fmt::format("the source says {} documents and stops after {}", *total, seen));
    }
    return total ? seen < *total : count != 0;
}

Result<bool> more_by_word(settings::Paging const & paging, std::string_view body)
{
    KETENSYNC_TRY_ASSIGN(auto const more, formats::json_scalar(body, paging.more));
    if (more != "true" && more != "false") {
        return fail(Failure::bad_page, fmt::format("'{}' does not say whether there is another page", paging.more));
    }
    return more == "true";
}

/// What stands for the next page; nothing when the source gives none.
Result<std::optional<std::string>> given_next(settings::Paging const & paging, http::Address const & source,
    std::string const & target, http::Response const & response, std::string_view body)
{
    std::optional<std::string> next;
    if (paging.by == By::link_header) {
        next = next_in_header(response.link);
    } else {
        KETENSYNC_TRY_ASSIGN(next, formats::json_scalar(body, paging.next));
    }
    if (!next || next->empty() || *next == "false") {
        return std::nullopt;
    }
    if (next->size() > next_bytes_max) {
        return fail(
            Failure::bad_page, fmt::format("what stands for the next page is longer than {} bytes", next_bytes_max));
    }
    if (paging.by != By::cursor) {
        KETENSYNC_TRY_ASSIGN(next, http::target_of(source, target, *next));
    }
    return next;
}

} // namespace

Place first_place(settings::Paging const & paging)
{
    Place place;
    place.number = paging.by == By::offset ? 0 : paging.first;
    return place;
}

Result<Envelope> read_envelope(settings::Paging const & paging, http::Address const & source, Place const & place,
    std::string const & target, http::Response const & response, std::string_view body,
    std::optional<std::uint64_t> count)
{
    Envelope envelope;
    if (!paging.total.empty()) {
        KETENSYNC_TRY_ASSIGN(envelope.total, count_at(body, paging.total));
    }
    Place next { place.number + 1, {}, place.seen + count.value_or(0), false };
    bool more = false;
    if (paging.by == By::offset) {
        next.number = place.number + count.value_or(0);
    }
    if (paging.by == By::offset || (paging.by == By::page_number && paging.more.empty())) {
        KETENSYNC_TRY_ASSIGN(more, more_by_count(next.seen, count.value_or(0), envelope.total));
    } else if (paging.by == By::page_number) {
        KETENSYNC_TRY_ASSIGN(more, more_by_word(paging, body));
    } else if (paging.by != By::none) {
        KETENSYNC_TRY_ASSIGN(auto given, given_next(paging, source, target, response, body));
        more = given && !(count == 0U && paging.empty_ends);
        next.next = given.value_or("");
        if (more && !place.first && next.next == place.next) {
            return fail(Failure::bad_page, "the source gives the same next page again");
        }
    }
    if (more) {
        envelope.next = std::move(next);
    } else if (count && envelope.total && next.seen < *envelope.total) {
        return fail(Failure::bad_page,
            fmt::format("the source says {} documents and stops after {}", *envelope.total, next.seen));
    }
    return envelope;
}

std::optional<std::string> next_in_header(std::string_view link)
{
    // <target>; rel="next"; title="a, b", <target>; ...: commas and semicolons also stand inside < > and quotes.
    while (true) {
        auto const open = link.find('<');
        auto const close = link.find('>', open == std::string_view::npos ? link.size() : open);
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        auto const target = link.substr(open + 1, close - open - 1);
        link.remove_prefix(close + 1);
        bool quoted = false;
        std::size_t end = 0;
        std::string parameters; // lower case, without spaces outside quotes
        for (; end < link.size() && (quoted || link[end] != ','); ++end) {
            quoted = quoted != (link[end] == '"');
            if (quoted || link[end] != ' ') {
                auto const c = link[end];
                parameters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
        }
        link.remove_prefix(end);
        if (parameters.find(";rel=\"next\"") != std::string::npos || parameters.ends_with(";rel=next")
            || parameters.find(";rel=next;") != std::string::npos) {
            return std::string(target);
        }
    }
}

} // namespace ketensync::connectors
