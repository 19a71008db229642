#include "daemon/web/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync;
using namespace ketensync::web;
using testing::HasSubstr;
using testing::Not;

TEST(Page, frames_a_body_with_what_every_page_has)
{
    auto const text = framed({ .title = "Stand <nu>", .path = "/", .version = "1.2", .user = "anna & co" }, "<p>hier</p>\n");
    EXPECT_THAT(text, HasSubstr("<html lang=\"nl\">"));
    EXPECT_THAT(text, HasSubstr("<title>Ketensync: Stand &lt;nu&gt;</title>"));
    EXPECT_THAT(text, HasSubstr("<a href=\"/\" aria-current=\"page\">Nu</a>"));
    EXPECT_THAT(text, HasSubstr("<h1>Stand &lt;nu&gt;</h1>\n<p>hier</p>\n</main>"));
    EXPECT_THAT(text, HasSubstr("ketensync 1.2 – aangemeld als anna &amp; co"));
    EXPECT_THAT(text, Not(HasSubstr("<script")));
}

TEST(Page, speaks_english_where_asked)
{
    auto const text = framed({ .title = "Now", .path = "/elsewhere", .language = Language::english, .script = "/keys.js" }, "");
    EXPECT_THAT(text, HasSubstr("<html lang=\"en\">"));
    EXPECT_THAT(text, HasSubstr("<a href=\"/\">Now</a>"));
    EXPECT_THAT(text, HasSubstr("<script src=\"/keys.js\" defer></script>"));
}

TEST(Page, lets_a_browser_use_our_own_things_only)
{
    auto const answer = page({}, "", 403);
    EXPECT_EQ(answer.status, 403);
    std::string headers;
    for (auto const & [name, value] : answer.headers) {
        headers += name + ": " + value + '\n';
    }
    EXPECT_THAT(headers, HasSubstr("default-src 'none'; style-src 'self'; script-src 'self'"));
    EXPECT_THAT(headers, HasSubstr("form-action 'self'"));
    EXPECT_THAT(headers, HasSubstr("Referrer-Policy: same-origin"));
    EXPECT_THAT(headers, Not(HasSubstr("unsafe")));
}

TEST(Page, tells_when_in_words_and_exactly)
{
    auto const now = Instant(std::chrono::sys_days { std::chrono::November / 21 / 2026 } + std::chrono::hours(12));
    EXPECT_EQ(moment(now - std::chrono::minutes(1), now), "<time datetime=\"2026-11-21T11:59:00Z\">1 minuut geleden</time>");
    EXPECT_EQ(moment(now + std::chrono::hours(72), now), "<time datetime=\"2026-11-24T12:00:00Z\">over 3 dagen</time>");
    EXPECT_EQ(counted(1, "paar", "paren"), "1 paar");
    EXPECT_EQ(counted(0, "paar", "paren"), "0 paren");
}
