#include "daemon/outbox/outbox.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace ketensync::warehouse {

namespace {

using record::Change;

std::shared_ptr<record::Schema const> schema()
{
    auto made = std::make_shared<record::Schema>();
    record::Kind kind;
    kind.name = "thing";
    record::Field secret;
    secret.name = "secret";
    secret.personal = record::Personal::direct;
    record::Field text;
    text.name = "word";
    record::Field number;
    number.name = "count";
    number.type = record::FieldType::integer;
    record::Field from;
    from.name = "begin";
    from.type = record::FieldType::date;
    kind.fields = { secret, text, number, from };
    kind.valid_from = record::FieldId { 3 };
    made->kinds = { kind };
    return made;
}

Change change(Change::What what, record::GoldenId golden, std::vector<std::string> const & texts,
    std::vector<Change::Member> joined = {}, std::vector<Change::Member> left = {})
{
    Change made;
    made.what = what;
    made.golden = golden;
    made.joined = std::move(joined);
    made.left = std::move(left);
    if (!texts.empty()) {
        made.values = record::Values(std::span(texts));
    }
    return made;
}

record::Batch batch(std::int64_t number, std::vector<Change> changes)
{
    return { number, Instant(std::chrono::seconds(1'700'000'000 + number)), std::move(changes) };
}

std::string encoded(Change const & change)
{
    std::string bytes;
    record::encode(change, bytes);
    record::encode_end(bytes);
    return bytes;
}

}

/// The contract of warehouse.hpp. One suite for every kind of warehouse: a new one adds its opening here.
class WarehouseContract : public ::testing::Test {
protected:
    void SetUp() override { reopen(); }
    void reopen()
    {
        warehouse.reset();
        auto opened = open_sqlite(folder / "w.sqlite", schema(), 1 << 20);
        ASSERT_TRUE(opened) << opened.error().what;
        warehouse = std::move(*opened);
        auto const prepared = warehouse->prepare({ { 1, "a-source", "A source" } },
            { { "all_things", "CREATE VIEW all_things AS SELECT * FROM thing_nu" } });
        ASSERT_TRUE(prepared) << prepared.error().what;
    }
    std::int64_t number(std::string const & sql)
    {
        auto database = store::Database::open(folder / "w.sqlite", { .read_only = true });
        auto const found = database->number(sql);
        EXPECT_TRUE(found) << found.error().what;
        return found.value_or(-1);
    }

    support::TemporaryFolder folder;
    std::unique_ptr<Warehouse> warehouse;
};

TEST_F(WarehouseContract, TakesABatchOnceHoweverOftenItComes)
{
    auto const first = batch(1, { change(Change::What::added, 1, { "s", "one", "5", "2024-01-01" }, { { 1, 1 } }) });
    ASSERT_TRUE(warehouse->deliver(first));
    ASSERT_TRUE(warehouse->deliver(first));
    EXPECT_EQ(warehouse->delivered(), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron"), 1);
    EXPECT_EQ(number("SELECT \"count\" FROM thing"), 5);
    EXPECT_EQ(number("SELECT geldig_van = '2024-01-01' FROM thing"), 1);
}

TEST_F(WarehouseContract, RemembersHowFarItIsWhenOpenedAgain)
{
    ASSERT_TRUE(warehouse->deliver(batch(3, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    reopen();
    EXPECT_EQ(warehouse->delivered(), 3);
    ASSERT_TRUE(warehouse->deliver(batch(3, { change(Change::What::added, 2, { "", "two", "", "" }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1);
}

TEST_F(WarehouseContract, KeepsWhatWasKnownBeforeAChange)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "1", "" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(2, { change(Change::What::changed, 1, { "", "two", "2", "" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(3, { change(Change::What::ended, 1, {}) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM all_things"), 0);
    EXPECT_EQ(number("SELECT a.bekend_tot = b.bekend_van FROM thing a, thing b WHERE a.word = 'one' AND b.word = 'two'"), 1);
}

TEST_F(WarehouseContract, FollowsRecordsFromOneToAnother)
{
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 } }),
            change(Change::What::added, 2, { "", "two", "", "" }, { { 2, 1 } }) })));
    ASSERT_TRUE(warehouse->deliver(batch(2,
        { change(Change::What::regrouped, 1, {}, { { 2, 1 } }), change(Change::What::ended, 2, {}, {}, { { 2, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron WHERE id = 1 AND bekend_tot IS NULL"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron WHERE id = 2 AND bekend_tot IS NULL"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron"), 3);
}

TEST_F(WarehouseContract, TellsWhatBecameOfAGoldenRecord)
{
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 }, { 4, 1 } }),
            change(Change::What::added, 2, { "", "two", "", "" }, { { 2, 1 }, { 3, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging"), 0);
    ASSERT_TRUE(warehouse->deliver(batch(2,
        { change(Change::What::regrouped, 1, {}, { { 2, 1 }, { 3, 1 } }),
            change(Change::What::ended, 2, {}, {}, { { 2, 1 }, { 3, 1 } }) })));
    EXPECT_EQ(number("SELECT opvolger = 1 AND records = 2 FROM thing_opvolging WHERE id = 2"), 1) << "joined";
    ASSERT_TRUE(warehouse->deliver(batch(3,
        { change(Change::What::regrouped, 1, {}, {}, { { 2, 1 } }),
            change(Change::What::added, 3, { "", "two", "", "" }, { { 2, 1 } }) })));
    EXPECT_EQ(number("SELECT opvolger = 3 AND records = 1 FROM thing_opvolging WHERE id = 1"), 1) << "split";
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging"), 2);
    EXPECT_EQ(number("SELECT a.sinds < b.sinds FROM thing_opvolging a, thing_opvolging b WHERE a.id = 2 AND b.id = 1"), 1);
}

TEST_F(WarehouseContract, HasNoPlaceForDirectPersonalFields)
{
    EXPECT_EQ(number("SELECT count(*) FROM pragma_table_info('thing') WHERE name = 'secret'"), 0);
}

TEST_F(WarehouseContract, TakesNothingOfABatchThatCannotBeTakenWhole)
{
    EXPECT_FALSE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "1", "" }), change(Change::What::added, 2, { "", "two", "many", "" }) })));
    EXPECT_EQ(warehouse->delivered(), 0);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 0);
}

TEST_F(WarehouseContract, RefusesATableOfAnotherShape)
{
    warehouse.reset();
    {
        auto database = store::Database::open(folder / "other.sqlite");
        ASSERT_TRUE(database->execute("CREATE TABLE thing(id INTEGER, word INTEGER) STRICT"));
    }
    auto other = open_sqlite(folder / "other.sqlite", schema(), 1 << 20);
    ASSERT_TRUE(other);
    auto const refused = (*other)->prepare({}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
}

TEST(Outbox, KeepsABatchUntilItIsAcknowledged)
{
    support::TemporaryFolder const folder;
    auto database = store::Database::open(folder / "s.sqlite");
    ASSERT_TRUE(database->execute(outbox::Outbox::tables));
    auto outbox = outbox::Outbox::open(*database);
    ASSERT_TRUE(outbox);
    Instant const known(std::chrono::milliseconds(1'700'000'000'123));
    ASSERT_TRUE(outbox->append(encoded(change(Change::What::added, 7, { "a", "b", "", "" }, { { 1, 2 } }, { { 3, 4 } })), known));
    ASSERT_TRUE(outbox->append({}, known));
    for (int i = 0; i < 2; ++i) {
        auto const waiting = outbox->oldest();
        ASSERT_TRUE(waiting && *waiting);
        EXPECT_EQ((*waiting)->number, 1);
        EXPECT_EQ((*waiting)->known, known);
        ASSERT_EQ((*waiting)->changes.size(), 1U);
        EXPECT_EQ((*waiting)->changes[0].golden, 7U);
        EXPECT_EQ((*waiting)->changes[0].values[1], "b");
        EXPECT_EQ((*waiting)->changes[0].left[0].source, 4);
    }
    ASSERT_TRUE(outbox->acknowledge(1));
    EXPECT_FALSE(*outbox->oldest());
    ASSERT_TRUE(outbox->append(encoded(change(Change::What::ended, 7, {})), known));
    EXPECT_EQ((*outbox->oldest())->number, 2) << "a number is never used twice";
}

}
