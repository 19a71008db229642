#include "daemon/outbox/outbox.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/warehouse/subjects.hpp"
#include "tests/warehouse/things.hpp"

#include <gmock/gmock.h>

namespace ketensync::warehouse {

namespace {

using record::Change;

std::string encoded(Change const & change)
{
    std::string bytes;
    record::encode(change, bytes);
    record::encode_end(bytes);
    return bytes;
}

}

/// The contract of warehouse.hpp: one suite for every kind of warehouse.
class WarehouseContract : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        subject = make_subject(GetParam());
        if (!subject) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        reopen();
    }
    void reopen()
    {
        warehouse.reset();
        auto opened = subject->open(schema(), holder);
        ASSERT_TRUE(opened) << opened.error().what;
        warehouse = std::move(*opened);
        auto const prepared = prepare(*warehouse);
        ASSERT_TRUE(prepared) << prepared.error().what;
    }
    static Result<void> prepare(Warehouse & opened)
    {
        return opened.prepare({ { 1, "a-source", "A source" } },
            { { "a_view_of_a_view", "CREATE VIEW a_view_of_a_view AS SELECT id FROM all_things" },
                { "all_things", "CREATE VIEW all_things AS SELECT * FROM thing_nu" } });
    }
    std::int64_t number(std::string const & sql) const { return subject->number(sql); }
    std::unique_ptr<Warehouse> open_as(Holder & other) const
    {
        auto opened = subject->open(schema(), other);
        EXPECT_TRUE(opened && prepare(**opened));
        return std::move(*opened);
    }

    std::unique_ptr<Subject> subject;
    Holder holder { "machine:/state", std::chrono::seconds(60), 0 };
    std::unique_ptr<Warehouse> warehouse;
};

INSTANTIATE_TEST_SUITE_P(
    Each, WarehouseContract, ::testing::Values("sqlite", "postgresql"), [](auto const & one) { return one.param; });

TEST_P(WarehouseContract, TakesABatchOnceHoweverOftenItComes)
{
    auto const first = batch(1, { change(Change::What::added, 1, { "s", "one", "5", "2024-01-01" }, { { 1, 1 } }) });
    ASSERT_TRUE(warehouse->deliver(first));
    ASSERT_TRUE(warehouse->deliver(first));
    EXPECT_EQ(warehouse->delivered(), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron"), 1);
    EXPECT_EQ(number("SELECT \"count\" FROM thing WHERE geldig_van = '2024-01-01'"), 5);
}

TEST_P(WarehouseContract, RemembersHowFarItIsWhenOpenedAgain)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    reopen();
    EXPECT_EQ(warehouse->delivered(), 1);
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1);
}

