#include "daemon/reconcile/likeness.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

namespace {

/// Longer names are compared by their first letters: a position is a bit of a word.
constexpr std::size_t letters_max = 64;

} // namespace

double jaro(std::string_view a, std::string_view b)
{
    a = a.substr(0, letters_max);
    b = b.substr(0, letters_max);
    if (a.empty() || b.empty()) {
        return a.empty() && b.empty() ? 1.0 : 0.0;
    }
    auto const longest = std::max(a.size(), b.size());
    auto const reach = longest < 4 ? std::size_t { 0 } : longest / 2 - 1;
    std::uint64_t taken = 0;
    std::array<char, letters_max> met {};
    std::size_t matches = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto const end = std::min(b.size(), i + reach + 1);
        for (auto j = i > reach ? i - reach : 0; j < end; ++j) {
            if ((taken >> j & 1U) == 0 && a[i] == b[j]) {
                taken |= std::uint64_t { 1 } << j;
                met[matches++] = a[i];
                break;
            }
        }
    }
    if (matches == 0) {
        return 0.0;
    }
    std::size_t misplaced = 0;
    std::size_t k = 0;
    for (auto rest = taken; rest != 0; rest &= rest - 1) {
        misplaced += met[k++] != b[static_cast<std::size_t>(std::countr_zero(rest))] ? 1U : 0U;
    }
    auto const m = static_cast<double>(matches);
    return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size())
               + (m - static_cast<double>(misplaced / 2)) / m)
        / 3.0;
}

double jaro_winkler(std::string_view a, std::string_view b)
{
    auto const base = jaro(a, b);
    std::size_t start = 0;
    while (start < 4 && start < a.size() && start < b.size() && a[start] == b[start]) {
        ++start;
    }
    return base + 0.1 * static_cast<double>(start) * (1.0 - base);
}

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            now[j] = std::min({ last[j] + 1, now[j - 1] + 1, replaced });
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before[j - 2] + 1);
            }
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

bool within_one_edit(std::string_view a, std::string_view b)
{
    if (a.size() > b.size()) {
        std::swap(a, b);
    }
    if (b.size() - a.size() > 1) {
        return false;
    }
    auto const differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    auto const at = static_cast<std::size_t>(differ.first - a.begin());
    auto const a_rest = a.substr(at);
    auto const b_rest = b.substr(at);
    if (a.size() < b.size()) {
        return a_rest == b_rest.substr(1);
    }
    if (a_rest.empty() || a_rest.substr(1) == b_rest.substr(1)) {
        return true;
    }
    return a_rest.size() >= 2 && a_rest[0] == b_rest[1] && a_rest[1] == b_rest[0]
        && a_rest.substr(2) == b_rest.substr(2);
}

} // namespace ketensync::reconcile
