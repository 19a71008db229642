// The pages that only show, each from a value to its HTML.

#include "daemon/web/configuration_page.hpp"
#include "daemon/web/planning_page.hpp"
#include "daemon/web/run_pages.hpp"
#include "daemon/web/run_words.hpp"
#include "daemon/web/sparkline.hpp"
#include "daemon/web/timeline_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::web {

namespace {

using namespace std::chrono_literals;
using health::RunState;
using testing::HasSubstr;
using testing::Not;

Instant const noon { 1'800'000'000s }; // 2027-01-15 08:00 UTC
Tongue const dutch;
Tongue const english { Language::english };

pipeline::RunStory story()
{
    pipeline::RunStory story;
    story.run.id = 42;
    story.run.source = "uwv";
    story.run.feed = "werkzoekenden";
    story.run.started = noon - 10min;
    story.run.ended = noon - 7min;
    story.run.state = RunState::rejects;
    story.run.fetched = 1'204;
    story.run.unchanged = 1'101;
    story.run.added = 12;
    story.run.changed = 87;
    story.run.rejected = 4;
    story.read_at = noon - 9min;
    story.pages = 3;
    story.bytes = 2'500'000;
    story.rejects = { { "<bsn>-invalid", 4 } };
    return story;
}

std::vector<FeedName> const feeds { { "uwv", "werkzoekenden", "UWV <1>" }, { "gemeente", "srg", "" } };

pipeline::WallClock clock() { return *pipeline::WallClock::in(); }

health::FeedState feed(std::string const & name, std::chrono::milliseconds interval, std::vector<Instant> next)
{
    health::FeedState made;
    made.source = name;
    made.feed = "alles";
    made.interval = interval;
    made.next_runs = std::move(next);
    return made;
}

} // namespace

TEST(Sparkline, DrawsEachRunAndTellsTheSameInWords)
{
    std::vector<health::RunMark> const runs { { 1, RunState::succeeded, noon, 1s, 0, 0 }, { 2, RunState::rejects, noon, 1s, 500, 3 },
        { 3, RunState::failed, noon, 1s, 0, 0 }, { 4, RunState::held, noon, 1s, 9, 0 }, { 5, RunState::interrupted, noon, 1s, 0, 0 },
        { 6, RunState::running, noon, 0s, 0, 0 } };
    auto const drawn = sparkline(runs, dutch);
    EXPECT_THAT(drawn, HasSubstr("role=\"img\""));
    EXPECT_THAT(drawn, HasSubstr("de oudste eerst: gelukt, gelukt, met apart gezette gegevens (500 nieuws), mislukt, vastgehouden (9 nieuws), afgebroken, bezig\""));
    EXPECT_EQ(std::ranges::count(drawn, 'M'), 2) << "a cross for each that failed or was held";
    EXPECT_THAT(drawn, Not(HasSubstr("style=")));
    EXPECT_EQ(runs_in_words(runs, english), "2 of 6 succeeded");
    EXPECT_EQ(sparkline({}, dutch), "");
}

TEST(Sparkline, StaysInItsPictureHoweverMuchARunBrought)
{
    std::vector<health::RunMark> const runs { { 1, RunState::succeeded, noon, 1s, UINT64_MAX, 0 } };
    EXPECT_THAT(sparkline(runs, dutch), HasSubstr("y=\"0\" width=\"8\" height=\"24\""));
}

TEST(RunPages, TellOfARunItsPhasesNumbersAndReasons)
{
    auto const page = run_body(story(), "UWV <1>", noon, dutch);
    EXPECT_THAT(page, HasSubstr("UWV &lt;1&gt;, werkzoekenden"));
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">lezen</th>"));
    EXPECT_THAT(page, HasSubstr(">1 min 0 s</td>"));
    EXPECT_THAT(page, HasSubstr(">2 min 0 s</td>"));
    EXPECT_THAT(page, HasSubstr("1.204"));
    EXPECT_THAT(page, HasSubstr("3 bladzijden of bestanden, 2,5 MB"));
    EXPECT_THAT(page, HasSubstr("&lt;bsn&gt;-invalid"));
    EXPECT_THAT(page, HasSubstr("alles is in het datawarehouse"));
    EXPECT_THAT(page, HasSubstr("href=\"/veranderd/42\""));
    EXPECT_THAT(page, Not(HasSubstr("Waarom het niet lukte")));
    EXPECT_THAT(run_body(story(), "", noon, english), HasSubstr("could not be worked up"));
}

