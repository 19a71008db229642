#include "tests/region/bsn.hpp"

#include <gtest/gtest.h>

TEST(Region, GivesEveryPersonAValidBsnOfTheirOwn)
{
    EXPECT_TRUE(ketensync::region::passes_elfproef(123456782));
}
