#include "tests/record/expect_canonical.hpp"

#include <fmt/format.h>

namespace ketensync::record {

TEST(CanonicalDate, IsAsPreciseAsWhatIsKnown)
{
    expect_canonical(FieldType::date,
        { { "1968-07-01", "1968-07-01" }, { "19680701", "1968-07-01" }, { "19680700", "1968-07" },
            { "19680000", "1968" }, { "1968-07-00", "1968-07" }, { "1968-00-00", "1968" }, { "1968-07", "1968-07" },
            { "1968", "1968" }, { "01-07-1968", "1968-07-01" }, { "1-7-1968", "1968-07-01" },
            { "1-07-1968", "1968-07-01" }, { "00-00-1968", "1968" }, { "00000000", "" }, { "0000-00-00", "" },
            { "00000715", "" } });
}

TEST(CanonicalDate, MustExist)
{
    expect_canonical(FieldType::date,
        { { "19680230", "-" }, { "2023-02-29", "-" }, { "2024-02-29", "2024-02-29" }, { "1968-13-01", "-" },
            { "31-04-1968", "-" }, { "1968-00-15", "-" }, { "19680015", "-" }, { "1799-01-01", "-" },
            { "99991231", "-" } });
}

TEST(CanonicalDate, IsNotGuessed)
{
    expect_canonical(FieldType::date,
        { { "01/07/1968", "-" }, { "1 juli 1968", "-" }, { "196807", "-" }, { "68-07-01", "-" },
            { "2026-01-01T00:00:00Z", "-" }, { "25020", "-" }, { "1968-7-1", "-" }, { "x", "-" }, { "--------", "-" },
            { "1968--07", "-" }, { "-1-1-1968", "-" } });
}

TEST(CanonicalDate, IsFoundForEveryDayOfFourYears)
{
    constexpr int days_in_month[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    std::string scratch;
    int count = 0;
    for (int year = 2021; year <= 2024; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= days_in_month[month - 1] + 1; ++day) {
                auto const iso = fmt::format("{:04}-{:02}-{:02}", year, month, day);
                bool const there = day <= days_in_month[month - 1] && (month != 2 || day != 29 || year == 2024);
                auto const from = fmt::format("{:04}{:02}{:02}", year, month, day);
                auto const found = canonical(FieldType::date, from, scratch);
                EXPECT_EQ(found ? std::string(*found) : "-", there ? iso : "-") << from;
                count += there ? 1 : 0;
            }
        }
    }
    EXPECT_EQ(count, 4 * 365 + 1);
}

TEST(CanonicalTimestamp, IsInUtc)
{
    expect_canonical(FieldType::timestamp,
        { { "2026-11-21T22:07:00Z", "2026-11-21T22:07:00Z" }, { "2026-11-21T23:07:00+01:00", "2026-11-21T22:07:00Z" },
            { "2027-01-01T00:30:00.000+01:00", "2026-12-31T23:30:00Z" },
            { "2026-11-21t22:07:00z", "2026-11-21T22:07:00Z" },
            { "2026-11-21 22:07:00.5Z", "2026-11-21T22:07:00.500Z" },
            { "2026-11-21T22:07:00.123456Z", "2026-11-21T22:07:00.123Z" }, { "2026-11-21T22:07:00", "-" },
            { "2026-11-21", "-" }, { "2026-02-30T00:00:00Z", "-" }, { "2026-11-21T24:00:00Z", "-" },
            { "2026-11-21T22:07:00+0100", "-" }, { "2026-11-21T22:07:00.Z", "-" }, { "2026-00-21T22:07:00Z", "-" } });
}

} // namespace ketensync::record
