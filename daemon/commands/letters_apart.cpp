#include "daemon/commands/letters_apart.hpp"

#include "daemon/web/page.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ketensync::commands {

namespace {

constexpr std::size_t letters_max = 200;

std::vector<std::string_view> letters_of(std::string_view text)
{
    std::vector<std::string_view> letters;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t size = 1;
        while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0U) == 0x80U) {
            ++size;
        }
        letters.push_back(text.substr(at, size));
        at += size;
    }
    return letters;
}

std::string marked(std::vector<std::string_view> const & letters, std::vector<bool> const & common)
{
    std::string html;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        bool const apart = !common[i];
        html += apart && (i == 0 || common[i - 1]) ? "<mark>" : "";
        html += web::escaped(letters[i]);
        html += apart && (i + 1 == letters.size() || common[i + 1]) ? "</mark>" : "";
    }
    return html;
}

}

LettersApart letters_apart(std::string_view a, std::string_view b)
{
    auto const left = letters_of(a), right = letters_of(b);
    std::vector<bool> in_left(left.size(), a == b), in_right(right.size(), a == b);
    std::size_t common = a == b ? left.size() : 0;
    if (a != b && left.size() <= letters_max && right.size() <= letters_max) {
        // longest[i][j]: of what both have from i and j on.
        std::vector<std::vector<std::size_t>> longest(left.size() + 1, std::vector<std::size_t>(right.size() + 1));
        for (auto i = left.size(); i-- > 0;) {
            for (auto j = right.size(); j-- > 0;) {
                longest[i][j] = left[i] == right[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        common = longest[0][0];
        for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
            if (left[i] == right[j]) {
                in_left[i++] = true;
                in_right[j++] = true;
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                ++i;
            } else {
                ++j;
            }
        }
    }
    auto const most = std::max(left.size(), right.size());
    return { marked(left, in_left), marked(right, in_right),
        most == 0 ? 1 : static_cast<double>(common) / static_cast<double>(most) };
}

}