TEST_P(WarehouseContract, KeepsWhatWasKnownBeforeAChange)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "1", "" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(2, { change(Change::What::changed, 1, { "", "two", "2", "" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(3, { change(Change::What::ended, 1, {}) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM all_things"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM thing a, thing b WHERE a.word = 'one' AND b.word = 'two' AND a.bekend_tot = b.bekend_van"), 1);
}

TEST_P(WarehouseContract, FollowsRecordsFromOneToAnother)
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

TEST_P(WarehouseContract, TellsWhatBecameOfAGoldenRecord)
{
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 }, { 4, 1 } }),
            change(Change::What::added, 2, { "", "two", "", "" }, { { 2, 1 }, { 3, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging"), 0);
    ASSERT_TRUE(warehouse->deliver(batch(2,
        { change(Change::What::regrouped, 1, {}, { { 2, 1 }, { 3, 1 } }),
            change(Change::What::ended, 2, {}, {}, { { 2, 1 }, { 3, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging WHERE id = 2 AND opvolger = 1 AND records = 2"), 1) << "joined";
    ASSERT_TRUE(warehouse->deliver(batch(3,
        { change(Change::What::regrouped, 1, {}, {}, { { 2, 1 } }),
            change(Change::What::added, 3, { "", "two", "", "" }, { { 2, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging WHERE id = 1 AND opvolger = 3 AND records = 1"), 1) << "split";
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM thing_opvolging a, thing_opvolging b WHERE a.id = 2 AND b.id = 1 AND a.sinds < b.sinds"), 1);
}

TEST_P(WarehouseContract, HasNoPlaceForDirectPersonalFields)
{
    EXPECT_EQ(subject->columns("thing"),
        (std::vector<std::string> { "id", "levering", "word", "count", "begin", "geldig_van", "geldig_tot", "bekend_van", "bekend_tot", "afloop" }));
}

TEST_P(WarehouseContract, TakesNothingOfABatchThatCannotBeTakenWhole)
{
    EXPECT_FALSE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "1", "" }), change(Change::What::added, 2, { "", "two", "many", "" }) })));
    EXPECT_EQ(warehouse->delivered(), 0);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 0);
}

TEST_P(WarehouseContract, SaysAllThatIsOtherwiseThanTheSchemaAndChangesNothing)
{
    warehouse.reset();
    subject->execute("DROP VIEW a_view_of_a_view");
    subject->execute("DROP VIEW all_things");
    subject->execute("DROP VIEW thing_nu");
    subject->execute("DROP VIEW thing_opvolging");
    subject->execute("DROP TABLE thing_bron");
    if (GetParam() == "postgresql") {
        subject->execute("DROP FUNCTION thing_op");
    }
    subject->execute("DROP TABLE thing");
    subject->execute("CREATE TABLE thing(id integer NOT NULL, word integer, extra integer)");
    auto opened = subject->open(schema(), holder);
    ASSERT_TRUE(opened);
    auto const refused = prepare(**opened);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
    EXPECT_THAT(refused.error().what,
        ::testing::AllOf(::testing::HasSubstr("thing.word is "), ::testing::HasSubstr("thing.levering"),
            ::testing::HasSubstr("thing.extra"), ::testing::HasSubstr("nothing in it was changed")));
    EXPECT_EQ(subject->columns("thing"), (std::vector<std::string> { "id", "word", "extra" }));
    EXPECT_TRUE(subject->columns("thing_bron").empty());
}

TEST_P(WarehouseContract, AddsTheColumnsOfANewField)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    warehouse.reset();
    auto more = std::make_shared<record::Schema>(*schema());
    record::Field field;
    field.name = "colour";
    more->kinds[0].fields.push_back(field);
    auto opened = subject->open(more, holder);
    ASSERT_TRUE(opened);
    auto const prepared = prepare(**opened);
    ASSERT_TRUE(prepared) << prepared.error().what;
    ASSERT_TRUE((*opened)->deliver(batch(2, { change(Change::What::added, 2, { "", "two", "", "", "red" }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing_nu WHERE colour = 'red'"), 1) << "views show it too";
    auto older = subject->open(schema(), holder);
    ASSERT_TRUE(older);
    auto const refused = prepare(**older);
    ASSERT_FALSE(refused) << "a warehouse that is newer than the schema";
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr("thing.colour"));
}

TEST_P(WarehouseContract, TellsWhetherTheWorldMovedOnOrItWasWrong)
{
    auto moved = change(Change::What::changed, 1, { "", "two", "", "2024-05-01" });
    moved.moved_on = true;
    auto held = change(Change::What::ended, 2, {});
    held.moved_on = true;
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "2020-01-01" }), change(Change::What::added, 2, { "", "one", "", "" }),
            change(Change::What::added, 3, { "", "one", "", "" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(2, { moved, held, change(Change::What::changed, 3, { "", "two", "", "" }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE id = 1 AND word = 'one' AND afloop = 'vervolgd'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE id = 2 AND afloop = 'beeindigd'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE id = 3 AND bekend_tot IS NOT NULL AND afloop IS NULL"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing_nu WHERE afloop IS NOT NULL"), 0);
}

TEST_P(WarehouseContract, LearnsOfRowsOfBeforeThatTheWorldMovedOn)
{
    auto moved = change(Change::What::changed, 1, { "", "two", "", "2024-05-01" });
    moved.moved_on = true;
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "2020-01-01" }),
            change(Change::What::added, 2, { "", "one", "", "2020-01-01" }) })));
    ASSERT_TRUE(warehouse->deliver(batch(2, { moved, change(Change::What::changed, 2, { "", "two", "", "2020-01-01" }) })));
    warehouse.reset();
    bool const postgres = GetParam() == "postgresql";
    if (!postgres) {
        for (auto const * const view : { "a_view_of_a_view", "all_things", "thing_nu" }) {
            subject->execute(std::string("DROP VIEW ") + view);
        }
    }
    subject->execute(std::string("ALTER TABLE thing DROP COLUMN afloop") + (postgres ? " CASCADE" : ""));
    reopen();
    EXPECT_EQ(subject->text("SELECT afloop FROM thing WHERE id = 1 AND word = 'one'"), "vervolgd");
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE afloop IS NOT NULL"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM all_things"), 2);
    auto const asked = [this](std::string const & valid) {
        return subject->rows("SELECT id, word FROM " + subject->as_of("thing", "2099-01-01", valid) + " AS vraag ORDER BY id");
    };
    EXPECT_EQ(asked("2024-04-30"), (std::vector<std::string> { "1|one", "2|two" }));
    EXPECT_EQ(asked("2024-05-01"), (std::vector<std::string> { "1|two", "2|two" }));
}

TEST_P(WarehouseContract, DestroysEveryRowOfWhomIsErasedAndOfNobodyElse)
{
    auto const second = batch(2,
        { change(Change::What::changed, 1, { "", "uno", "", "" }), change(Change::What::regrouped, 2, {}, {}, { { 3, 1 } }) });
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 } }),
            change(Change::What::added, 2, { "", "two", "", "" }, { { 2, 1 }, { 3, 1 } }) })));
    ASSERT_TRUE(warehouse->deliver(second));
    EXPECT_EQ(warehouse->erase({ 1 }, { 1, 3 }), 4U) << "two of then and now, and two of records";
    EXPECT_EQ(subject->rows("SELECT id, word FROM thing"), (std::vector<std::string> { "2|two" }));
    EXPECT_EQ(subject->rows("SELECT record, id FROM thing_bron"), (std::vector<std::string> { "2|2" }));
    EXPECT_EQ(warehouse->erase({ 1 }, { 1, 3 }), 0U);
    ASSERT_TRUE(warehouse->deliver(second)) << "a batch that it has stays one that it has";
    ASSERT_TRUE(warehouse->deliver(batch(3, { change(Change::What::changed, 2, { "", "due", "", "" }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 2);
}

TEST_P(WarehouseContract, LetsOneDeliverAtATimeAndFencesOffWhoWakesUp)
{
    Holder second { "other-machine:/state", std::chrono::seconds(60), 0 };
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    auto const standby = open_as(second);
    auto const waits = standby->deliver(batch(2, { change(Change::What::added, 2, { "", "two", "", "" }) }));
    ASSERT_FALSE(waits);
    EXPECT_EQ(waits.error().failure, Failure::busy);
    EXPECT_EQ(number("SELECT nummer FROM levering"), 1);
    // The first stalls: its turn passes, and when it wakes up it is too late.
    subject->execute(GetParam() == "sqlite" ? "UPDATE levering SET tot = '2020-01-01T00:00:00.000Z'"
                                            : "UPDATE levering SET tot = now() - interval '1 s'");
    auto const taken = standby->deliver(batch(2, { change(Change::What::added, 2, { "", "two", "", "" }) }));
    ASSERT_TRUE(taken) << taken.error().what;
    auto const fenced = warehouse->deliver(batch(3, { change(Change::What::added, 3, { "", "three", "", "" }) }));
    ASSERT_FALSE(fenced);
    EXPECT_EQ(fenced.error().failure, Failure::busy);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 2);
    EXPECT_EQ(number("SELECT tijdvak FROM levering"), 2);
}

TEST_P(WarehouseContract, GivesTheTurnAtOnceToTheNextProcessOfTheSameState)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    Holder restarted { holder.name, holder.lease, 0 };
    auto const again = open_as(restarted);
    ASSERT_TRUE(again->deliver(batch(2, { change(Change::What::added, 2, { "", "two", "", "" }) })));
    auto const late = warehouse->deliver(batch(3, { change(Change::What::added, 3, { "", "three", "", "" }) }));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().failure, Failure::busy);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 2);
}

