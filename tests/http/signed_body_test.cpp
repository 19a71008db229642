#include "daemon/http/signed_body.hpp"

#include <gmock/gmock.h>

namespace ketensync::http {

using testing::HasSubstr;
using testing::Not;

// RFC 4231, cases 2 (whose key is too short for us), 3 and 6.
TEST(SignedBody, IsWhatTheStandardSays)
{
    EXPECT_EQ(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd')).value(),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First").value(),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    auto const refused = hmac_sha256("Jefe", "what do ya want for nothing?");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
    EXPECT_THAT(refused.error().what, Not(HasSubstr("Jefe")));
}

} // namespace ketensync::http
