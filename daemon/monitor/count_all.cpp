#include "daemon/monitor/count_all.hpp"

#include <algorithm>
#include <charconv>
#include <future>
#include <set>

namespace ketensync::monitor {

namespace {

constexpr std::size_t records_shown_max = 100;

/// What one share of the persons comes to.
struct Part {
    struct OfIndicator {
        Facts::Counted counted;
        std::map<std::string, std::int64_t> unplaced; ///< by code of project
    };
    std::vector<std::map<std::string, std::set<std::int64_t>>> faults; ///< of each fault, by code of project: the records
    std::vector<OfIndicator> indicators;
};

std::int64_t number_of(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<Part> count_share(
    Definitions const & definitions, Axes const & axes, Edition const & edition, Share share, Ask const & ask)
{
    auto const & frame = definitions.frame;
    Part part;
    // What is not of persons is asked for once.
    auto const answer = [&](std::string const & sql, std::vector<std::string> const & columns, Visit const & visit) {
        auto const asked = question(frame, edition, sql, columns, share);
        return asked.of_persons || share.number == 0 ? ask(asked, visit) : Result<void>();
    };
    for (auto const & fault : frame.faults) {
        auto & found = part.faults.emplace_back();
        KETENSYNC_TRY(answer(fault.sql, { "deel", "id" }, [&found](std::vector<std::string_view> const & row) -> Result<void> {
            found[std::string(row[0])].insert(number_of(row[1]));
            return {};
        }));
    }
    for (auto const & definition : definitions.indicators) {
        Facts facts(axes, definition, edition.peildatum);
        KETENSYNC_TRY(answer(definition.sql, facts.columns(),
            [&facts](std::vector<std::string_view> const & row) { return facts.add(row); }));
        auto unplaced = facts.unplaced();
        part.indicators.push_back({ facts.count(), std::move(unplaced) });
    }
    return part;
}

void add(Part & sum, Part const & part)
{
    for (std::size_t i = 0; i < sum.faults.size(); ++i) {
        for (auto const & [project, records] : part.faults[i]) {
            sum.faults[i][project].insert(records.begin(), records.end());
        }
    }
    for (std::size_t i = 0; i < sum.indicators.size(); ++i) {
        for (auto const & [project, count] : part.indicators[i].unplaced) {
            sum.indicators[i].unplaced[project] += count;
        }
        for (std::size_t table = 0; table < sum.indicators[i].counted.size(); ++table) {
            auto & counts = sum.indicators[i].counted[table];
            std::ranges::transform(counts, part.indicators[i].counted[table], counts.begin(), std::plus<> {});
        }
    }
}

Result<Part> count_shares(
    Definitions const & definitions, Axes const & axes, Edition const & edition, std::vector<Ask> const & asks)
{
    std::vector<std::future<Result<Part>>> others;
    for (std::size_t i = 1; i < asks.size(); ++i) {
        others.push_back(std::async(std::launch::async,
            [&, i] { return count_share(definitions, axes, edition, { i, asks.size() }, asks[i]); }));
    }
    auto sum = count_share(definitions, axes, edition, { 0, asks.size() }, asks.front());
    for (auto & other : others) {
        auto const part = other.get();
        if (!part) {
            sum = tl::unexpected(part.error());
        } else if (sum) {
            add(*sum, *part);
        }
    }
    return sum;
}

}

Result<void> count_all(Definitions const & definitions, Axes const & axes, std::vector<Ask> const & asks, Edition & edition)
{
    auto const & frame = definitions.frame;
    // Without persons to tell apart there are no shares.
    auto const used = frame.persons.empty() ? std::vector<Ask> { asks.front() } : asks;
    KETENSYNC_TRY_ASSIGN(auto const counted, count_shares(definitions, axes, edition, used));
    for (std::size_t i = 0; i < frame.faults.size(); ++i) {
        for (auto const & [project, records] : counted.faults[i]) {
            LeftOut one { project, frame.faults[i].code, static_cast<std::int64_t>(records.size()), {} };
            for (auto const record : records) {
                if (one.records.size() < records_shown_max) {
                    one.records.push_back(record);
                }
            }
            edition.left_out.push_back(std::move(one));
        }
    }
    for (std::size_t i = 0; i < definitions.indicators.size(); ++i) {
        auto const & definition = definitions.indicators[i];
        edition.indicators.push_back(definition.indicator);
        for (auto const & [project, count] : counted.indicators[i].unplaced) {
            edition.left_out.push_back({ project, std::string(not_placed_code), count, {} });
        }
        std::ranges::move(
            Facts(axes, definition, edition.peildatum).tables(counted.indicators[i].counted), std::back_inserter(edition.tables));
    }
    return {};
}

}
