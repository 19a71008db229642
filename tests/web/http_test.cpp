#include "daemon/web/http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

using namespace ketensync;
using namespace ketensync::web;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

std::vector<Route> const pages {
    { "/hello", false,
        [](Request const & request) {
            return Response { 200, "text/plain", request.asks("loud") ? "HELLO" : "hello" };
        } },
    { "/part/", true,
        [](Request const & request) {
            return Response { 200, "text/plain", "part " + request.rest };
        } },
    { "/broken", false, [](Request const &) -> Response { throw std::runtime_error("secret"); } },
    { "/form", false,
        [](Request const & request) {
            return Response { 200, "text/plain", request.posted ? "posted " + request.value("name") : "asked " + request.value("name") };
        },
        true, true },
};

/// The status line of what refuses it, or of what answers it with that body.
std::string post(std::string const & headers, std::string const & body, std::string const & path = "/form")
{
    auto understood = understand("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n", pages, 100, Instant {});
    auto * const asked = std::get_if<Asked>(&understood);
    return asked == nullptr ? std::get<std::string>(understood)
        : asked->posted_bytes != body.size() || !take_posted(body, *asked) ? std::string("no form")
                                                                               : answer(*asked, Instant {});
}
std::string const form = "Content-Type: application/x-www-form-urlencoded\r\n";

std::string ask(std::string const & line, std::string const & headers = "Host: localhost:9464\r\n")
{
    return answer(line + "\r\n" + headers + "\r\n", pages, Instant {});
}

} // namespace

