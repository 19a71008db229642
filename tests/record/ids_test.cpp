#include "daemon/record/ids.hpp"

#include <gtest/gtest.h>

namespace ketensync::record {

TEST(Fingerprint, TellsPartsApart)
{
    EXPECT_EQ(fingerprint({ "ab", "c" }), fingerprint({ "ab", "c" }));
    EXPECT_NE(fingerprint({ "ab", "c" }), fingerprint({ "a", "bc" }));
    EXPECT_NE(fingerprint({ "ab" }), fingerprint({ "ab", "" }));
    EXPECT_NE(fingerprint("ab"), fingerprint("ac"));
}

} // namespace ketensync::record