TEST_P(WarehouseContract, RefusesTheSameNumberWithOtherContent)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    auto const other = warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "another", "", "" }) }));
    ASSERT_FALSE(other) << "the batch of another state would be taken for delivered, and lost";
    EXPECT_EQ(other.error().failure, Failure::configuration);
}

TEST_P(WarehouseContract, RefusesToGoOnAfterAGap)
{
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }) })));
    auto const later = warehouse->deliver(batch(3, { change(Change::What::added, 3, { "", "three", "", "" }) }));
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().failure, Failure::configuration);
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1);
}

TEST_P(WarehouseContract, KeepsTheOrderOfChangesToOneRecordWithinABatch)
{
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 } }),
            change(Change::What::ended, 1, {}, {}, { { 1, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE bekend_tot = bekend_van"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron WHERE bekend_tot = bekend_van"), 1);
}

TEST_P(WarehouseContract, KeepsEveryCharacterOfAText)
{
    std::string const text = "tab\tline\nreturn\rback\\slash 'quote' \"double\" \\N \\. \xc3\xa9\xf0\x9f\x98\x80";
    ASSERT_TRUE(warehouse->deliver(batch(1,
        { change(Change::What::added, 1, { "", text, "", "" }), change(Change::What::added, 2, { "", "\\N", "", "" }) })));
    EXPECT_EQ(subject->text("SELECT word FROM thing WHERE id = 1"), text);
    EXPECT_EQ(subject->text("SELECT word FROM thing WHERE id = 2"), "\\N");
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE \"count\" IS NULL"), 2);
}

