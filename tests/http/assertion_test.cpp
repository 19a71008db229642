#include "daemon/http/assertion.hpp"

#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>

#include <algorithm>

// That the signature holds is verified where tokens are given, in the simulated region.

namespace ketensync::http {

using support::TestAuthority;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr Instant now { std::chrono::seconds(1'900'000'000) };

Assertion ours()
{
    return { Assertion::Algorithm::rs256, "ons \"id\"", "https://login.example/token", "sleutel-1" };
}

} // namespace

TEST(Assertion, HasThreePartsWithoutPadding)
{
    TestAuthority const authority;
    auto const made = signed_assertion(ours(), authority.rsa_key(), now);
    ASSERT_TRUE(made) << made.error().what;
    EXPECT_EQ(std::count(made->begin(), made->end(), '.'), 2);
    EXPECT_EQ(made->find_first_of("+/="), std::string::npos);
    // 2048 bits of signature.
    EXPECT_EQ(made->size() - made->rfind('.') - 1, 342U);
}

TEST(Assertion, IsAnotherOneEachTime)
{
    TestAuthority const authority;
    auto const key = authority.rsa_key();
    auto const first = signed_assertion(ours(), key, now).value();
    auto const second = signed_assertion(ours(), key, now).value();
    EXPECT_EQ(first.substr(0, first.find('.')), second.substr(0, second.find('.')));
    EXPECT_NE(first.substr(first.find('.')), second.substr(second.find('.')));
}

TEST(Assertion, RefusesAKeyThatIsNoneOrTooShort)
{
    TestAuthority const authority;
    auto const whole = authority.rsa_key();
    for (auto const & key : { std::string("geheim"), std::string(), authority.client_key(), authority.rsa_key(1024),
             whole.substr(0, whole.size() / 2) }) {
        auto const made = signed_assertion(ours(), key, now);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().failure, Failure::configuration);
        EXPECT_THAT(made.error().what, Not(HasSubstr("geheim")));
    }
}

TEST(Assertion, EncodesBytesForAddresses)
{
    EXPECT_EQ(base64url(""), "");
    EXPECT_EQ(base64url("f"), "Zg");
    EXPECT_EQ(base64url("fo"), "Zm8");
    EXPECT_EQ(base64url("foo"), "Zm9v");
    EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
}

} // namespace ketensync::http
