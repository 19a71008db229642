#include "daemon/store/packed.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ketensync::store {

namespace {

struct Rows {
    support::TemporaryFolder folder;
    Database database = std::move(*Database::open(folder / "a.sqlite"));
    Packed packed = opened();

    Packed opened()
    {
        EXPECT_TRUE(database.execute(Packed::create_table("row")));
        return std::move(*Packed::open(database, "row"));
    }
    std::map<std::uint32_t, std::string> all()
    {
        std::map<std::uint32_t, std::string> found;
        EXPECT_TRUE(packed.each([&found](std::uint32_t number, std::string_view bytes) -> Result<void> {
            found[number] = bytes;
            return {};
        }));
        return found;
    }
};

}

TEST(Packed, HoldsWhatAMapWouldHoldThroughFlushesAndLosses)
{
    Rows rows;
    std::map<std::uint32_t, std::string> kept;
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
        auto tried = kept;
        for (int i = 0; i < 40; ++i) {
            auto const number = static_cast<std::uint32_t>(random() % 500);
            std::string const bytes(random() % 3 == 0 ? 0 : random() % 300, static_cast<char>('a' + random() % 26));
            ASSERT_TRUE(rows.packed.put(number, bytes));
            tried[number] = bytes;
            auto const other = static_cast<std::uint32_t>(random() % 500);
            ASSERT_EQ(*rows.packed.get(other), tried[other]);
        }
        if (random() % 3 == 0) {
            rows.packed.forget();
        } else {
            ASSERT_TRUE(rows.packed.flush());
            kept = std::move(tried);
        }
        std::erase_if(kept, [](auto const & row) { return row.second.empty(); });
        ASSERT_EQ(rows.all(), kept);
        ASSERT_EQ(*rows.packed.last(), kept.empty() ? 0 : kept.rbegin()->first);
    }
}

TEST(Packed, SaysThatAPageIsDamagedInsteadOfGuessing)
{
    Rows rows;
    ASSERT_TRUE(rows.packed.put(3, "something") && rows.packed.flush());
    ASSERT_TRUE(rows.database.execute("UPDATE row SET body = substr(body, 1, length(body) - 2)"));
    auto const got = rows.packed.get(3);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().failure, Failure::configuration);
    EXPECT_FALSE(rows.packed.each([](std::uint32_t, std::string_view) -> Result<void> { return {}; }));
}

}
