#include "tests/bench/misses.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

namespace ketensync::bench {

namespace {

struct Share {
    double missed = 0;
    double all = 0;
    double part() const { return all == 0 ? 0.0 : missed / all; }
};

/// "household:sex:origin:moved", as write_people writes it.
struct About {
    explicit About(std::string_view text)
    {
        for (auto * const part : { &household, &sex, &origin, &moved }) {
            auto const end = std::min(text.find(':'), text.size());
            *part = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    std::string_view household;
    std::string_view sex;
    std::string_view origin;
    std::string_view moved;
};

} // namespace

std::string misses(std::vector<std::uint32_t> const & cluster, std::vector<std::string> const & truth,
    std::vector<std::string> const & about)
{
    std::vector<About> const people(about.begin(), about.end());
    std::vector<std::size_t> order(truth.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return people[a].household < people[b].household; });
    std::map<std::string, std::map<std::string, Share>> by;
    Share households;
    for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
        while (to < order.size() && people[order[to]].household == people[order[from]].household) {
            ++to;
        }
        for (auto i = from; i < to; ++i) {
            for (auto j = i + 1; j < to; ++j) {
                auto const a = order[i];
                auto const b = order[j];
                bool const together = cluster[a] == cluster[b];
                if (truth[a] != truth[b]) {
                    households.all += 1;
                    households.missed += together ? 1 : 0;
                    continue;
                }
                bool const moved = people[a].moved != people[b].moved;
                for (auto const & [question, answer] :
                    { std::pair("origin", std::string(people[a].origin)), std::pair("sex", std::string(people[a].sex)),
                        std::pair("moved", std::string(moved ? "yes" : "no")) }) {
                    auto & share = by[question][answer];
                    share.all += 1;
                    share.missed += together ? 0 : 1;
                }
            }
        }
    }
    std::string text;
    for (auto const & [question, answers] : by) {
        text += "  missed by " + question + ":";
        double least = 1;
        double most = 0;
        for (auto const & [answer, share] : answers) {
            text += fmt::format(" {} {:.4f} of {:.0f};", answer, share.part(), share.all);
            least = std::min(least, share.part());
            most = std::max(most, share.part());
        }
        text += fmt::format(" most to least {:.2f}\n", least == 0 ? 0.0 : most / least);
    }
    return text
        + fmt::format("  of {:.0f} pairs of records of different people of one household {:.0f} taken for one: 1 in {:.0f}\n",
            households.all, households.missed, households.missed == 0 ? households.all : households.all / households.missed);
}

} // namespace ketensync::bench
