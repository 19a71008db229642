#include "daemon/base/log.hpp"
#include "daemon/base/trace.hpp"

#include <gmock/gmock.h>

#include <set>

namespace ketensync {

using testing::MatchesRegex;

namespace {

constexpr Trace trace { 0x4bf92f3577b34da6, 0x00000000000e4736 };

}

TEST(Trace, IsWrittenInThirtyTwoDigits)
{
    EXPECT_EQ(to_text(trace), "4bf92f3577b34da600000000000e4736");
    EXPECT_EQ(to_text(Trace { 0, 1 }), "00000000000000000000000000000001");
    EXPECT_EQ(to_text(Trace {}), "");
    EXPECT_FALSE(Trace {});
}

TEST(Trace, GivesEachRequestASpanOfItsOwn)
{
    std::set<std::string> values;
    for (int i = 0; i < 1'000; ++i) {
        auto const value = traceparent(trace);
        EXPECT_THAT(value, MatchesRegex("00-4bf92f3577b34da600000000000e4736-[0-9a-f]{16}-01"));
        EXPECT_EQ(value.find("-0000000000000000-"), std::string::npos);
        values.insert(value);
    }
    EXPECT_EQ(values.size(), 1'000U);
}

TEST(Log, EndsTheLinesOfARunWithItsTrace)
{
    testing::internal::CaptureStderr();
    Log log;
    auto const of_run = log.of(trace);
    of_run.warning("een {}", "regel\n");
    log.warning("een andere");
    log.of({}).warning("van geen");
    log.set_level(Log::Level::error);
    of_run.warning("niet meer");
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
        "warning: een regel\\x0a trace=4bf92f3577b34da600000000000e4736\nwarning: een andere\nwarning: van geen\n");
}

}
