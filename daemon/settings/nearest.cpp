#include "daemon/settings/toml.hpp"

#include <algorithm>

namespace ketensync::settings {

namespace {

/// Insertions, deletions, replacements and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({ last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U) });
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::string nearest(std::string_view word, std::vector<std::string> const & words)
{
    std::string found;
    auto best = word.size() < 2 ? 0 : std::max<std::size_t>(1, word.size() / 3) + 1;
    for (auto const & candidate : words) {
        auto const steps = distance(word, candidate);
        if (steps < best) {
            best = steps;
            found = candidate;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const & words)
{
    auto const found = nearest(word, words);
    return found.empty() ? std::string() : ", did you mean '" + found + "'?";
}

} // namespace ketensync::settings
