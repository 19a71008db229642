#include "daemon/golden/ledger.hpp"

#include <gtest/gtest.h>

namespace ketensync::golden {

TEST(Ledger, FindsWhatItWasToldAndNothingElse)
{
    Ledger ledger;
    for (int i = 0; i < 5'000; ++i) {
        EXPECT_EQ(ledger.add(identity(1, 2, "key" + std::to_string(i)), 1, 2), static_cast<RecordId>(i + 1));
    }
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_EQ(ledger.find(identity(1, 2, "key" + std::to_string(i))), static_cast<RecordId>(i + 1));
    }
    EXPECT_EQ(ledger.find(identity(2, 2, "key1")), 0U);
    EXPECT_EQ(ledger.find(identity(1, 3, "key1")), 0U);
    EXPECT_EQ(ledger.find(identity(1, 2, std::string(500, 'x'))), 0U);
}

TEST(Ledger, KnowsWhoRefersToARecord)
{
    Ledger ledger;
    for (int i = 0; i < 4; ++i) {
        ledger.add(identity(1, 0, std::to_string(i)), 1, 0);
    }
    ledger.refer(3, 1);
    ledger.refer(2, 1);
    ledger.refer(3, 1);
    ledger.refer(4, 2);
    std::vector<RecordId> referrers;
    ledger.referrers(1, referrers);
    EXPECT_EQ(referrers, (std::vector<RecordId> { 2, 3 }));
}

}
