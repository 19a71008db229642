#pragma once

#include <string>
#include <string_view>

namespace ketensync::commands {

/// How two texts differ, for people.
struct LettersApart {
    std::string a; ///< HTML: what the other lacks stands in <mark>
    std::string b;
    double alike = 0; ///< share of the letters that both have, in their order: 1 is the same text
};

/// Letter by letter (of UTF-8), the longest that both have in order left unmarked. Texts of more than 200 letters are marked
/// whole where they differ. Pure.
LettersApart letters_apart(std::string_view a, std::string_view b);

}
