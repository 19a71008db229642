#include "daemon/alerts/digest.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::alerts {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Digest, TellsWhatWasReadWhatWaitsAndWhatComes)
{
    auto snapshot = sound_snapshot();
    snapshot.feeds.front().quarantined = 12;
    snapshot.doubts = 3;
    pipeline::FeedWeek read { "uwv", "werkzoekenden", 168, 2, 1'204'000, 4, 12, 870, 26h, {} };
    read.calendar.maintenance = { { std::bitset<7>(0b1000000), 2h, 6h } };
    using namespace std::chrono;
    read.calendar.blackout = { { 2026y / 11 / 24, 2026y / 11 / 24 }, { 2026y / 12 / 24, 2027y / 1 / 2 } };
    pipeline::FeedWeek never { "srg", "hilversum", 3, 3, 0, 0, 0, 0, std::nullopt, {} };
    pipeline::FeedWeek still { "srg", "laren", 0, 0, 0, 0, 0, 0, std::nullopt, {} };
    auto const text = digest_text({ read, never, still }, snapshot, noon());
    EXPECT_THAT(text, HasSubstr("- uwv/werkzoekenden: 168 keer gelezen, 1.204.000 gegevens, 12 nieuw en 870 gewijzigd.\n"
                                "  2 keer mislukt of tegengehouden.\n  4 gegevens apart gezet.\n  Liep hoogstens 26 uur achter.\n"));
    EXPECT_THAT(text, HasSubstr("- srg/hilversum: 3 keer gelezen, 0 gegevens, 0 nieuw en 0 gewijzigd.\n  3 keer mislukt of "
                                "tegengehouden.\n  Is nog nooit gelukt.\n"));
    EXPECT_THAT(text, HasSubstr("- srg/laren: niet gelezen.\n"));
    EXPECT_THAT(text, HasSubstr("- srg/hilversum: 12 gegevens staan apart."));
    EXPECT_THAT(text, HasSubstr("- 3 mogelijke dubbelen."));
    EXPECT_THAT(text, HasSubstr("- uwv: onderhoud, zondag 02:00-06:00.\n"));
    EXPECT_THAT(text, HasSubstr("- uwv: dicht op 24 november 2026.\n"));
    EXPECT_THAT(text, Not(HasSubstr("2027"))) << "that is not next week";
}

TEST(Digest, SaysSoWhenNothingWaits)
{
    auto const text = digest_text({}, sound_snapshot(), noon());
    EXPECT_THAT(text, HasSubstr("Wat op iemand wacht\n\nNiets.\n"));
    EXPECT_THAT(text, HasSubstr("Geen onderhoud en geen dichte dagen bekend.\n"));
}

} // namespace ketensync::alerts
