#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace ketensync::pipeline {

namespace {

std::string someone(int number)
{
    auto item = werkzoekende("WZ" + std::to_string(number), "", fmt::format("Naam{}", static_cast<char>('a' + number % 26)),
        fmt::format("{}{}{}", 1100 + number * 53 % 600, static_cast<char>('A' + number % 26), static_cast<char>('A' + number / 3 % 26)));
    constexpr std::string_view born = "1980-05-06";
    item.replace(item.find(born), born.size(), fmt::format("{}-{:02}-{:02}", 1940 + number * 7 % 61, 1 + number * 5 % 11, 2 + number * 9 % 23));
    return item;
}

/// A list that is read by pages while its source puts in and takes out.
class ShiftingList {
public:
    explicit ShiftingList(unsigned seed)
        : m_random(seed)
    {
        for (int i = 0; i < 120; ++i) {
            m_people.insert(m_people.end(), m_next++);
        }
    }

    std::vector<Result<connectors::Page>> pages(bool shifts)
    {
        constexpr std::size_t size = 25;
        std::vector<Result<connectors::Page>> made;
        for (std::size_t first = 0;; first += size) {
            std::vector<std::string> items;
            std::size_t place = 0;
            for (auto const number : m_people) {
                if (place >= first && place < first + size) {
                    items.push_back(someone(number));
                }
                ++place;
            }
            bool const last = first + size >= m_people.size();
            made.emplace_back(json_page(items, last));
            if (last) {
                return made;
            }
            for (int i = 0; shifts && i < 2; ++i) {
                change();
            }
        }
    }

    std::size_t size() const { return m_people.size(); }
    bool holds(int number) const { return m_people.contains(number); }
    int newest() const { return m_next; }

private:
    void change()
    {
        if (std::uniform_int_distribution<int>(0, 1)(m_random) == 0) {
            m_people.insert(m_next++);
            return;
        }
        auto at = m_people.begin();
        std::advance(at, std::uniform_int_distribution<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(m_people.size()) - 1)(m_random));
        m_people.erase(at);
    }

    std::mt19937 m_random;
    std::set<int> m_people;
    int m_next = 0;
};

}

// Who stands on a page that moved is read twice or not at all. A whole reading that nothing moves in puts that right.
TEST(ShiftingList, IsKnownAsItIsAfterAReadingThatNothingMovesIn)
{
    for (unsigned seed = 1; seed <= 10; ++seed) {
        World world;
        ShiftingList list(seed);
        EXPECT_EQ(world.sync("uwv/personen", list.pages(true)).state, health::RunState::succeeded) << seed;
        EXPECT_EQ(world.sync("uwv/personen", list.pages(true)).state, health::RunState::succeeded) << seed;
        auto const whole = world.sync("uwv/personen", list.pages(false));
        EXPECT_EQ(whole.state, health::RunState::succeeded) << seed << whole.message;
        EXPECT_EQ(whole.fetched, list.size()) << seed;
        auto const known = world.together("persoon");
        for (int number = 0; number < list.newest(); ++number) {
            auto const key = fmt::format("WZ{}\n", number);
            EXPECT_EQ((known + "\n").find(key) != std::string::npos, list.holds(number)) << seed << ' ' << number;
        }
        EXPECT_EQ(world.sync("uwv/personen", list.pages(false)).unchanged, list.size()) << seed;
    }
}

}
