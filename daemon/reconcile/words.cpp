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
        made.letters = Letters(folded);
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

Closeness closeness(Spelling a, Spelling b)
{
    auto const shorter = std::min(a.text.size(), b.text.size());
    if (shorter < 3 || !may_be_alike(a, b)) {
        return Closeness::none;
    }
    auto const likeness = jaro_winkler(a.text, b.text);
    if (likeness >= 0.92 || (shorter >= 4 && likeness >= Letters::alike_from && within_one_edit(a.text, b.text))) {
        return Closeness::close;
    }
    return likeness >= 0.84 ? Closeness::faint : Closeness::none;
}

} // namespace ketensync::reconcile
