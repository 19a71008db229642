#include "daemon/settings/checks.hpp"
#include "daemon/settings/cron.hpp"
#include "daemon/settings/toml.hpp"

#include <gtest/gtest.h>

namespace ketensync::settings {

TEST(Address, IsHttpsOrThisMachine)
{
    for (auto const * good : { "https://a.example", "https://a.example:8443/v5", "http://127.0.0.1:8080/x",
             "http://localhost:1", "http://[::1]:99/v1", "https://10.1.2.3/a_b/~c" }) {
        EXPECT_EQ(check_address(good), std::nullopt) << good;
    }
    for (auto const * bad : { "", "a.example", "ftp://a.example", "http://a.example", "http://127.0.0.1.evil.example",
             "https://", "https://a..b", "https://a.example:0", "https://a.example:70000",
             "https://a.example:", "https://a.example/", "https://a.example/x?y=1",
             "https://gebruiker:wachtwoord@a.example", "https://a b.example", "http://127.1:80" }) {
        EXPECT_NE(check_address(bad), std::nullopt) << bad;
    }
}

TEST(WebAddress, IsOfThisMachineOnly)
{
    for (auto const * good : { "127.0.0.1:9464", "[::1]:9464", "localhost:80", "127.9.9.9:1" }) {
        EXPECT_EQ(check_loopback(good), std::nullopt) << good;
    }
    for (auto const * bad :
        { "0.0.0.0:9464", "127.0.0.1", ":9464", "a.example:80", "[::]:80", "127.0.0.1:x", "127.0.0.256:80" }) {
        EXPECT_NE(check_loopback(bad), std::nullopt) << bad;
    }
}

TEST(Cron, HasFiveFieldsInRange)
{
    for (auto const * good : { "* * * * *", "0 6 * * 1-5", "*/15 8-18/2 1,15 1-12 0", "59 23 31 12 7", "0 6 * jan-mar MON",
             " 0  6 * * *" }) {
        EXPECT_TRUE(parse_cron(good).has_value()) << good;
    }
    for (auto const * bad :
        { "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "5-1 * * * *", "*/0 * * * *", "a * * * *", "1, * * * *", "1-  * * * *", "0 6 30 2 *" }) {
        EXPECT_FALSE(parse_cron(bad).has_value()) << bad;
    }
}

TEST(Zone, IsOneThisMachineKnows)
{
    EXPECT_TRUE(zone_exists("Europe/Amsterdam"));
    EXPECT_TRUE(zone_exists("UTC"));
    for (auto const * bad :
        { "", "Europe", "Europe/Amsterdm", "/etc/passwd", "../zoneinfo/UTC", "Europe/Amsterdam " }) {
        EXPECT_FALSE(zone_exists(bad)) << bad;
    }
}

TEST(Pattern, TakesStarsAndQuestionMarks)
{
    EXPECT_TRUE(fits_pattern("SRG_0402_202601.txt", "SRG_*.txt"));
    EXPECT_TRUE(fits_pattern("SRG_0402_202601.txt", "SRG_????_*_*.txt") == false);
    EXPECT_TRUE(fits_pattern("a.txt", "?.txt"));
    EXPECT_TRUE(fits_pattern("aXbXc", "a*b*c"));
    EXPECT_TRUE(fits_pattern("", "*"));
    EXPECT_FALSE(fits_pattern("a", ""));
    EXPECT_FALSE(fits_pattern("SRG.txt.bak", "*.txt"));
    EXPECT_TRUE(fits_pattern(std::string(2000, 'a') + "b", "*a*a*a*a*b"));
}

TEST(Nearest, FindsTheWordThatWasMeant)
{
    EXPECT_EQ(nearest("paralel_feeds", { "parallel_feeds", "pages_max" }), "parallel_feeds");
    EXPECT_EQ(nearest("pfad", { "pages_max", "folder" }), "");
    EXPECT_EQ(nearest("ab", { "ba" }), "ba");
    EXPECT_EQ(did_you_mean("rst", { "rest" }), ", did you mean 'rest'?");
    EXPECT_EQ(did_you_mean("xyz", { "rest" }), "");
}

} // namespace ketensync::settings
