#pragma once

#include "daemon/base/big_pages.hpp"
#include "daemon/reconcile/normal.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// A distinct value of one type; 0 says nothing. Like a WordId it says that values are equal and never which is first.
using Code = std::uint32_t;

/// What is to be known of a value without looking at its letters.
struct Value {
    std::uint32_t near = 0; ///< as in Normal
    std::uint32_t area = 0;
    std::uint32_t number = 0;
    std::uint32_t count : 30 = 0; ///< records that tell it now
    bool proven : 1 = false;
    bool silent : 1 = false; ///< so many tell it that it can be no more than a placeholder
};
static_assert(sizeof(Value) == 16);

/// The words of a name.
struct NameWords {
    std::array<WordId, Normal::words_max> words {};
    std::uint8_t count = 0;
    std::uint8_t surname_from = 0;
    WordId const * begin() const { return words.data(); }
    WordId const * end() const { return words.data() + count; }
};

/// Every distinct value of one type once, normalised once. One thread adds; any number may read.
class Dictionary {
public:
    Dictionary(MatchType type, Words & words);
    Code add(std::string_view raw, DateOrder order = {});
    /// The same in two steps: between them what is looked up can be fetched. Nothing else may be added to `sought`.
    struct Sought {
        std::uint64_t hash = 0;
        Normal normal; ///< of types that are normalised before they are looked up
    };
    void seek(std::string_view raw, DateOrder order, Sought & sought);
    Code add(std::string_view raw, DateOrder order, Sought & sought);
    void prefetch(Code code) const { __builtin_prefetch(&m_values[code]); }
    /// What is looked at when the value is compared with another.
    void prefetch_to_compare(Code code) const
    {
        __builtin_prefetch(&m_values[code]);
        if (!m_letters.empty()) {
            __builtin_prefetch(&m_letters[code]);
        }
        if (!m_words.empty()) {
            __builtin_prefetch(&m_words[code]);
        }
    }
    /// For values that are made of others and not read.
    Code add(Normal const & normal);

    MatchType type() const { return m_type; }
    Value const & operator[](Code code) const { return m_values[code]; }
    Value & operator[](Code code) { return m_values[code]; }
    std::string_view text(Code code) const { return m_texts.text(code); }
    /// Of types that are compared by their letters.
    Letters letters(Code code) const { return m_letters[code]; }
    Spelling spelling(Code code) const { return { text(code), m_letters[code] }; }
    NameWords const & words(Code code) const { return m_words[code]; }
    Words const & vocabulary() const { return m_vocabulary; }
    std::size_t size() const { return m_values.size(); }
    std::size_t bytes() const;

    void count(Code code, int more);
    /// Records that tell any value, and the chance that two of them tell the same.
    double told() const { return static_cast<double>(m_told); }
    double likeness() const;
    /// What raw texts were seen is not kept: it comes back as they are seen.
    void keep(auto & snapshot) { snapshot(m_texts, m_values, m_letters, m_words, m_told, m_squares); }
    /// Forgets what is only needed to add.
    void freeze();

private:
    struct Seen {
        std::uint64_t hash = 0;
        Code code = 0;
    };
    Code add(Normal const & normal, std::uint32_t hash);
    void grow_seen();

    MatchType m_type;
    Words & m_vocabulary;
    Normaliser m_normaliser;
    Sought m_sought;
    Texts m_texts;
    BigVector<Value> m_values;
    BigVector<Letters> m_letters; ///< of what is compared by its letters only
    BigVector<NameWords> m_words; ///< of names only
    BigVector<Seen> m_seen; ///< raw texts, by hash: normalising a name costs more than finding it
    std::size_t m_seen_count = 0;
    std::uint64_t m_told = 0;
    double m_squares = 0; ///< sum of count * (count - 1)
};

} // namespace ketensync::reconcile
