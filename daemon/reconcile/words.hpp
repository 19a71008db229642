#pragma once

#include "daemon/reconcile/letters.hpp"
#include "daemon/reconcile/texts.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// A folded word of a name in a dictionary; 0 is no word. Which number a word has depends on the order in which words
/// came, so it says that words are equal and never which comes first.
using WordId = std::uint32_t;

/// Every distinct word of a name once, with what can be said of it alone. About 60 bytes a word, of which it never
/// forgets one. One thread owns it while words are added; any number may read.
class Words {
public:
    static constexpr std::size_t sets_max = 4;
    struct Word {
        std::uint32_t sound = 0; ///< hash of how it sounds to a Dutch ear
        std::array<std::uint16_t, sets_max> sets {}; ///< of names that one person goes by
        Letters letters;
    };

    Words();
    WordId add(std::string_view folded);
    Word const & operator[](WordId word) const { return m_words[word]; }
    std::string_view text(WordId word) const { return m_texts.text(word); }
    Spelling spelling(WordId word) const { return { text(word), m_words[word].letters }; }
    std::size_t size() const { return m_words.size(); }
    std::size_t bytes() const { return m_texts.bytes() + m_words.capacity() * sizeof(Word); }

    void keep(auto & snapshot) { snapshot(m_texts, m_words); }

    /// Names that one person may go by: of one set, or one the beginning or the end of the other, as Bas of Sebastiaan
    /// and Kader of Abdelkader.
    bool alike(WordId a, WordId b) const;

private:
    Texts m_texts;
    std::vector<Word> m_words;
};

/// How alike two words are written, the best first.
enum class Closeness : std::uint8_t {
    close, ///< a slip of the keyboard: one edit, or Jaro-Winkler from 0.92
    faint, ///< several, or a spelling: Jaro-Winkler from 0.84, or the same sound
    none,
};
Closeness closeness(Spelling a, Spelling b);

} // namespace ketensync::reconcile
