#include "tests/bench/criteria/journal.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace ketensync::criteria {

using namespace std::chrono;

namespace {

/// Of a row without a moment: before all that have one.
constexpr Moment never = Moment::min();

}

Journal::Journal(std::size_t page, settings::Since::As as)
    : m_page(page)
    , m_as(as)
    , m_server([this](auto const & request) { return answer(request); })
{
}

void Journal::put(std::string const & number, std::string const & content, Moment changed, std::string const & said)
{
    std::scoped_lock const lock(m_mutex);
    if (auto const place = m_places.find(number); place != m_places.end()) {
        m_rows.erase(place->second);
    }
    Place const place { said.empty() ? never : changed, ++m_last };
    m_rows[place] = { number, content, said };
    m_places[number] = place;
}

Oracle Journal::published() const
{
    Oracle oracle;
    std::scoped_lock const lock(m_mutex);
    for (auto const & [place, row] : m_rows) {
        oracle[row.number] = row.content;
    }
    return oracle;
}

Moment Journal::newest() const
{
    std::scoped_lock const lock(m_mutex);
    return m_rows.empty() ? Moment {} : m_rows.rbegin()->first.first;
}

std::size_t Journal::at(Moment moment) const
{
    std::scoped_lock const lock(m_mutex);
    return static_cast<std::size_t>(std::distance(m_rows.lower_bound({ moment, 0 }), m_rows.upper_bound({ moment, ~0ULL })));
}

ScriptedServer::Answer Journal::answer(ScriptedServer::Request const & request)
{
    auto const before = m_requests++;
    if (on_request) {
        on_request(before);
    }
    std::scoped_lock const lock(m_mutex);
    auto const cursor = request.parameters.find("cursor");
    auto const since = request.parameters.find("na");
    auto const from = since == request.parameters.end() ? never : connectors::parse_moment(since->second, m_as).value_or(never);
    auto at = m_rows.begin();
    if (cursor != request.parameters.end()) {
        auto const dash = cursor->second.rfind('.');
        at = m_rows.upper_bound(
            { Moment(nanoseconds(std::stoll(cursor->second.substr(0, dash)))), std::stoull(cursor->second.substr(dash + 1)) });
    }
    std::string items;
    std::size_t count = 0;
    Place last;
    while (at != m_rows.end() && count < m_page) {
        if (at->first.first != never && at->first.first < from) {
            at = m_rows.lower_bound({ from, 0 });
            continue;
        }
        auto const & row = at->second;
        items += (items.empty() ? "" : ",")
            + item(row.number, row.content, row.said.empty() ? std::string() : ",\"gewijzigd\":" + row.said);
        last = at->first;
        ++count;
        ++at;
    }
    auto const next = at == m_rows.end() ? std::string("null")
                                         : fmt::format("\"{}.{}\"", last.first.time_since_epoch().count(), last.second);
    return { .body = fmt::format(R"({{"items":[{}],"next":{}}})", items, next) };
}

std::string Journal::feed(std::string const & since, std::string const & mapping)
{
    return fmt::format("[[feed]]\nname = \"lijst\"\nmapping = \"{}\"\nreads = \"changes\"\npath = \"/dingen\"\n[feed.paging]\n"
                       "by = \"cursor\"\nnext = \"next\"\nitems = \"items\"\n[feed.since]\nparameter = \"na\"\n"
                       "field = \"gewijzigd\"\n{}\n",
        mapping, since);
}

std::string written(Moment moment, int digits, int offset_minutes)
{
    auto const local = moment + minutes(offset_minutes);
    auto const second = floor<seconds>(local);
    auto const fraction = fmt::format("{:09}", duration_cast<nanoseconds>(local - second).count());
    auto text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", second);
    if (digits > 0) {
        text += '.' + fraction.substr(0, static_cast<std::size_t>(digits));
    }
    if (offset_minutes == 0) {
        return text + 'Z';
    }
    auto const size = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    return text + fmt::format("{}{:02}:{:02}", offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
}

} // namespace ketensync::criteria
