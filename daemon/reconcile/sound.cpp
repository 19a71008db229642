#include "daemon/reconcile/sound.hpp"

#include <array>

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
        for (auto const & rule : rules) {
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
