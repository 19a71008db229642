#pragma once

#include "daemon/reconcile/match_rules.hpp"
#include "daemon/reconcile/words.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ketensync::reconcile {

/// A value as it is compared: what two systems write differently and mean alike is the same here.
struct Normal {
    static constexpr std::size_t words_max = 6;

    std::string text; ///< empty: it says nothing (missing, a placeholder, impossible)
    std::uint32_t near = 0; ///< hash of what is likely to survive a slip: the sound of a name, digits in order
    std::uint32_t area = 0; ///< hash of what it is part of: the year, the first digits of a postcode
    std::uint32_t number = 0; ///< date, sex, initials: packed; of what may be an edit away: its letter_counts
    bool proven = false; ///< an identifier that passes the elfproef
    std::array<WordId, words_max> words {}; ///< of a name; of a full name the surname is in the last places as well
    std::uint8_t word_count = 0;
    std::uint8_t surname_from = 0; ///< of a full name: the words from here on are the surname
    void clear();
};

/// Numbers of dates are year << 9 | month << 5 | day; what is not known is 0.
constexpr std::uint32_t year_of(std::uint32_t date)
{
    return date >> 9U;
}
constexpr std::uint32_t month_of(std::uint32_t date)
{
    return date >> 5U & 15U;
}
constexpr std::uint32_t day_of(std::uint32_t date)
{
    return date & 31U;
}
/// The first of January is what people fill in when they know the year only.
constexpr bool is_vague_date(std::uint32_t date)
{
    return day_of(date) == 0 || (day_of(date) == 1 && month_of(date) == 1);
}
/// Initials are up to six letters of five bits, the first lowest; a = 1.
constexpr std::uint32_t initial_at(std::uint32_t initials, unsigned place)
{
    return initials >> 5 * place & 31U;
}

/// How the dates of a column stand: told by the column as a whole, for 3/4/1970 alone says nothing.
struct DateOrder {
    bool month_first = false;
};

/// Brings values of one type to what is compared. Holds scratch memory, so one a thread.
class Normaliser {
public:
    explicit Normaliser(Words & words)
        : m_words(words)
    {
    }
    void normalise(MatchType type, std::string_view raw, DateOrder order, Normal & out);

private:
    void surname(Normal & out);
    void given_name(std::string_view raw, Normal & out);
    void full_name(std::string_view raw, Normal & out);
    void add_word(std::string_view word, Normal & out);

    Words & m_words;
    std::string m_folded;
};

} // namespace ketensync::reconcile
