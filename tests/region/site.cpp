#include "tests/region/site.hpp"

#include "tests/region/configuration.hpp"
#include "tests/region/faulty_answer.hpp"
#include "tests/region/places.hpp"
#include "tests/region/projects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ketensync::region {
namespace {

constexpr std::array<std::size_t, 5> ooapi_page_sizes { 10, 20, 50, 100, 250 };
constexpr std::size_t uwv_page_size_max = 1000;

/// A number from a parameter: `fallback` when absent, nothing when it is no number.
std::optional<std::int64_t> number(std::string const & text, std::int64_t fallback)
{
    if (text.empty()) {
        return fallback;
    }
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc {} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Answer json_answer(std::string text)
{
    Answer answer;
    answer.head = std::move(text);
    return answer;
}

/// An error of UM and VUM is not of RFC 9457.
Answer um_error(int status, std::string_view code, std::string_view message)
{
    auto answer = json_answer(fmt::format(R"({{"code":"{}","message":"{}","details":""}})", code, message));
    answer.status = status;
    return answer;
}

} // namespace

/// How a layout wraps a page.
enum class Wrapping { ooapi, uwv, bare };

struct Site::Target {
    std::string source;
    ItemList const * list = nullptr;
    Wrapping wrapping = Wrapping::ooapi;
    std::shared_ptr<void const> keep;
};

namespace {

/// The part of a list that one page shows, and what it says of itself.
struct Page {
    std::size_t number = 1;
    std::size_t size = 0;
    std::size_t items = 0; ///< in the whole list
    std::size_t pages() const { return size == 0 ? 0 : (items + size - 1) / size; }
    bool more() const { return number < pages(); }
};

void wrap(Answer & answer, Wrapping wrapping, Page const & page)
{
    switch (wrapping) {
    case Wrapping::ooapi:
        answer.head = fmt::format(
            R"({{"pageSize":{},"pageNumber":{},"hasPreviousPage":{},"hasNextPage":{},"totalPages":{},"items":[)",
            page.size, page.number, page.number > 1, page.more(), page.pages());
        answer.tail = "]}";
        return;
    case Wrapping::uwv:
        answer.head = fmt::format(R"({{"pagina":{},"omvang":{},"totaal":{},"volgende":{},"werkzoekenden":[)",
            page.number, page.size, page.items, page.more());
        answer.tail = "]}";
        return;
    case Wrapping::bare:
        answer.head = "[";
        answer.tail = "]";
        return;
    }
}

} // namespace

void Site::show(std::shared_ptr<Publication const> publication)
{
    std::scoped_lock const lock(m_mutex);
    m_publication = std::move(publication);
}

std::shared_ptr<Publication const> Site::publication() const
{
    std::scoped_lock const lock(m_mutex);
    return m_publication;
}

std::shared_ptr<ProviderPages6 const> Site::version_6(
    std::shared_ptr<Publication const> const & shown, std::size_t provider) const
{
    std::scoped_lock const lock(m_mutex_6);
    if (m_publication_6 != shown) {
        m_pages_6 = {};
        m_publication_6 = shown;
    }
    auto & pages = m_pages_6.at(provider);
    if (!pages) {
        pages = std::make_shared<ProviderPages6 const>(in_version_6(shown->providers.at(provider)));
    }
    return pages;
}

namespace {

/// The list below an item: "persons/{id}/programme-offering-associations".
ItemList const * below(std::string_view path, std::string_view above, std::string_view list,
    std::map<std::string, ItemList, std::less<>> const & lists)
{
    constexpr std::size_t uuid = 36;
    if (path.size() != above.size() + uuid + list.size() || !path.starts_with(above) || !path.ends_with(list)) {
        return nullptr;
    }
    auto const found = lists.find(path.substr(above.size(), uuid));
    return found == lists.end() ? nullptr : &found->second;
}

} // namespace

bool Site::find(Request const & request, std::shared_ptr<Publication const> const & shown, Target & target) const
{
    auto const path = request.path;
    target.keep = shown;
    if (path == "/uwv/werkzoekenden") {
        target.source = "uwv-werkzoekenden";
        target.list = &shown->werkzoekenden;
        target.wrapping = Wrapping::uwv;
        return true;
    }
    constexpr std::string_view um = "/um/werkzoekende/lijst/";
    if (path.starts_with(um)) {
        target.wrapping = Wrapping::bare;
        target.source = "um";
        for (auto const & gemeente : gemeenten()) {
            if (path.substr(um.size()) == gemeente.oin) {
                target.source = "um-" + std::string(gemeente.slug);
                auto const found = shown->profiles.find(gemeente.oin);
                target.list = found == shown->profiles.end() ? nullptr : &found->second;
            }
        }
        return true;
    }
    for (std::size_t i = 0; i < providers().size() && i < shown->providers.size(); ++i) {
        auto const prefix_6 = fmt::format("/{}/v6/", providers()[i].source);
        if (path.starts_with(prefix_6)) {
            auto const pages = version_6(shown, i);
            auto const rest = path.substr(prefix_6.size());
            target.source = providers()[i].source;
            target.keep = pages;
            auto const * const offerings = below(rest, "programmes/", "/programme-offerings", pages->offerings);
            target.list = rest == "persons" ? &pages->persons
                : rest == "programmes"      ? &pages->programmes
                : offerings != nullptr
                ? offerings
                : below(rest, "persons/", "/programme-offering-associations", pages->associations);
            return true;
        }
        auto const prefix = fmt::format("/{}/v5/", providers()[i].source);
        if (!path.starts_with(prefix)) {
            continue;
        }
        auto const & pages = shown->providers[i];
        auto const rest = path.substr(prefix.size());
        target.source = providers()[i].source;
        constexpr std::string_view offerings = "offerings";
        if (rest == "persons") {
            target.list = &pages.persons;
        } else if (rest == offerings) {
            target.list = &pages.offerings;
        } else if (rest.starts_with("offerings/") && rest.ends_with("/associations")) {
            auto const id = rest.substr(offerings.size() + 1, 36);
            auto const found = pages.associations.find(id);
            target.list = found == pages.associations.end() ? nullptr : &found->second;
        }
        return true;
    }
    return false;
}

Answer Site::serve(Request const & request, Target target)
{
    auto const ooapi = target.wrapping == Wrapping::ooapi;
    auto const page_number = number(request.parameter(ooapi ? "pageNumber" : "pagina"), 1);
    auto const size = number(request.parameter(ooapi ? "pageSize" : "omvang"), ooapi ? 10 : 100);
    auto const fault = m_faults.take(target.source, page_number.value_or(0));
    if (fault) {
        if (auto refused = refusal_of(*fault)) {
            return *std::move(refused);
        }
    }
    if (target.wrapping == Wrapping::bare && request.secure) {
        if (request.client.empty()) {
            return um_error(401, "401.01", "Geen certificaat");
        }
        if (request.from_party.size() != 20) {
            return um_error(400, "400.02", "Onvolledige aanroep");
        }
    }
    auto const allowed = ooapi
        ? m_tokens.good(request.authorization, target.source)
        : bears(request.authorization, secret_of(target.wrapping == Wrapping::bare ? "um" : target.source));
    if (!allowed) {
        auto answer = problem(401, "Unauthorized", "a token is absent, wrong or expired");
        answer.headers = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
        return answer;
    }
    if (target.list == nullptr) {
        return problem(404, "Not Found");
    }
    if (!page_number || *page_number < 1 || !size || *size < 1
        || (ooapi && std::find(ooapi_page_sizes.begin(), ooapi_page_sizes.end(), *size) == ooapi_page_sizes.end())
        || (!ooapi && static_cast<std::size_t>(*size) > uwv_page_size_max)) {
        return problem(400, "Bad Request", "a page has a number from 1 on, and one of the sizes that the layout has");
    }
    Page page { static_cast<std::size_t>(*page_number), static_cast<std::size_t>(*size), target.list->size() };
    if (target.wrapping == Wrapping::bare) {
        page = { 1, page.items, page.items };
    }
    auto first = (page.number - 1) * page.size;
    auto count = page.size;
    if (fault) {
        auto const moved = moved_window(*fault, { first, count, page.items });
        first = moved.first;
        count = moved.count;
        page.items = moved.items;
    }
    Answer answer;
    answer.slice
        = first < page.items ? target.list->slice(first, std::min(count, page.items - first)) : std::string_view {};
    answer.keep = std::move(target.keep);
    wrap(answer, target.wrapping, page);
    return fault ? broken(*fault, std::move(answer)) : answer;
}

Answer Site::add_fault(Request const & request)
{
    Fault fault;
    fault.source = request.parameter("source");
    auto const kind = fault_kind(request.parameter("kind"));
    auto const times = number(request.parameter("times"), 1);
    auto const after = number(request.parameter("after"), 0);
    auto const page = number(request.parameter("page"), 0);
    auto const seconds = number(request.parameter("seconds"), 1);
    if (!kind || !times || !after || !page || !seconds) {
        return problem(400, "Bad Request",
            "source=, kind= (429, 503, 500, 401, cut, cut-chunked, reset, html, bad-json, "
            "empty, half, duplicate, shifted, slow), times=, after=, page=, seconds=");
    }
    fault.kind = *kind;
    fault.times = *times;
    fault.after = *after;
    fault.page = *page;
    fault.seconds = *seconds;
    m_faults.add(std::move(fault));
    return json_answer(m_faults.json());
}

Answer Site::ask_brp(Request const & request)
{
    if (auto const fault = m_faults.take("brp", 0)) {
        if (auto refused = refusal_of(*fault)) {
            return *std::move(refused);
        }
    }
    if (request.method != "POST") {
        return problem(405, "Method Not Allowed");
    }
    if (request.secure && request.client.empty()) {
        return problem(403, "Forbidden", "a certificate is needed");
    }
    return m_tokens.good(request.authorization, "brp") ? raadpleeg(publication()->persoonslijsten, request)
                                                       : problem(401, "Unauthorized");
}

Answer Site::control(Request const & request)
{
    if (request.path == "/_control/fault") {
        if (request.method == "DELETE") {
            m_faults.clear();
        }
        return request.method == "POST" ? add_fault(request) : json_answer(m_faults.json());
    }
    if (request.path == "/_control/revoke" && request.method == "POST") {
        m_tokens.revoke_all();
        return json_answer("{}");
    }
    if (request.path == "/_control/advance" && request.method == "POST" && m_advance) {
        auto const days = number(request.parameter("days"), 1);
        return days && *days > 0 && *days < 10'000 ? json_answer(m_advance(static_cast<int>(*days)))
                                                   : problem(400, "Bad Request", "days=");
    }
    if (request.path == "/_control/state") {
        return json_answer(
            fmt::format(R"({{"date":"{}","requests":{}}})", iso(publication()->date), m_requests.load()));
    }
    return problem(404, "Not Found");
}

Answer Site::answer(Request const & request)
{
    if (request.path.starts_with("/_control/")) {
        return control(request);
    }
    ++m_requests;
    if (request.path == "/oauth/token") {
        if (auto const fault = m_faults.take("oauth", 0)) {
            if (auto refused = refusal_of(*fault)) {
                return *std::move(refused);
            }
        }
        return m_tokens.give(request);
    }
    if (request.path == "/brp/personen") {
        return ask_brp(request);
    }
    Target target;
    if (!find(request, publication(), target)) {
        return problem(404, "Not Found");
    }
    if (request.method != "GET" && target.wrapping != Wrapping::bare) {
        return problem(405, "Method Not Allowed");
    }
    return serve(request, std::move(target));
}

} // namespace ketensync::region
