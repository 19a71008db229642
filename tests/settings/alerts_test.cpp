#include "daemon/settings/alerts.hpp"
#include "daemon/settings/week_window.hpp"
#include "tests/settings/installation.hpp"

#include <gmock/gmock.h>

namespace ketensync::settings {

using namespace std::chrono_literals;
using testing::ElementsAre;

using testing::SizeIs;

TEST(Alerts, AreReadAsWritten)
{
    Installation const installation;
    write(installation.main_file(), content_of(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "tests/settings/data/config/alerts.good.toml"));
    auto const config = installation.read();
    ASSERT_TRUE(config);
    auto const alerts = read_alerts(*config);
    EXPECT_FALSE(alerts.silent());
    EXPECT_EQ(alerts.name, "ketensync Hilversum");
    EXPECT_EQ(alerts.after, 5min);
    EXPECT_EQ(alerts.remind, 12h);
    EXPECT_EQ(alerts.look, 1min);
    EXPECT_EQ(alerts.digest, "");
    ASSERT_THAT(alerts.quiet, SizeIs(2));
    EXPECT_EQ(to_text(alerts.quiet[0]), "18:00-08:00");
    EXPECT_EQ(to_text(alerts.quiet[1]), "sat-sun 00:00-24:00");
    ASSERT_THAT(alerts.mail, SizeIs(1));
    EXPECT_FALSE(alerts.mail[0].tls_required);
    EXPECT_THAT(alerts.mail[0].to, ElementsAre("beheer@example.nl"));
    ASSERT_THAT(alerts.webhook, SizeIs(1));
    EXPECT_EQ(alerts.webhook[0].ca_file, (installation.root() / "ca.pem").string());
}

TEST(Alerts, GoToNobodyUntilSomebodyIsNamed)
{
    Installation const installation;
    auto const config = installation.read();
    ASSERT_TRUE(config);
    EXPECT_TRUE(read_alerts(*config).silent());
}

TEST(WeekWindow, IsWrittenAsItIsRead)
{
    Installation const installation;
    for (auto const * const text : { "mon-fri 08:00-18:00", "sun 02:00-06:00", "23:30-00:30", "sat-mon 00:00-24:00" }) {
        write(installation.main_file(), content_of(installation.main_file()) + "[alerts]\nquiet = [\"" + text + "\"]\n");
        auto const config = installation.read();
        ASSERT_TRUE(config) << text;
        EXPECT_EQ(to_text(read_alerts(*config).quiet.at(0)), text);
        write(installation.main_file(), "[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = \"sources.d\"\n[secrets]\nfolder = \"secrets\"\n");
    }
}

} // namespace ketensync::settings
