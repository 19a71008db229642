#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

/// One person whose street is this JSON value, and what became of the document.
struct Told {
    std::string outcome; ///< the street as it is kept; or "! reason"
    bool neighbours = false; ///< the others came through
};

Told tell(std::string const & street)
{
    World world;
    auto item = werkzoekende("WZ1", "", "Bakker");
    constexpr std::string_view was = R"("straatnaam":"Dorpsstraat")";
    item.replace(item.find(was), was.size(), R"("straatnaam":)" + street);
    auto const run = world.sync("uwv/personen",
        { json_page({ werkzoekende("WZ0", "", "Visser", "1300AA"), item, werkzoekende("WZ2", "", "Smit", "1400AA") }, true) });
    Told told;
    told.neighbours = run.mapped + run.rejected == 3 && run.mapped >= 2;
    // A document may still tell of other things than the person.
    if (world.number("SELECT count(*) FROM quarantine") > 0) {
        auto database = world.another_connection();
        auto select = database.prepare("SELECT reason, length(raw) > 0 FROM quarantine");
        told.outcome = select->step().value() ? "! " + std::string(select->text(0)) + (select->integer(1) != 0 ? "" : " without its bytes") : "!";
        return told;
    }
    for (auto const & change : world.changes()) {
        // The thirteenth field of a person in mappings/schema.toml is the street.
        constexpr record::FieldId street_field = 12;
        if (change.kind == 0 && change.values.size() > street_field && change.values[street_field] != "Dorpsstraat") {
            told.outcome = change.values[street_field];
        }
    }
    return told;
}

}

// Whatever a source writes comes through as it is, or is set aside with its bytes; never another value in its place.
TEST(Fidelity, KeepsAValueAsItIsOrSetsItAside)
{
    struct Case {
        std::string json;
        std::string expected;
    };
    auto const long_text = std::string(60'000, 'x');
    for (auto const & [json, expected] : std::vector<Case> {
             { R"("Kerkstraat")", "Kerkstraat" },
             { "9223372036854775807", "9223372036854775807" },
             { "-9223372036854775808", "-9223372036854775808" },
             { "12345678901234567890123456789012345.678", "12345678901234567890123456789012345.678" },
             { "-0.0", "-0.0" },
             { "1e400", "1e400" },
             { R"("0001-01-01")", "0001-01-01" },
             { R"("9999-12-31T23:59:60Z")", "9999-12-31T23:59:60Z" },
             { "\"Caf\u00e9straat\"", "Caf\u00e9straat" },
             { "\"Cafe\u0301straat\"", "Caf\u00e9straat" }, // two ways to write one text: kept in one form
             { R"("\ud83d\ude00")", "\U0001f600" },
             { R"("a\tb")", "a b" },
             { '"' + long_text + '"', long_text },
             { '"' + std::string(70'000, 'x') + '"', "! record-too-large" },
             { '"' + std::string(1'100'000, 'x') + '"', "! document-unsound" },
             { R"("\ud800")", "! document-unsound" },
             { R"("a\u0000b")", "! document-unsound" },
             { "\"\xff\"", "! document-unsound" },
             { R"({"naam":"x"})", "! shape-unexpected" },
         }) {
        auto const told = tell(json);
        auto const shown = json.size() > 60 ? json.substr(0, 60) : json;
        EXPECT_TRUE(told.outcome == expected) << shown << " became " << told.outcome.substr(0, 60);
        EXPECT_TRUE(told.neighbours) << shown;
    }
}

TEST(Fidelity, TakesNoDateThatIsNone)
{
    for (auto const & [date, expected] : std::vector<std::pair<std::string, int>> { { "1980-02-29", 0 }, { "1981-02-29", 1 },
             { "0001-01-01", 1 }, { "9999-12-31", 1 }, { "+10000-01-01", 1 }, { "1980-13-01", 1 }, { "1980-00-00", 0 },
             { "19800506", 0 } }) {
        World world;
        auto item = werkzoekende("WZ1", "", "Bakker");
        item.replace(item.find("1980-05-06"), 10, date);
        world.sync("uwv/personen", { json_page({ item }, true) });
        EXPECT_EQ(world.number("SELECT count(*) FROM quarantine WHERE reason = 'date-invalid'"), expected) << date;
        EXPECT_EQ(world.golden("persoon"), 1 - expected) << date;
    }
}

TEST(Fidelity, KeepsTheBeginningOfADocumentThatIsTooLargeAndGoesOn)
{
    World world;
    auto items = strangers(0, 5);
    items[2].insert(1, fmt::format(R"("vulling":"{}",)", std::string(2U << 20, 'x')));
    auto const run = world.sync("uwv/personen", { json_page(items, true) });
    EXPECT_EQ(run.rejected, 1U) << run.message;
    EXPECT_EQ(run.mapped, 4U);
    EXPECT_EQ(world.number("SELECT length(raw) FROM quarantine"), 1 << 20);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(items, true) }).unchanged, 5U);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(strangers(0, 5), true) }).changed, 0U) << "the sound one is new";
    EXPECT_EQ(world.number("SELECT count(*) FROM quarantine"), 0);
}

}
