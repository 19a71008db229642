#include "daemon/reconcile/sound.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace ketensync::reconcile {

namespace {

struct Rule {
    std::string_view letters;
    std::string_view as;
};

/// The longest that fits is taken, so longer ones come first.
constexpr auto rules = std::to_array<Rule>({
    { "sch", "sg" },
    { "tsj", "s" },
    { "eij", "y" },
    { "ij", "y" },
    { "ei", "y" },
    { "ey", "y" },
    { "ai", "y" },
    { "ay", "y" },
    { "ie", "i" },
    { "oe", "u" },
    { "ou", "u" },
    { "au", "u" },
    { "ck", "k" },
    { "ch", "g" },
    { "kh", "g" },
    { "gh", "g" },
    { "ph", "f" },
    { "dj", "j" },
    { "sj", "s" },
    { "sh", "s" },
    { "dt", "t" },
    { "th", "t" },
    { "ae", "a" },
    { "ue", "u" },
    { "c", "k" },
    { "q", "k" },
    { "z", "s" },
    { "v", "f" },
    { "x", "ks" },
    { "h", "" },
});

/// Which rules begin with a letter, a bit each.
constexpr auto rules_of = [] {
    static_assert(rules.size() <= 32);
    std::array<std::uint32_t, 256> bits {};
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
        bits[static_cast<unsigned char>(rules[rule].letters.front())] |= std::uint32_t { 1 } << rule;
    }
    return bits;
}();

} // namespace

std::string sound(std::string_view folded)
{
    std::string out;
    out.reserve(folded.size());
    auto const put = [&](char letter) {
        if (out.empty() || out.back() != letter) {
            out.push_back(letter);
        }
    };
    for (std::size_t at = 0; at < folded.size();) {
        bool ruled = false;
        for (auto left = rules_of[static_cast<unsigned char>(folded[at])]; left != 0; left &= left - 1) {
            auto const & rule = rules[static_cast<std::size_t>(std::countr_zero(left))];
            if (folded.substr(at, rule.letters.size()) == rule.letters) {
                for (char const letter : rule.as) {
                    put(letter);
                }
                at += rule.letters.size();
                ruled = true;
                break;
            }
        }
        if (!ruled) {
            if (folded[at] != ' ') {
                put(folded[at]);
            }
            ++at;
        }
    }
    if (!out.empty() && out.back() == 'd') {
        out.back() = 't';
        if (out.size() > 1 && out[out.size() - 2] == 't') {
            out.pop_back();
        }
    }
    return out;
}

} // namespace ketensync::reconcile
