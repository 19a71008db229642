#include "daemon/record/change.hpp"

#include <array>

#include <gtest/gtest.h>

namespace ketensync::record {

namespace {

std::vector<Change> some_changes()
{
    auto const texts = std::to_array<std::string_view>({ "een", "" });
    Values const values { std::span<std::string_view const>(texts) };
    return { { Change::What::added, 3, 1, values, { { 1, 1 }, { 4'000'000'000U, 65'535 } }, {} },
        { Change::What::changed, 255, 4'294'967'295U, values, {}, { { 7, 2 } } },
        { Change::What::regrouped, 1, 2, Values(), { { 8, 3 } }, { { 9, 3 } } },
        { Change::What::ended, 0, 128, Values(), {}, {} }, { Change::What::changed, 0, 129, values, {}, {}, true },
        { Change::What::ended, 0, 130, Values(), {}, {}, true } };
}

std::string encoded(std::vector<Change> const & changes)
{
    std::string bytes;
    for (auto const & change : changes) {
        encode(change, bytes);
    }
    encode_end(bytes);
    return bytes;
}

} // namespace

TEST(Changes, ComeBackFromTheirBytes)
{
    auto const changes = some_changes();
    std::vector<Change> back;
    ASSERT_TRUE(decode(encoded(changes), back));
    ASSERT_EQ(back.size(), changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_EQ(back[i].what, changes[i].what);
        EXPECT_EQ(back[i].kind, changes[i].kind);
        EXPECT_EQ(back[i].golden, changes[i].golden);
        EXPECT_EQ(back[i].values, changes[i].values);
        EXPECT_EQ(back[i].joined, changes[i].joined);
        EXPECT_EQ(back[i].left, changes[i].left);
        EXPECT_EQ(back[i].moved_on, changes[i].moved_on);
    }
    ASSERT_TRUE(decode(encoded({}), back));
    EXPECT_TRUE(back.empty());
}

TEST(Changes, AreRefusedWhenTheirBytesAreCutOrChanged)
{
    auto const bytes = encoded(some_changes());
    std::vector<Change> back;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), back)) << size;
    }
    EXPECT_FALSE(decode(bytes + "x", back));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto damaged = bytes;
        damaged[at] = static_cast<char>(0xff);
        decode(damaged, back); // whatever comes out, it must not read outside the bytes
    }
}

} // namespace ketensync::record
