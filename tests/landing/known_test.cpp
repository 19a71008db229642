#include "daemon/landing/known.hpp"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace ketensync::landing {

namespace {

record::Fingerprint of(std::string const & text) { return record::fingerprint(std::string_view(text)); }

}

TEST(Known, FindsADocumentByItsContentUntilTheContentChanges)
{
    Known known;
    auto const slot = known.add(of("key"), of("one"), 0);
    EXPECT_EQ(known.with_content(of("one")), slot);
    known.change(slot, of("two"), 0);
    EXPECT_EQ(known.with_content(of("one")), Known::none);
    EXPECT_EQ(known.with_content(of("two")), slot);
    known.change(slot, of("one"), 0);
    EXPECT_EQ(known.with_content(of("one")), slot);
    EXPECT_EQ(known.with_content(of("two")), Known::none);
}

TEST(Known, DoesNotAnswerForADocumentThatIsGone)
{
    Known known;
    auto const slot = known.add(of("key"), of("one"), 0);
    known.mark_gone(slot);
    EXPECT_EQ(known.with_content(of("one")), Known::none);
    EXPECT_EQ(known.with_key(of("key")), slot);
    EXPECT_EQ(known.live(), 0U);
    known.change(slot, of("one"), 0);
    EXPECT_EQ(known.with_content(of("one")), slot);
    EXPECT_EQ(known.live(), 1U);
}

TEST(Known, SaysWhatADeliveryDidNotShow)
{
    Known known;
    auto const march = known.period("2024-03");
    auto const april = known.period("2024-04");
    auto const a = known.add(of("a"), of("a1"), march);
    auto const b = known.add(of("b"), of("b1"), march);
    known.add(of("c"), of("c1"), april);
    EXPECT_TRUE(known.see(a));
    EXPECT_FALSE(known.see(a));
    EXPECT_EQ(known.unseen(march), std::vector { b });
    EXPECT_EQ(known.live(march), 2U);
    known.unsee(march);
    EXPECT_EQ(known.unseen(march).size(), 2U);
}

TEST(Known, IsTheSameAgainFromItsPages)
{
    Known known;
    known.take(1, 0, { { of("a"), of("a1"), 0, 10, false }, { of("b"), of("b1"), 0, 10, false } });
    known.take(2, 0, { { of("a"), of("a2"), version(1, 0), 10, false }, { of("b"), {}, version(1, 1), 0, true } });
    EXPECT_EQ(known.with_content(of("a1")), Known::none);
    auto const a = known.with_content(of("a2"));
    ASSERT_NE(a, Known::none);
    EXPECT_EQ(known[a].version, version(2, 0));
    EXPECT_EQ(known.live(), 1U);
}

TEST(Known, AgreesWithAPlainMapOverManyRandomChanges)
{
    std::mt19937 random(7);
    Known known;
    std::unordered_map<std::string, std::string> plain;
    for (int i = 0; i < 20'000; ++i) {
        auto const key = "k" + std::to_string(random() % 500);
        auto const content = key + "=" + std::to_string(random() % 20);
        auto const slot = known.with_key(of(key));
        if (slot == Known::none) {
            known.add(of(key), of(content), 0);
        } else {
            known.change(slot, of(content), 0);
        }
        plain[key] = content;
    }
    EXPECT_EQ(known.live(), plain.size());
    for (auto const & [key, content] : plain) {
        auto const slot = known.with_content(of(content));
        ASSERT_NE(slot, Known::none);
        EXPECT_EQ(known[slot].key, of(key));
    }
}

TEST(Directory, GivesBackWhatItWasGivenAndRefusesDamage)
{
    std::vector<Entry> const entries { { of("a"), of("b"), version(3, 4), 17, false }, { of("c"), {}, 9, 0, true } };
    auto bytes = encode(entries);
    auto const back = decode_directory(bytes);
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 2U);
    EXPECT_EQ((*back)[0].key, entries[0].key);
    EXPECT_EQ((*back)[0].length, 17U);
    EXPECT_EQ((*back)[0].previous, version(3, 4));
    EXPECT_TRUE((*back)[1].gone);
    bytes.pop_back();
    EXPECT_FALSE(decode_directory(bytes));
    Tellings const tellings { { 1, 2 }, {}, { 3 } };
    EXPECT_EQ(decode_tellings(encode(tellings)), tellings);
    EXPECT_FALSE(decode_tellings("\x05zz"));
}

}
