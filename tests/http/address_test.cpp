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

} // namespace ketensync::http
