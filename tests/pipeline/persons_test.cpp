// Who persons are, told to a warehouse that was there before it had a place for that.

#include "daemon/pipeline/put_back.hpp"
#include "tests/pipeline/world.hpp"
#include "tests/warehouse/subjects.hpp"

#include <gmock/gmock.h>

namespace ketensync::pipeline {

TEST(Persons, WhoWereThereBeforeComeToTheCandidatesAndToNothingElse)
{
    if (!support::PostgresServer::installed()) {
        GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
    }
    World world;
    auto access = warehouse::make_access(warehouse::shared_server());
    warehouse::Holder holder { "test", std::chrono::seconds(60), 0 };
    auto const deliver = [&](bool give) {
        auto const opened = warehouse::open_postgres(access, world.plan().schema, holder);
        ASSERT_TRUE(opened && (*opened)->prepare({}, {}));
        auto state = world.another_connection();
        int alive = 0;
        if (give) {
            ASSERT_TRUE(give_persons(state, **opened, [&alive] { ++alive; }));
        }
        for (auto const & batch : world.batches()) {
            auto const delivered = (*opened)->deliver(batch);
            ASSERT_TRUE(delivered) << delivered.error().what;
        }
    };
    auto const names = [&] {
        return warehouse::shared_server().rows(access.server.database,
            "SELECT geslachtsnaam FROM kandidaten.persoon k JOIN analytisch.persoon_nu p ON p.id = k.id ORDER BY 1");
    };
    world.sync("school/personen", { json_page({ student("p1", "Jansen"), student("p2", "Pietersen", "1990-01-02") }, true) });
    world.sync("school/deelnames", { json_page({ association("a1", "p1"), association("a2", "p2", "2023-01-01") }, true) });
    deliver(true);
    access.server.candidates = "kandidaten";
    access.server.candidates_role = access.server.database;
    // What waits is older than what the state tells now: in the end it is right.
    world.sync("school/personen", { json_page({ student("p1", "Willemsen"), student("p2", "Pietersen", "1990-01-02") }, true) });
    deliver(true);
    EXPECT_THAT(names(), testing::ElementsAre("Pietersen", "Willemsen"));
    EXPECT_EQ(warehouse::shared_server().number(access.server.database, "SELECT count(*) FROM kandidaten.persoon"), 2);
    world.sync("school/personen", { json_page({ student("p1", "Willemsen"), student("p2", "Klaassen", "1990-01-02") }, true) });
    deliver(true);
    EXPECT_THAT(names(), testing::ElementsAre("Klaassen", "Willemsen"));
}

}
