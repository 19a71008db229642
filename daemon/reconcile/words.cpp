#include "daemon/reconcile/words.hpp"

#include "daemon/reconcile/likeness.hpp"
#include "daemon/reconcile/sound.hpp"
#include "daemon/reconcile/word_lists.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::reconcile {

Words::Words()
    : m_words(1)
{
}

WordId Words::add(std::string_view folded)
{
    auto const word = m_texts.add(folded);
    if (word == m_words.size()) {
        Word made;
        made.sound = static_cast<std::uint32_t>(hash_text(reconcile::sound(folded)) >> 32U);
        auto const sets = alike_sets(folded);
        std::copy_n(sets.begin(), std::min(sets.size(), sets_max), made.sets.begin());
        m_words.push_back(made);
    }
    return word;
}

bool Words::alike(WordId a, WordId b) const
{
    auto const & sets_b = m_words[b].sets;
    for (auto const set : m_words[a].sets) {
        if (set != 0 && std::find(sets_b.begin(), sets_b.end(), set) != sets_b.end()) {
            return true;
        }
    }
    auto shorter = text(a);
    auto longer = text(b);
    if (shorter.size() > longer.size()) {
        std::swap(shorter, longer);
    }
    return (shorter.size() >= 3 && longer.starts_with(shorter)) || (shorter.size() >= 4 && longer.ends_with(shorter));
}

bool may_be_close(std::string_view a, std::string_view b)
{
    auto const letters = [](std::string_view text) {
        std::uint64_t set = 0;
        for (char const letter : text) {
            set |= std::uint64_t { 1 } << (static_cast<unsigned char>(letter) & 63U);
        }
        return set;
    };
    auto const of_a = letters(a);
    auto const of_b = letters(b);
    auto const common = [](std::string_view text, std::uint64_t other) {
        std::size_t count = 0;
        for (char const letter : text) {
            count += other >> (static_cast<unsigned char>(letter) & 63U) & 1U;
        }
        return count;
    };
    // At most so many letters can match, so the likeness is at most this.
    auto const matches = static_cast<double>(std::min(common(a, of_b), common(b, of_a)));
    auto const most = (matches / static_cast<double>(a.size()) + matches / static_cast<double>(b.size()) + 1.0) / 3.0;
    std::size_t start = 0;
    while (start < 4 && start < a.size() && start < b.size() && a[start] == b[start]) {
        ++start;
    }
    return most + 0.1 * static_cast<double>(start) * (1.0 - most) >= 0.8;
}

Closeness closeness(std::string_view a, std::string_view b)
{
    auto const shorter = std::min(a.size(), b.size());
    if (shorter < 3 || !may_be_close(a, b)) {
        return Closeness::none;
    }
    auto const likeness = jaro_winkler(a, b);
    if (likeness >= 0.92 || (shorter >= 4 && likeness >= 0.8 && within_one_edit(a, b))) {
        return Closeness::close;
    }
    return likeness >= 0.84 ? Closeness::faint : Closeness::none;
}

} // namespace ketensync::reconcile
