#pragma once

#include <cstdint>
#include <string_view>

namespace ketensync::reconcile {

/// Which letters a text has, how often and which comes first, in one word: enough to see of most pairs of names, without
/// looking at their letters, that they are not written alike.
class Letters {
public:
    Letters() = default;
    explicit Letters(std::string_view text);

    /// How many first letters the texts must at least have in common for their Jaro-Winkler to reach `alike_from`: most
    /// pairs need more than the four that count, and need not be looked at.
    static unsigned start_needed(Letters a, Letters b);
    static constexpr unsigned start_max = 4;
    static constexpr double alike_from = 0.8;

private:
    std::uint64_t m_packed = 0; ///< lowest four bits: of the first letter; else how often letters come, by four bits
};

/// A text that is compared, with its letters.
struct Spelling {
    std::string_view text;
    Letters letters;
};

/// Whether Jaro-Winkler of the two may reach Letters::alike_from: never false when it does.
inline bool may_be_alike(Spelling a, Spelling b)
{
    auto const needed = Letters::start_needed(a.letters, b.letters);
    return needed == 0 || (needed <= Letters::start_max && a.text.substr(0, needed) == b.text.substr(0, needed));
}

} // namespace ketensync::reconcile
