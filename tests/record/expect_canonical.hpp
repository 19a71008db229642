#pragma once

#include "daemon/record/canonical.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ketensync::record {

/// Expects that each first text becomes the second, and that the second stays as it is. "-" stands for nothing valid.
inline void expect_canonical(FieldType type, std::vector<std::pair<std::string, std::string>> const & cases)
{
    std::string scratch;
    for (auto const & [text, expected] : cases) {
        auto const found = canonical(type, text, scratch);
        EXPECT_EQ(found ? std::string(*found) : "-", expected) << to_text(type) << " of '" << text << "'";
        if (!found) {
            EXPECT_FALSE(why_invalid(type, text).empty());
            continue;
        }
        std::string again;
        std::string const once(*found);
        EXPECT_EQ(canonical(type, once, again), once) << to_text(type);
    }
}

} // namespace ketensync::record
