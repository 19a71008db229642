#include "daemon/formats/format.hpp"

#include <gtest/gtest.h>

namespace ketensync::formats {

TEST(Encoding, ReadsWindows1252)
{
    std::string text;
    EXPECT_TRUE(to_utf8("Jos\xe9 \x80 \x8aim\x9f\xff", Encoding::cp1252, text));
    EXPECT_EQ(text, "José € Šim\u0178ÿ");
}

TEST(Encoding, RefusesBytesThatWindows1252DoesNotHave)
{
    std::string text;
    for (char const byte : { '\x81', '\x8d', '\x8f', '\x90', '\x9d' }) {
        EXPECT_FALSE(to_utf8(std::string("a") + byte, Encoding::cp1252, text));
    }
}

TEST(Encoding, ReadsEveryByteOfIso8859)
{
    for (int byte = 1; byte < 256; ++byte) {
        std::string text;
        EXPECT_TRUE(to_utf8(std::string(1, static_cast<char>(byte)), Encoding::iso_8859_1, text));
        EXPECT_TRUE(valid_utf8(text));
        EXPECT_EQ(text.size(), byte < 128 ? 1U : 2U);
    }
}

TEST(Encoding, RefusesInvalidUtf8)
{
    std::string text;
    EXPECT_TRUE(to_utf8("Zoë 東 🙂", Encoding::utf8, text));
    EXPECT_EQ(text, "Zoë 東 🙂");
    // A lone tail, a cut sequence, an overlong slash, a surrogate, beyond Unicode.
    for (auto const * const bytes : { "\x80", "\xe2\x82", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff" }) {
        EXPECT_FALSE(valid_utf8(bytes));
        EXPECT_FALSE(to_utf8(bytes, Encoding::utf8, text));
    }
}

} // namespace ketensync::formats
