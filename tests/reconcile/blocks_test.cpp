#include "daemon/reconcile/bits.hpp"
#include "daemon/reconcile/blocks.hpp"
#include "daemon/reconcile/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace ketensync::reconcile {

namespace {

std::vector<RecordId> found(Blocks const & blocks, std::uint64_t key)
{
    auto const records = blocks.find(key);
    return { records.begin(), records.end() };
}

using testing::ElementsAre;

} // namespace

TEST(Blocks, AreWhatASetOfNumbersForEachKeyIs)
{
    std::mt19937_64 random(3);
    Blocks blocks;
    std::map<std::uint64_t, std::set<RecordId>> truth;
    for (int i = 0; i < 200'000; ++i) {
        auto const popular = random() % 4 == 0;
        auto const key = mix(1, popular ? random() % 8 : random() % 5'000);
        auto const record = static_cast<RecordId>(1 + random() % (popular ? 3'000 : 50));
        if (random() % 5 < 3) {
            blocks.add(key, record);
            truth[key].insert(record);
        } else {
            blocks.remove(key, record);
            truth[key].erase(record);
        }
    }
    for (auto const & [key, records] : truth) {
        ASSERT_EQ(found(blocks, key), std::vector<RecordId>(records.begin(), records.end()));
    }
    EXPECT_TRUE(blocks.find(mix(2, 1)).empty());
    EXPECT_EQ(blocks.left_out(), 0U);
    for (auto const & [key, records] : truth) {
        for (auto const record : records) {
            blocks.remove(key, record);
        }
        ASSERT_TRUE(blocks.find(key).empty());
    }
}

TEST(Blocks, CountWhatAKeyCannotHold)
{
    Blocks blocks;
    for (RecordId record = 1; record <= 300'000; ++record) {
        blocks.add(42, record);
    }
    EXPECT_EQ(blocks.find(42).size() + blocks.left_out(), 300'000U);
    EXPECT_GT(blocks.left_out(), 0U);
    EXPECT_EQ(blocks.find(42).front(), 1U);
}

TEST(Groups, KeepTheLowestIdOnAMerge)
{
    Groups groups(1);
    std::vector<Group> out;
    std::vector<std::vector<RecordId>> parts { { 1 }, { 2 }, { 3 } };
    groups.replace(0, parts, {}, out);
    EXPECT_EQ(groups.golden(3), 3U);
    parts = { { 2, 3 } };
    out.clear();
    groups.replace(0, parts, {}, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].golden, 2U);
    EXPECT_THAT(out[0].records, ElementsAre(2, 3));
    EXPECT_EQ(out[1].golden, 3U);
    EXPECT_TRUE(out[1].records.empty());
}

TEST(Groups, LeaveTheIdWithTheLargestPartOnASplit)
{
    Groups groups(1);
    std::vector<Group> out;
    std::vector<std::vector<RecordId>> parts { { 1, 2, 3, 4, 5 } };
    groups.replace(0, parts, {}, out);
    parts = { { 1, 2 }, { 3, 4, 5 } };
    groups.replace(0, parts, {}, out);
    EXPECT_EQ(groups.golden(4), 1U);
    EXPECT_EQ(groups.golden(1), 2U);
    parts = { { 3 }, { 4 }, { 5 } };
    groups.replace(0, parts, {}, out);
    EXPECT_EQ(groups.golden(3), 1U) << "where parts are equal, the one with the lowest record";
    EXPECT_EQ(groups.golden(4), 3U);
    EXPECT_EQ(groups.golden(5), 4U);
}

TEST(Groups, SayNothingOfWhatStaysAsItIs)
{
    Groups groups(1);
    std::vector<Group> out;
    std::vector<std::vector<RecordId>> parts { { 1, 2 }, { 3 } };
    groups.replace(0, parts, {}, out);
    out.clear();
    groups.replace(0, parts, {}, out);
    EXPECT_TRUE(out.empty());
}

TEST(Groups, EndWithTheirLastRecord)
{
    Groups groups(7);
    std::vector<Group> out;
    std::vector<std::vector<RecordId>> parts { { 1 } };
    groups.replace(0, parts, {}, out);
    EXPECT_EQ(groups.golden(1), 7U);
    out.clear();
    RecordId const gone = 1;
    groups.replace(0, {}, std::span(&gone, 1), out);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_TRUE(out[0].records.empty());
    EXPECT_FALSE(groups.known(1));
    parts = { { 1 } };
    groups.replace(0, parts, {}, out);
    EXPECT_EQ(groups.golden(1), 8U) << "an id is never used again";
}

} // namespace ketensync::reconcile
