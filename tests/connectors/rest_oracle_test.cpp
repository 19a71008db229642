#include "connectors/rest_since.hpp"
#include "tests/connectors/rest_feed.hpp"

#include <algorithm>
#include <random>
#include <set>

// A source that changes while it is read, and what is known of it afterwards, for ten seeds.

namespace ketensync::connectors {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int seeds = 10;
constexpr int runs = 12;
constexpr std::size_t page_size = 20;
constexpr seconds late_max { 120 };

struct Row {
    int id;
    Instant changed; ///< as the source says
    Instant visible; ///< when it can be read: one in a hundred is committed late
};

/// Rows in the order of their moments, each page beginning behind the last row of the one before. Every request takes
/// two seconds, in which rows go on being written.
class Ledger {
public:
    explicit Ledger(unsigned seed)
        : m_random(seed)
    {
        m_rest.feed.reads = settings::Reads::changes;
        m_rest.feed.paging.by = By::cursor;
        m_rest.feed.paging.page_parameter = "cursor";
        m_rest.feed.paging.size_parameter.clear();
        m_rest.feed.paging.next = "next";
        m_rest.feed.paging.items = "items";
        m_rest.feed.paging.items_known = true;
        m_rest.feed.since = settings::Since {};
        m_rest.feed.since->parameter = "since";
        m_rest.feed.since->field = "changed";
    }

    settings::Since & since() { return *m_rest.feed.since; }

    /// What was never read of all that was written, after some runs and one more when all is visible.
    std::size_t missed()
    {
        std::string cursor;
        for (int run = 0; run <= runs; ++run) {
            m_writing = run < runs;
            write(40);
            m_rest.around.clock.advance(m_writing ? seconds(30) : late_max);
            auto const read = m_rest.read_all(cursor);
            EXPECT_FALSE(read.error) << read.error->what;
            cursor = read.cursor;
        }
        return static_cast<std::size_t>(
            std::ranges::count_if(m_rows, [this](Row const & row) { return !m_given.contains(row.id); }));
    }
    std::size_t written() const { return m_rows.size(); }

private:
    void write(int count)
    {
        auto const now = m_rest.around.clock.now();
        for (int i = 0; i < count && m_writing; ++i) {
            auto const changed = now - milliseconds(m_random() % 1'000);
            auto const late = seconds(m_random() % 100 == 0 ? m_random() % static_cast<unsigned>(late_max.count()) : 0);
            m_rows.push_back({ static_cast<int>(m_rows.size()), changed, now + late });
        }
    }

    Answer answer(Request const & request)
    {
        auto const order = [](Row const & row) { return std::pair(row.changed, row.id); };
        m_rest.around.clock.advance(seconds(2));
        write(static_cast<int>(m_random() % 8));
        auto const now = m_rest.around.clock.now();
        std::vector<Row> shown;
        std::ranges::copy_if(m_rows, std::back_inserter(shown), [now](Row const & row) { return row.visible <= now; });
        std::ranges::sort(shown, {}, order);
        auto from = shown.begin();
        if (auto const cursor = request.parameters.find("cursor"); cursor != request.parameters.end()) {
            auto const dash = cursor->second.find('-');
            auto const changed = Instant(milliseconds(std::stoll(cursor->second.substr(0, dash))));
            auto const behind = std::pair(changed, std::stoi(cursor->second.substr(dash + 1)));
            from = std::ranges::upper_bound(shown, behind, {}, order);
        } else if (auto const since = request.parameters.find("since"); since != request.parameters.end()) {
            auto const moment = parse_moment(since->second, settings::Since::As::timestamp).value();
            from = std::ranges::lower_bound(shown, moment, {}, [](Row const & row) { return Moment(row.changed); });
        }
        std::string items;
        std::string next = "null";
        for (std::size_t i = 0; i < page_size && from != shown.end(); ++i, ++from) {
            items += fmt::format(R"({}{{"id":{},"changed":"{}"}})", items.empty() ? "" : ",", from->id,
                ketensync::to_text(from->changed));
            next = fmt::format("\"{}-{}\"", from->changed.time_since_epoch().count(), from->id);
            m_given.insert(from->id);
        }
        return { .body = fmt::format(R"({{"items":[{}],"next":{}}})", items, from == shown.end() ? "null" : next) };
    }

    std::minstd_rand m_random;
    bool m_writing = true;
    std::vector<Row> m_rows;
    std::set<int> m_given;
    Rest m_rest { [this](Request const & request) { return answer(request); } };
};

} // namespace

TEST(RestOracle, MissesNothingThatIsCommittedLateWithinTheLookback)
{
    for (int seed = 1; seed <= seeds; ++seed) {
        Ledger ledger(static_cast<unsigned>(seed));
        ledger.since().lookback = seconds(180);
        EXPECT_EQ(ledger.missed(), 0U) << "seed " << seed;
        EXPECT_GT(ledger.written(), 480U);
    }
}

TEST(RestOracle, MissesWhatIsCommittedLateWithoutALookback)
{
    std::size_t missed = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        missed += Ledger(static_cast<unsigned>(seed)).missed();
    }
    EXPECT_GT(missed, 0U) << "the test above proves nothing";
}

} // namespace ketensync::connectors