TEST(Http, answers_a_page_with_headers_that_keep_it_to_itself)
{
    auto const text = ask("GET /hello HTTP/1.1");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(text, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(text, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(text, HasSubstr("Content-Security-Policy: default-src 'none'"));
    EXPECT_THAT(text, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(text, HasSubstr("Connection: Close\r\n"));
    EXPECT_THAT(text, HasSubstr("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
    EXPECT_THAT(text, testing::EndsWith("\r\n\r\nhello"));
}

TEST(Http, answers_head_as_get_without_the_body)
{
    auto const text = ask("HEAD /hello HTTP/1.1");
    EXPECT_THAT(text, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(text, testing::EndsWith("\r\n\r\n"));
}

TEST(Http, refuses_every_other_method_and_names_those_it_takes)
{
    for (auto const * method : { "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get" }) {
        auto const text = ask(std::string(method) + " /hello HTTP/1.1");
        EXPECT_THAT(text, StartsWith("HTTP/1.1 405 ")) << method;
        EXPECT_THAT(text, HasSubstr("Allow: GET, HEAD\r\n"));
    }
}

TEST(Http, passes_the_query_and_the_rest_of_the_path)
{
    EXPECT_THAT(ask("GET /hello?loud HTTP/1.1"), HasSubstr("HELLO"));
    EXPECT_THAT(ask("GET /hello?a=1&loud=yes HTTP/1.1"), HasSubstr("HELLO"));
    EXPECT_THAT(ask("GET /part/feed:uwv/werk HTTP/1.1"), HasSubstr("part feed:uwv/werk"));
    EXPECT_THAT(ask("GET /part/feed%3Auwv%2Fwerk HTTP/1.1"), HasSubstr("part feed:uwv/werk"));
}

TEST(Http, has_nothing_but_its_table)
{
    for (auto const * path : { "/nothing", "/hello/", "/hello/../../etc/passwd", "//hello", "/part" }) {
        EXPECT_THAT(ask(std::string("GET ") + path + " HTTP/1.1"), StartsWith("HTTP/1.1 404 ")) << path;
    }
}

TEST(Http, refuses_what_is_not_a_request)
{
    for (auto const * line : { "", "GET", "hello", "\x16\x03\x01", "GET /%zz HTTP/1.1" }) {
        EXPECT_THAT(ask(line), StartsWith("HTTP/1.1 4")) << line;
    }
    EXPECT_THAT(ask("GET /hello HTTP/2.0"), StartsWith("HTTP/1.1 505 "));
    EXPECT_THAT(ask("GET /hello HTTP/1.1", ""), StartsWith("HTTP/1.1 400 "));
    std::string many = "Host: localhost\r\n";
    for (int i = 0; i < 1000; ++i) {
        many += "a: b\r\n";
    }
    EXPECT_THAT(ask("GET /hello HTTP/1.1", many), StartsWith("HTTP/1.1 400 "));
}

TEST(Http, refuses_with_400_what_two_programs_in_a_row_may_read_differently)
{
    std::string const host = "Host: localhost\r\n";
    std::string const line = "GET /hello HTTP/1.1\r\n";
    std::vector<std::string> const malformed {
        // the request line
        "GET /hello\r\n" + host, "GET  /hello HTTP/1.1\r\n" + host, "GET /hello  HTTP/1.1\r\n" + host, " GET /hello HTTP/1.1\r\n" + host,
        "GET\t/hello\tHTTP/1.1\r\n" + host, "GET /hello HTTP/1.1 \r\n" + host, "GET /hel lo HTTP/1.1\r\n" + host,
        "GET hello HTTP/1.1\r\n" + host, "GET http://localhost/hello HTTP/1.1\r\n" + host, "GET * HTTP/1.1\r\n" + host,
        "GET /hello#part HTTP/1.1\r\n" + host, "GET /h\xc3\xa9llo HTTP/1.1\r\n" + host, "GET /hel\x01lo HTTP/1.1\r\n" + host,
        std::string("GET /hel\0lo HTTP/1.1\r\n", 22) + host, "G(ET /hello HTTP/1.1\r\n" + host, "GET /hello HTTP/1\r\n" + host,
        "GET /hello http/1.1\r\n" + host, "GET /hello HTTP/1.1\n" + host, "GET /hello HTTP/1.1\r" + host, "\r\n" + line + host,
        "GET /%zz HTTP/1.1\r\n" + host,
        // header lines
        line + "Host : localhost\r\n", line + " Host: localhost\r\n", line + host + " folded\r\n", line + host + "\tfolded: x\r\n",
        line + host + "no colon\r\n", line + host + ": no name\r\n", line + host + "a b: c\r\n", line + host + "a: b\nc: d\r\n",
        line + host + "a: b\rc: d\r\n", line + host + std::string("a: b\0c\r\n", 8), line + host + "a\x80: b\r\n",
        line + host + host, line + host + "host: evil.example\r\n",
        // how long it is
        line + host + "Content-Length: 5\r\n", line + host + "Content-Length: 0\r\nContent-Length: 0\r\n",
        line + host + "Content-Length: 0, 0\r\n", line + host + "Content-Length: +0\r\n", line + host + "Content-Length: -1\r\n",
        line + host + "Content-Length: 0x0\r\n", line + host + "Content-Length:\r\n", line + host + "Content-Length: 99999999999999999999\r\n",
        line + host + "Transfer-Encoding: chunked\r\n", line + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        line + host + "Transfer-Encoding: identity\r\n", line + host + "transfer-encoding:\tchunked, identity\r\n",
        line + host + "Transfer-Encoding : chunked\r\n", line + host + "Transfer-Encoding\x0b: chunked\r\n",
    };
    EXPECT_GE(malformed.size(), 30U);
    for (auto const & text : malformed) {
        EXPECT_THAT(answer(text + "\r\n", pages, Instant {}), StartsWith("HTTP/1.1 400 ")) << testing::PrintToString(text);
    }
    EXPECT_THAT(answer(line + host + "Content-Length: 0\r\nX-Odd_name!: \t value \xc3\xa9 \r\n\r\n", pages, Instant {}),
        StartsWith("HTTP/1.1 200 "));
}

TEST(Http, answers_only_to_the_names_of_this_machine)
{
    for (auto const * host : { "localhost", "localhost:9464", "127.0.0.1", "127.0.0.1:9464", "[::1]", "[::1]:9464" }) {
        EXPECT_THAT(ask("GET /hello HTTP/1.1", std::string("Host: ") + host + "\r\n"), StartsWith("HTTP/1.1 200 "))
            << host;
    }
    for (auto const * host :
        { "evil.example", "evil.example:9464", "localhost.evil.example", "127.0.0.1.evil.example", "" }) {
        EXPECT_THAT(ask("GET /hello HTTP/1.1", std::string("Host: ") + host + "\r\n"), StartsWith("HTTP/1.1 421 "))
            << host;
    }
}

TEST(Http, answers_500_without_telling_why_when_a_handler_throws)
{
    auto const text = ask("GET /broken HTTP/1.1");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(Http, takes_a_form_where_a_page_takes_forms)
{
    EXPECT_THAT(post(form + "Content-Length: 18\r\n", "name=a%26b+c&name2="), testing::EndsWith("no form")); // its length is 19
    EXPECT_THAT(post(form + "Content-Length: 19\r\n", "name=a%26b+c&name2="), testing::EndsWith("\r\n\r\nposted a&b c"));
    EXPECT_THAT(post("Content-Type: Application/X-WWW-Form-Urlencoded; charset=utf-8\r\nContent-Length: 0\r\n", ""), testing::EndsWith("posted "));
    EXPECT_THAT(ask("GET /form?name=q HTTP/1.1"), testing::EndsWith("asked q"));
}

TEST(Http, refuses_a_form_with_the_status_that_says_why)
{
    EXPECT_THAT(post(form + "Content-Length: 1\r\n", "a", "/hello"), StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(post(form + "Content-Length: 1\r\n", "a", "/nothing"), StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(post(form, ""), StartsWith("HTTP/1.1 411 "));
    EXPECT_THAT(post(form + "Content-Length: 101\r\n", ""), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(post("Content-Length: 1\r\n", "a"), StartsWith("HTTP/1.1 415 "));
    EXPECT_THAT(post("Content-Type: multipart/form-data\r\nContent-Length: 1\r\n", "a"), StartsWith("HTTP/1.1 415 "));
    EXPECT_THAT(post("Content-Type: text/plain\r\nContent-Length: 1\r\n", "a"), StartsWith("HTTP/1.1 415 "));
    EXPECT_THAT(post(form + "Content-Length: 1\r\nExpect: 100-continue\r\n", "a"), StartsWith("HTTP/1.1 417 "));
    for (auto const * method : { "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "post" }) {
        EXPECT_THAT(ask(std::string(method) + " /form HTTP/1.1"), StartsWith("HTTP/1.1 405 ")) << method;
    }
    // what two programs in a row may read differently stays refused
    for (auto const * lengths : { "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
             "Content-Length: +1\r\n", "Content-Length: 1, 1\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length : 1\r\n" }) {
        EXPECT_THAT(post(form + lengths, "a"), StartsWith("HTTP/1.1 400 ")) << lengths;
    }
}

TEST(Http, takes_no_form_that_is_none)
{
    Asked asked;
    asked.route = &pages[3];
    asked.request.posted = true;
    EXPECT_FALSE(take_posted("name=%zz", asked));
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += "a=b&";
    }
    EXPECT_FALSE(take_posted(many, asked));
}

TEST(Http, gives_paths_with_manners_of_their_own_what_they_take)
{
    auto const manners = std::make_shared<Manners const>(Manners {
        [](std::string_view path) { return std::string(path == "/api/act" ? "POST" : path == "/api/thing" ? "GET, HEAD" : ""); },
        [](int status, std::string_view sentence) { return Response { status, "application/problem+json", std::string(sentence), {} }; } });
    Route reads { "/api/", true, [](Request const &) { return Response { 200, "application/json", "read" }; } };
    Route acts { "/api/", true, [](Request const & request) { return Response { 202, "application/json", "did " + request.json }; }, true };
    acts.takes_json = true;
    reads.manners = acts.manners = manners;
    std::vector<Route> const both { reads, acts };
    auto const ask = [&both](std::string const & line, std::string const & headers = {}, std::string const & body = {}) {
        auto understood = understand(line + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n", both, 100, Instant {});
        auto * const asked = std::get_if<Asked>(&understood);
        return asked == nullptr ? std::get<std::string>(understood) : take_posted(body, *asked) ? answer(*asked, Instant {}) : "not taken";
    };
    EXPECT_THAT(ask("GET /api/thing"), testing::EndsWith("read"));
    EXPECT_THAT(ask("POST /api/act", "Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n", "{}"), testing::EndsWith("did {}"));
    for (auto const * asked : { "GET /api/act", "HEAD /api/act", "PUT /api/act", "OPTIONS /api/act" }) {
        EXPECT_THAT(ask(asked), testing::AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: POST\r\n"), HasSubstr("problem+json"))) << asked;
    }
    for (auto const * method : { "GET", "PUT", "POST" }) {
        EXPECT_THAT(ask(std::string(method) + " /api/nothing"), StartsWith("HTTP/1.1 404 ")) << method;
    }
    EXPECT_THAT(ask("HEAD /api/act"), testing::EndsWith("\r\n\r\n")) << "no body where none was asked for";
    EXPECT_THAT(ask("POST /api/thing"), testing::AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD\r\n"), HasSubstr("problem+json")));
    EXPECT_THAT(ask("POST /api/act", form + "Content-Length: 2\r\n", "{}"), testing::AllOf(StartsWith("HTTP/1.1 415 "), HasSubstr("problem+json")));
    EXPECT_THAT(ask("POST /api/act", "Content-Length: 2\r\n", "{}"), StartsWith("HTTP/1.1 415 ")) << "as a form of another site would";
}

TEST(Http, knows_a_header_only_when_one_hand_wrote_it)
{
    Request request { "/", {}, {}, { { "x-user", "anna" }, { "x-twice", "a" }, { "x-twice", "b" } } };
    EXPECT_EQ(request.header("x-user"), "anna");
    EXPECT_EQ(request.header("x-twice"), std::nullopt);
    EXPECT_EQ(request.header("x-none"), std::nullopt);
}
