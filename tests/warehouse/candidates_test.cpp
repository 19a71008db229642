// Who is who, kept apart from what analysts read.

#include "tests/warehouse/subjects.hpp"
#include "tests/warehouse/things.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <fstream>

namespace ketensync::warehouse {

namespace {

using record::Change;

std::string content_of(std::filesystem::path const & path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), {} };
}

}

class Candidates : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!support::PostgresServer::installed()) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        access = make_access(shared_server());
    }
    PostgresAccess access;
    Holder holder { "machine:/state", std::chrono::seconds(60), 0 };
};

TEST_F(Candidates, TellsWhoIsWhoOnlyToTheRoleForThat)
{
    auto const name = access.server.database;
    access.server.analysts = name + "_onderzoek";
    access.server.candidates = "kandidaten";
    access.server.candidates_role = name + "_begeleiding";
    access.pseudonyms = Pseudonyms::with(std::string(32, 'k')).value();
    shared_server().execute(name,
        fmt::format("CREATE ROLE {}; CREATE ROLE {}", access.server.analysts, access.server.candidates_role));
    auto const opened = open_postgres(access, persons(), holder);
    ASSERT_TRUE(opened);
    auto const prepared = (*opened)->prepare({ { 1, "a-source", "A source" } }, {});
    ASSERT_TRUE(prepared) << prepared.error().what;
    ASSERT_TRUE((*opened)->deliver(batch(1,
        { change(Change::What::added, 1, { "123456782", "Jansen", "0402" }),
            change(Change::What::added, 2, { "111222333", "Pietersen", "0402" }) })));
    ASSERT_TRUE((*opened)->deliver(batch(2,
        { change(Change::What::changed, 1, { "123456782", "Jansen-Bakker", "0402" }), change(Change::What::ended, 2, {}) })));
    auto const as = [&](std::string const & role, std::string const & sql) {
        return shared_server().rows(name, fmt::format("SET ROLE {}; {}", role, sql));
    };
    EXPECT_THAT(as(access.server.candidates_role, "SELECT id, bsn, naam FROM kandidaten.inwoner"),
        ::testing::ElementsAre("1|123456782|Jansen-Bakker"))
        << "what is known now, and nobody who is gone";
    EXPECT_THAT(as(access.server.analysts, "SELECT count(*) FROM analytisch.inwoner"), ::testing::ElementsAre("3"));
    EXPECT_THAT(as(access.server.analysts, "SELECT pseudoniem FROM analytisch.inwoner_nu"),
        ::testing::ElementsAre(access.pseudonyms.of("inwoner", 1)));
    EXPECT_ANY_THROW(as(access.server.analysts, "SELECT naam FROM kandidaten.inwoner"));
    EXPECT_ANY_THROW(as(access.server.candidates_role, "SELECT 1 FROM analytisch.inwoner"));
    for (auto const & table : { "inwoner", "inwoner_bron", "inwoner_nu", "geleverd", "levering" }) {
        auto const all = shared_server().rows(name, fmt::format("SELECT t::text FROM analytisch.{} t", table));
        EXPECT_THAT(fmt::format("{}", fmt::join(all, "\n")),
            ::testing::Not(::testing::AnyOf(::testing::HasSubstr("Jansen"), ::testing::HasSubstr("123456782"))))
            << table;
    }
    shared_server().execute(name, fmt::format("GRANT USAGE ON SCHEMA kandidaten TO {}", access.server.analysts));
    auto const mixed = open_postgres(access, persons(), holder);
    ASSERT_TRUE(mixed);
    auto const refused = (*mixed)->prepare({ { 1, "a-source", "A source" } }, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
}

TEST_F(Candidates, AsksWhoWasThereBeforeItHadAPlaceForThat)
{
    auto const opened = [this](std::string const & candidates) {
        access.server.candidates = candidates;
        access.server.candidates_role = candidates.empty() ? "" : access.server.database;
        auto warehouse = open_postgres(access, persons(), holder);
        EXPECT_TRUE(warehouse && (*warehouse)->prepare({}, {}));
        return std::move(*warehouse);
    };
    auto const all = [](std::vector<std::string> const & names) {
        return [names](std::function<Result<void>(Change const &)> const & put) -> Result<void> {
            record::GoldenId id = 0;
            for (auto const & name : names) {
                KETENSYNC_TRY(put(change(Change::What::added, ++id, { "", name, "0402" })));
            }
            return {};
        };
    };
    auto const names = [this] {
        return shared_server().rows(access.server.database, "SELECT id, naam FROM kandidaten.inwoner ORDER BY id");
    };
    {
        auto const without = opened("");
        EXPECT_EQ(without->lacks_persons(), false);
        ASSERT_TRUE(without->deliver(batch(1,
            { change(Change::What::added, 1, { "", "Jansen", "0402" }), change(Change::What::added, 2, { "", "Smit", "0402" }) })));
    }
    {
        auto const with = opened("kandidaten");
        EXPECT_EQ(with->lacks_persons(), true);
        ASSERT_TRUE(with->take_persons(all({ "Jansen", "Smit" })));
        EXPECT_EQ(with->lacks_persons(), false);
        EXPECT_THAT(names(), ::testing::ElementsAre("1|Jansen", "2|Smit"));
        ASSERT_TRUE(with->deliver(batch(2,
            { change(Change::What::ended, 1, {}), change(Change::What::changed, 2, { "", "Smid", "0402" }) })));
        EXPECT_THAT(names(), ::testing::ElementsAre("2|Smid"));
    }
    ASSERT_TRUE(opened("")->deliver(batch(3, { change(Change::What::changed, 2, { "", "Smits", "0402" }) })));
    auto const again = opened("kandidaten");
    EXPECT_EQ(again->lacks_persons(), true) << "it is behind";
    ASSERT_TRUE(again->take_persons(all({ "", "Smits" })));
    EXPECT_THAT(names(), ::testing::ElementsAre("1|", "2|Smits"));
    auto const cut = again->take_persons([](auto const & put) -> Result<void> {
        KETENSYNC_TRY(put(change(Change::What::added, 1, { "", "half", "0402" })));
        return fail(Failure::unavailable, "cut");
    });
    EXPECT_FALSE(cut);
    EXPECT_THAT(names(), ::testing::ElementsAre("1|", "2|Smits")) << "all of it, or nothing";
}

TEST_F(Candidates, LeavesNoNameInItsFilesOfWhomIsErased)
{
    access.server.candidates = "kandidaten";
    access.server.candidates_role = access.server.database;
    auto const opened = open_postgres(access, persons(), holder);
    ASSERT_TRUE(opened && (*opened)->prepare({}, {}));
    ASSERT_TRUE((*opened)->deliver(batch(1,
        { change(Change::What::added, 1, { "", "Jansendriehoek", "0402" }), change(Change::What::added, 2, { "", "Smitvierkant", "0402" }) })));
    auto const & name = access.server.database;
    auto const files_with = [&](std::string const & text) {
        shared_server().execute(name, "CHECKPOINT");
        std::filesystem::path const data = shared_server().rows(name, "SHOW data_directory").front();
        auto const relation = shared_server().rows(name, "SELECT pg_relation_filepath('kandidaten.inwoner')").front();
        int found = 0;
        for (auto const & entry : std::filesystem::directory_iterator((data / relation).parent_path())) {
            found += entry.is_regular_file() && content_of(entry.path()).find(text) != std::string::npos ? 1 : 0;
        }
        return found;
    };
    ASSERT_EQ(files_with("Jansendriehoek"), 1);
    auto const erased = (*opened)->erase({ 1 }, { 1 });
    ASSERT_TRUE(erased) << erased.error().what;
    EXPECT_EQ(files_with("Jansendriehoek"), 0);
    EXPECT_EQ(files_with("Smitvierkant"), 1);
}

}
