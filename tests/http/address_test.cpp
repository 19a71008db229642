#include "daemon/http/address.hpp"

#include <gtest/gtest.h>

namespace ketensync::http {

TEST(Address, TakesAnAddressApart)
{
    auto const address = parse_address("https://bron.example:8443/api/v5");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->origin, "https://bron.example:8443");
    EXPECT_EQ(address->path, "/api/v5");
    EXPECT_TRUE(address->secure);
    EXPECT_EQ(parse_address("https://bron.example")->path, "/");
    EXPECT_EQ(parse_address("http://[::1]:80/x")->origin, "http://[::1]:80");
    EXPECT_FALSE(parse_address("http://127.0.0.1")->secure);
}

TEST(Address, RefusesWhatDoesNotBelongInAnAddress)
{
    for (auto const * const text : { "", "bron.example", "file:///etc/passwd", "ftp://bron.example/", "gopher://x/",
             "https://user@bron.example/", "https://user:geheim@bron.example/", "https://bron.example/?key=geheim",
             "https://bron.example/#x", "https://a b/" }) {
        auto const address = parse_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().failure, Failure::configuration);
        EXPECT_EQ(address.error().what.find("geheim"), std::string::npos);
    }
}

TEST(Address, EncodesASegment)
{
    EXPECT_EQ(encoded("aZ0-._~"), "aZ0-._~");
    EXPECT_EQ(encoded("a/b?c&d=é\n"), "a%2Fb%3Fc%26d%3D%C3%A9%0A");
}

TEST(Address, FollowsALinkWithinItsOrigin)
{
    auto const source = parse_address("https://bron.example/api/v5").value();
    for (auto const & [link, target] : { std::pair("https://bron.example/api/v5/p?n=2", "/api/v5/p?n=2"),
             std::pair("https://BRON.example:443/p", "/p"), std::pair("/p?n=2", "/p?n=2"),
             std::pair("?n=2&c=a%20b", "/api/v5/p?n=2&c=a%20b"), std::pair("q?n=2#deel", "/api/v5/q?n=2") }) {
        auto const found = target_of(source, "/api/v5/p?n=1", link);
        ASSERT_TRUE(found) << link;
        EXPECT_EQ(*found, target) << link;
    }
}

TEST(Address, FollowsNoLinkToAnotherOrigin)
{
    auto const source = parse_address("https://bron.example/api").value();
    for (auto const * const link : { "https://elders.example/api", "http://bron.example/api",
             "https://bron.example:8443/api", "//elders.example/p", "https://bron.example@elders.example/p",
             "https://u:p@bron.example/p", "https://bron.example.elders.example/p", "file:///etc/passwd", "ftp://bron.example/",
             "https://", "http://127.0.0.1/" }) {
        auto const found = target_of(source, "/api/p", link);
        ASSERT_FALSE(found) << link;
        EXPECT_EQ(found.error().failure, Failure::bad_page) << link;
    }
}

} // namespace ketensync::http
