#include "daemon/formats/excel_number.hpp"

#include <gtest/gtest.h>

namespace ketensync::formats {

namespace {

std::string number(std::string_view text)
{
    std::string result;
    return excel_number(text, result) ? result : "!";
}

std::string date(std::string_view text, Shown shown = Shown::date, Epoch epoch = Epoch::of_1900)
{
    std::string result;
    return excel_date(text, epoch, shown, result) ? result : "!";
}

} // namespace

TEST(ExcelNumber, WritesNumbersAsTheyAreShown)
{
    EXPECT_EQ(number("799890005"), "799890005");
    EXPECT_EQ(number("7.9989000499999995E8"), "799890005");
    EXPECT_EQ(number("80000071"), "80000071");
    EXPECT_EQ(number("0.30000000000000004"), "0.3");
    EXPECT_EQ(number("-12.50"), "-12.5");
    EXPECT_EQ(number("1E+2"), "100");
    EXPECT_EQ(number("007"), "7");
    EXPECT_EQ(number("0"), "0");
    EXPECT_EQ(number("-0"), "0");
    EXPECT_EQ(number("123456789012345678"), "1.23456789012346e+17");
    for (auto const * const text : { "", "twee", "1,5", "inf", "nan", "1e999", "12 " }) {
        EXPECT_EQ(number(text), "!") << text;
    }
}

TEST(ExcelNumber, CountsDaysFrom1900AsExcelDoes)
{
    EXPECT_EQ(date("44562"), "2022-01-01");
    EXPECT_EQ(date("1"), "1900-01-01");
    EXPECT_EQ(date("59"), "1900-02-28");
    EXPECT_EQ(date("60"), "!");
    EXPECT_EQ(date("61"), "1900-03-01");
    EXPECT_EQ(date("25020"), "1968-07-01");
    EXPECT_EQ(date("2958465"), "9999-12-31");
    for (auto const * const text : { "0", "2958466", "-1", "1e300", "gisteren", "" }) {
        EXPECT_EQ(date(text), "!") << text;
    }
}

TEST(ExcelNumber, CountsDaysFrom1904WhereTheWorkbookDoes)
{
    EXPECT_EQ(date("0", Shown::date, Epoch::of_1904), "1904-01-01");
    EXPECT_EQ(date("43100", Shown::date, Epoch::of_1904), "2022-01-01");
    EXPECT_EQ(date("60", Shown::date, Epoch::of_1904), "1904-03-01");
}

TEST(ExcelNumber, KeepsTheTimeWhereItIsShown)
{
    EXPECT_EQ(date("44562.5"), "2022-01-01");
    EXPECT_EQ(date("44562.5", Shown::date_and_time), "2022-01-01T12:00:00");
    EXPECT_EQ(date("44562", Shown::date_and_time), "2022-01-01");
    EXPECT_EQ(date("44561.999999", Shown::date_and_time), "2022-01-01");
    EXPECT_EQ(date("0.75", Shown::time), "18:00:00");
    EXPECT_EQ(date("1.5", Shown::time), "36:00:00");
}

TEST(ExcelNumber, TellsDatesFromOtherNumbersByTheirFormat)
{
    for (auto const * const code : { "dd/mm/yyyy", "d-m-yyyy;@", "[$-413]d mmmm yyyy", "yyyy", "mmm\\-yy",
             "dd\\-mm\\-yyyy", "\"op \"d mmmm", "m/d/yy" }) {
        EXPECT_EQ(shown_by(code), Shown::date) << code;
    }
    for (auto const * const code : { "General", "0", "0.00E+00", "#,##0.00 \"dagen\"", "[Red]-0", "@", "0%", "\\d0",
             "_-* #,##0.00_-", "GENERAL;d", "\"jaar\" 0" }) {
        EXPECT_EQ(shown_by(code), Shown::number) << code;
    }
    EXPECT_EQ(shown_by("dd-mm-yyyy hh:mm"), Shown::date_and_time);
    EXPECT_EQ(shown_by("hh:mm:ss"), Shown::time);
    EXPECT_EQ(shown_by("[h]:mm"), Shown::time);
    EXPECT_EQ(shown_by(14U), Shown::date);
    EXPECT_EQ(shown_by(22U), Shown::date_and_time);
    EXPECT_EQ(shown_by(20U), Shown::time);
    for (unsigned const format : { 0U, 1U, 2U, 11U, 37U, 44U, 48U, 49U, 164U }) {
        EXPECT_EQ(shown_by(format), Shown::number) << format;
    }
}

} // namespace ketensync::formats