TEST(RunPages, TellWhyARunFailedAndWhatToDo)
{
    auto failed = story();
    failed.run.state = RunState::held;
    failed.run.reason = "held";
    failed.run.message = "80 % <vanished>";
    failed.note = "ask \"them\"";
    auto const page = run_body(failed, "UWV", noon, dutch);
    EXPECT_THAT(page, HasSubstr("De levering was niet geloofwaardig"));
    EXPECT_THAT(page, HasSubstr("80 % &lt;vanished&gt;"));
    EXPECT_THAT(page, HasSubstr("Dit gaat niet vanzelf over."));
    EXPECT_THAT(page, HasSubstr("--accept-mass-change"));
    EXPECT_THAT(page, HasSubstr("ask &quot;them&quot;"));
}

TEST(RunPages, HaveWordsForEveryReasonAndSomethingToDo)
{
    for (auto const reason : health::reason_codes) {
        auto const trouble = trouble_of(reason);
        EXPECT_FALSE(trouble.why.empty()) << reason;
        EXPECT_FALSE(trouble.advice.empty()) << reason;
        EXPECT_TRUE(reason == "bug" || trouble.why != trouble_of("bug").why) << reason;
    }
    EXPECT_EQ(trouble_of("nothing that is known").why, trouble_of("bug").why);
}

TEST(RunPages, TellOfOneThatGoesOnHowLongItHas)
{
    auto going = story();
    going.run.ended.reset();
    going.read_at.reset();
    going.run.state = RunState::running;
    auto const page = run_body(going, "UWV", noon, dutch);
    EXPECT_THAT(page, HasSubstr("10 min 0 s, bezig"));
    EXPECT_THAT(page, HasSubstr("volgt"));
    EXPECT_THAT(page, Not(HasSubstr("verwerken</th>")));
}

TEST(RunPages, ListRunsWithAWayToThoseBefore)
{
    std::vector<health::Run> runs(2, story().run);
    runs[1].id = 41;
    runs[1].feed = "a b&c";
    auto const page = runs_body(runs, { .source = "uwv", .feed = "a b&c", .failed = true, .limit = 2 }, feeds, noon, dutch);
    EXPECT_THAT(page, HasSubstr("<a href=\"/runs/42\">"));
    EXPECT_THAT(page, HasSubstr("UWV &lt;1&gt;, werkzoekenden"));
    EXPECT_THAT(page, HasSubstr("href=\"/runs?voor=41&amp;bron=uwv%2Fa%20b%26c&amp;mislukt=1\""));
    EXPECT_THAT(page, HasSubstr("checked"));
    EXPECT_THAT(runs_body(runs, {}, feeds, noon, dutch), Not(HasSubstr("voor=")));
    EXPECT_THAT(runs_body({}, {}, feeds, noon, english), HasSubstr("There are no such runs."));
}

TEST(RunPages, ShowSamplesAsTheyAreGivenAndSayWhatIsNotKept)
{
    auto with = story();
    using What = record::Change::What;
    with.samples = { { 7, "persoon", What::changed, { { "plaats", "***", "***" }, { "soort", "", "a<b" } }, true },
        { 8, "persoon", What::ended, {}, false }, { 9, "persoon", What::regrouped, {}, true } };
    auto const page = samples_body(with, dutch);
    EXPECT_THAT(page, HasSubstr("<code>plaats</code>: *** → ***"));
    EXPECT_THAT(page, HasSubstr("<em>leeg</em> → a&lt;b"));
    EXPECT_THAT(page, HasSubstr("wordt niet meer bewaard"));
    EXPECT_THAT(page, HasSubstr("dezelfde waarden, van andere bronnen"));
    EXPECT_THAT(samples_body(story(), english), HasSubstr("No examples are kept of this run."));
}

TEST(TimelinePage, TellsRunsAndActsOfADayAtTheTimeOnTheWall)
{
    pipeline::Timeline happened;
    happened.events = { { noon, story().run },
        { noon - 1h, pipeline::Audit::Entry { 1, noon - 1h, "anna <a>", "pause", "uwv until \"tomorrow\"", {} } },
        { noon - 2h, pipeline::Audit::Entry { 2, noon - 2h, "ketensync", "configuration", "version abc", {} } } };
    happened.uneventful = 1'200;
    auto const page = timeline_body(happened, clock().day(noon), feeds, clock(), noon, dutch);
    EXPECT_THAT(page, HasSubstr(">09:00:00</time>")) << "it is winter";
    EXPECT_THAT(page, HasSubstr("<a href=\"/runs/42\">"));
    EXPECT_THAT(page, HasSubstr("een bron gepauzeerd"));
    EXPECT_THAT(page, HasSubstr("anna &lt;a&gt;"));
    EXPECT_THAT(page, HasSubstr("uwv until &quot;tomorrow&quot;"));
    EXPECT_THAT(page, HasSubstr("andere instellingen in werking"));
    EXPECT_THAT(page, HasSubstr("/tijdlijn?dag=2027-01-14"));
    EXPECT_THAT(page, Not(HasSubstr("/tijdlijn?dag=2027-01-16"))) << "tomorrow has not been";
    EXPECT_THAT(page, HasSubstr("1.200 keren gelezen zonder bijzonderheden") );
    EXPECT_THAT(timeline_body({}, clock().day(noon) - std::chrono::days(3), feeds, clock(), noon, english), HasSubstr("Nothing out of the ordinary"));
}

