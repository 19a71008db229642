#include "daemon/http/certificate.hpp"
#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

namespace {

double days_from_now(Instant moment)
{
    return std::chrono::duration<double, std::ratio<86'400>>(moment - SystemClock().now()).count();
}

} // namespace

TEST(Certificate, EndsWhenTheFirstOfItsChainDoesAndAListOfAuthoritiesWhenItsLastDoes)
{
    support::TestAuthority authority;
    auto const soon = authority.client_certificate();
    auto const late = authority.certificate_for(400);
    for (auto const & pem : { soon + late, late + soon, authority.client_key() + late + authority.client_key() + soon }) {
        auto const ends = http::certificate_ends(pem);
        ASSERT_TRUE(ends) << ends.error().what;
        EXPECT_NEAR(days_from_now(ends->first), 2, 0.01);
        EXPECT_NEAR(days_from_now(ends->last), 400, 0.01);
    }
    auto const alone = http::certificate_ends(late);
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->first, alone->last);
}

TEST(Certificate, IsToldApartFromATextThatHoldsNoneWithoutSayingWhatItHolds)
{
    support::TestAuthority const authority;
    auto const whole = authority.client_certificate();
    auto broken = whole;
    broken.replace(broken.find("MII"), 3, "%%%");
    for (auto const & pem : { std::string(), std::string("geheim"), authority.client_key(), broken, whole + broken, whole.substr(0, whole.size() / 2) }) {
        auto const ends = http::certificate_ends(pem);
        ASSERT_FALSE(ends) << pem;
        EXPECT_EQ(ends.error().failure, Failure::configuration);
        EXPECT_THAT(ends.error().what, Not(HasSubstr("geheim")));
    }
    EXPECT_TRUE(http::certificate_ends(whole)) << "what was wrong before is forgotten";
}