TEST_P(WarehouseContract, RefusesAValueItCannotHoldWithoutRepeatingIt)
{
    for (auto const & values : { std::vector<std::string> { "", "one", "99999999999999999999999999999999999999", "" },
             std::vector<std::string> { "", std::string("Jan\0sen", 7), "1", "" } }) {
        auto const refused = warehouse->deliver(batch(1, { change(Change::What::added, 1, values) }));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().failure, Failure::bad_data);
        EXPECT_EQ(refused.error().what.find("999"), std::string::npos);
        EXPECT_EQ(refused.error().what.find("Jan"), std::string::npos);
        EXPECT_THAT(refused.error().what, ::testing::HasSubstr("thing."));
    }
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "1", "" }) })));
}

TEST_P(WarehouseContract, KnowsPersonsByAPseudonymThatOnlyTheKeyMakes)
{
    warehouse.reset();
    auto const key = Pseudonyms::with(std::string(32, 'k')).value();
    auto const other_key = Pseudonyms::with(std::string(32, 'o')).value();
    EXPECT_FALSE(Pseudonyms::with("short"));
    EXPECT_NE(key.of("inwoner", 1), other_key.of("inwoner", 1));
    EXPECT_NE(key.of("inwoner", 1), key.of("inwoner", 2));
    auto opened = subject->open(persons(), holder, key);
    ASSERT_TRUE(opened);
    auto const prepared = (*opened)->prepare({}, {});
    ASSERT_TRUE(prepared) << prepared.error().what;
    ASSERT_TRUE((*opened)->deliver(batch(1, { change(Change::What::added, 1, { "123456782", "Jansen", "0402" }) })));
    ASSERT_TRUE((*opened)->deliver(batch(2, { change(Change::What::changed, 1, { "123456782", "Jansen", "0376" }) })));
    EXPECT_EQ(subject->text("SELECT pseudoniem FROM inwoner_nu"), key.of("inwoner", 1));
    EXPECT_EQ(number("SELECT count(DISTINCT pseudoniem) FROM inwoner"), 1) << "it stays when values change";
    EXPECT_EQ(key.of("inwoner", 1).size(), 32U);
    for (auto const & wrong : { other_key, Pseudonyms() }) {
        auto again = subject->open(persons(), holder, wrong);
        ASSERT_TRUE(again);
        auto const refused = (*again)->prepare({}, {});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().failure, Failure::configuration);
    }
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
