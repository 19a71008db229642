#include "daemon/monitor/shelf.hpp"
#include "daemon/store/sha256.hpp"

#include <gtest/gtest.h>

namespace ketensync::monitor {

namespace {

Edition draft(std::string const & name, std::string const & known = "2026-07-10T00:00:00Z")
{
    Edition edition;
    edition.name = name;
    edition.known = known;
    return edition;
}

class ShelfTest : public ::testing::Test {
protected:
    store::Database state = store::Database::open(":memory:").value();
    Result<void> made = state.execute(Shelf::tables);
    Shelf shelf { state };

    Edition approved(std::string const & name)
    {
        EXPECT_TRUE(shelf.keep(draft(name)));
        EXPECT_TRUE(shelf.approve(name, { "A. Beheerder", "2026-07-11T00:00:00Z" }));
        return shelf.approve(name, { "B. Bestuurder", "2026-07-12T00:00:00Z" }).value();
    }
};

}

TEST_F(ShelfTest, PublishesWhatTwoPeopleApprovedAndLeavesItAsItIs)
{
    auto const edition = approved("2026-H1");
    EXPECT_EQ(edition.stage, Stage::approved);
    auto shown = edition;
    shown.protection = "hidden below 5";
    ASSERT_TRUE(shelf.publish(edition, shown));
    EXPECT_EQ(shelf.find("2026-H1")->value().shown->protection, "hidden below 5");
    EXPECT_EQ(shelf.keep(draft("2026-H1")).error().failure, Failure::held);
    EXPECT_EQ(shelf.publish(edition, edition).error().failure, Failure::held);
    EXPECT_EQ(shelf.approve("2026-H1", { "C", "" }).error().failure, Failure::held);
    EXPECT_EQ(hash_of(*shelf.find("2026-H1")->value().shown), hash_of(shown));
    EXPECT_TRUE(shelf.is_published("2026-H1").value());
    approved("2026-H2");
    EXPECT_FALSE(shelf.is_published("2026-H2").value());
    EXPECT_FALSE(shelf.is_published("2027-H1").value());
}

TEST_F(ShelfTest, WantsTwoPeople)
{
    ASSERT_TRUE(shelf.keep(draft("2026-H1")));
    EXPECT_EQ(shelf.publish(draft("2026-H1"), draft("2026-H1")).error().failure, Failure::held);
    ASSERT_TRUE(shelf.approve("2026-H1", { "A", "" }));
    EXPECT_EQ(shelf.approve("2026-H1", { "A", "" }).error().failure, Failure::usage) << "one person is one";
    EXPECT_EQ(shelf.publish(draft("2026-H1"), draft("2026-H1")).error().failure, Failure::held);
    EXPECT_EQ(shelf.approve("2025-H2", { "A", "" }).error().failure, Failure::usage) << "no draft";
}

TEST_F(ShelfTest, ForgetsApprovalsOfADraftThatIsMadeAnew)
{
    approved("2026-H1");
    ASSERT_TRUE(shelf.keep(draft("2026-H1", "2026-07-20T00:00:00Z")));
    EXPECT_TRUE(shelf.find("2026-H1")->value().truth.approvals.empty());
    EXPECT_EQ(shelf.publish(draft("2026-H1"), draft("2026-H1")).error().failure, Failure::held);
}

TEST_F(ShelfTest, KnowsWhatWasPublishedBefore)
{
    for (auto const * const name : { "2025-H2", "2025-H1", "2026-H1" }) {
        auto const edition = approved(name);
        ASSERT_TRUE(shelf.publish(edition, edition));
    }
    approved("2024-H2");
    auto const before = shelf.published_before("2026-H1").value();
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before.at(0).truth.name, "2025-H1");
    EXPECT_EQ(before.at(1).truth.name, "2025-H2");
    EXPECT_EQ(shelf.last_shown_before("2026-H1").value()->name, "2025-H2");
    EXPECT_EQ(shelf.last_shown_before("2025-H1").value().has_value(), false);
    EXPECT_EQ(shelf.find("2030-H1")->has_value(), false);
}

TEST(Hash, IsTheOneThatOthersCompute)
{
    EXPECT_EQ(store::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}
