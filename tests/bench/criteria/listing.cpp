#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::criteria {

namespace {

std::size_t from_of(ScriptedServer::Request const & request, std::size_t page)
{
    auto const & parameters = request.parameters;
    if (auto const at = parameters.find("pageNumber"); at != parameters.end()) {
        return (std::stoul(at->second) - 1) * page;
    }
    for (auto const * const name : { "offset", "cursor", "from" }) {
        if (auto const at = parameters.find(name); at != parameters.end()) {
            return std::stoul(at->second);
        }
    }
    return 0;
}

} // namespace

std::string page_of(std::vector<std::string> const & items)
{
    return fmt::format(R"({{"items":[{}]}})", fmt::join(items, ","));
}

Listing::Listing(By by, std::size_t page)
    : m_by(by)
    , m_page(page)
    , m_server([this](auto const & request) { return answer(request); })
{
}

void Listing::put(std::size_t number, std::string const & content)
{
    std::scoped_lock const lock(m_mutex);
    if (m_contents.insert_or_assign(number, content).second) {
        m_order.push_back(number);
    }
}

void Listing::put_at(std::size_t place, std::size_t number, std::string const & content)
{
    std::scoped_lock const lock(m_mutex);
    m_order.insert(m_order.begin() + static_cast<std::ptrdiff_t>(place), number);
    m_contents[number] = content;
}

void Listing::remove_at(std::size_t place)
{
    std::scoped_lock const lock(m_mutex);
    auto const at = m_order.begin() + static_cast<std::ptrdiff_t>(place);
    m_contents.erase(*at);
    m_order.erase(at);
}

void Listing::remove(std::size_t number)
{
    std::scoped_lock const lock(m_mutex);
    std::erase(m_order, number);
    m_contents.erase(number);
}

std::size_t Listing::size() const
{
    std::scoped_lock const lock(m_mutex);
    return m_order.size();
}

Oracle Listing::published() const
{
    Oracle oracle;
    std::scoped_lock const lock(m_mutex);
    for (auto const & [number, content] : m_contents) {
        oracle[std::to_string(number)] = content;
    }
    return oracle;
}

ScriptedServer::Answer Listing::answer(ScriptedServer::Request const & request)
{
    auto const before = m_requests++;
    if (on_request) {
        on_request(before);
    }
    std::unique_lock lock(m_mutex);
    auto const from = std::min(from_of(request, m_page), m_order.size());
    auto const to = std::min(m_order.size(), from + m_page);
    std::string items;
    for (auto i = from; i < to; ++i) {
        items += (items.empty() ? "" : ",") + item(std::to_string(m_order[i]), m_contents[m_order[i]]);
    }
    auto const next = to >= m_order.size() ? std::string("null")
        : m_by == By::next_link            ? fmt::format("\"/dingen?from={}\"", to)
                                           : fmt::format("\"{}\"", to);
    auto const real = m_order.size();
    auto const more = to < m_order.size();
    lock.unlock();
    ScriptedServer::Answer answer;
    answer.body = fmt::format(
        R"({{"items":[{}],"next":{},"hasNextPage":{},"total":{}}})", items, next, more, total ? total(real) : real);
    if (spoil) {
        spoil(from, request, answer);
    }
    return answer;
}

std::string Listing::feed(std::string const & paging, std::string const & more) const
{
    auto const by = m_by == By::offset ? fmt::format("by = \"offset\"\nsize = {}\n", m_page)
        : m_by == By::page_number      ? fmt::format("by = \"page_number\"\nsize = {}\n", m_page)
        : m_by == By::cursor           ? std::string("by = \"cursor\"\nnext = \"next\"\n")
                                       : std::string("by = \"next_link\"\nnext = \"next\"\n");
    return fmt::format("[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n{}"
                       "[feed.paging]\n{}items = \"items\"\n{}\n",
        more, by, paging);
}

} // namespace ketensync::criteria