TEST(PlanningPage, TellsWhatComesAtSetTimesAllTheTimeAndNotByItself)
{
    health::Snapshot snapshot;
    snapshot.taken = noon;
    snapshot.feeds = { feed("dagelijks", 24h, { noon + 22h, noon + 46h }), feed("vaak", 15min, { noon + 5min }), feed("hand", 0ms, {}),
        feed("pauze", 15min, {}), feed("eerder", 6h, { noon + 2h }) };
    snapshot.feeds[3].paused = health::PausedState { noon + 48h, "anna", "zij <verhuizen>" };
    auto const page = planning_body(snapshot, clock(), dutch);
    EXPECT_THAT(page, HasSubstr("morgen <time datetime=\"2027-01-16T06:00:00Z\">07:00</time>"));
    EXPECT_LT(page.find("eerder, alles"), page.find("dagelijks, alles")) << "what comes first is first";
    EXPECT_EQ(page.find("2027-01-17T06:00"), std::string::npos) << "a day ahead";
    EXPECT_THAT(page, HasSubstr("elke 15 minuten"));
    EXPECT_THAT(page, HasSubstr("alleen met de hand"));
    EXPECT_THAT(page, HasSubstr("zij &lt;verhuizen&gt;"));
}

TEST(ConfigurationPage, TellsTheVersionInForceAndWhatOfTheFilesIsNot)
{
    ConfigurationShown shown;
    shown.version = "0123456789ab";
    shown.since = noon - 2h;
    shown.in_force = { { "ketensync.toml", "aaaaaaaaaaaaaaaa" }, { "sources.d/uwv.toml", "bbbbbbbbbbbbbbbb" } };
    shown.in_files = shown.in_force;
    shown.sources = { "uwv", "gemeente" };
    shown.source = "uwv";
    shown.settings = { { "sources.uwv.path", "\"/a?b<c\"", "uwv.toml:7" }, { "limits.depth_max", "64", "default" } };
    auto page = configuration_body(shown, noon, dutch);
    EXPECT_THAT(page, HasSubstr("<code>0123456789ab</code>"));
    EXPECT_THAT(page, HasSubstr("&quot;/a?b&lt;c&quot;"));
    EXPECT_THAT(page, HasSubstr("<code>uwv.toml:7</code>"));
    EXPECT_THAT(page, HasSubstr("standaard"));
    EXPECT_THAT(page, HasSubstr("<option selected>uwv</option>"));
    EXPECT_THAT(page, Not(HasSubstr("nog niet in werking")));
    shown.in_files[1].print = "cccccccccccccccc";
    shown.reload_succeeded = false;
    page = configuration_body(shown, noon, dutch);
    EXPECT_THAT(page, HasSubstr("sources.d/uwv.toml changed"));
    EXPECT_THAT(page, HasSubstr("gewijzigd, nog niet in werking"));
    EXPECT_THAT(page, HasSubstr("geweigerd"));
}

TEST(WallClock, KnowsTheDaysOnWhichTheClockGoesForwardOrBack)
{
    using namespace std::chrono;
    auto const wall = clock();
    auto const forward = sys_days(year(2026) / 3 / 29);
    EXPECT_EQ(wall.begin(forward + days(1)) - wall.begin(forward), 23h);
    auto const back = sys_days(year(2026) / 10 / 25);
    EXPECT_EQ(wall.begin(back + days(1)) - wall.begin(back), 25h);
    EXPECT_EQ(wall.day(wall.begin(back)), back);
    EXPECT_EQ(wall.day(wall.begin(back) - 1ms), back - days(1));
    EXPECT_EQ(wall.time(Instant(sys_days(year(2026) / 7 / 1)) + 12h + 3min + 4s), "14:03:04");
    EXPECT_EQ(pipeline::day_text(*pipeline::day_of("2026-02-28")), "2026-02-28");
    for (auto const * const none : { "2026-02-30", "", "28-02-2026", "2026-02-2x", "'; DROP" }) {
        EXPECT_FALSE(pipeline::day_of(none)) << none;
    }
    EXPECT_FALSE(pipeline::WallClock::in("Mars/Olympus"));
}

} // namespace ketensync::web
