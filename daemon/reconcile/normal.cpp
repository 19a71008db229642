#include "daemon/reconcile/normal.hpp"

#include "daemon/reconcile/fold.hpp"
#include "daemon/reconcile/likeness.hpp"
#include "daemon/reconcile/normal_plain.hpp"
#include "daemon/reconcile/word_lists.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

/// Longer names are cut off: no name is that long, and a comparison must not be made to take forever.
constexpr std::size_t letters_max = 96;

template <typename Action>
void each_word(std::string_view folded, Action action)
{
    for (std::size_t from = 0; from < folded.size();) {
        auto const to = std::min(folded.find(' ', from), folded.size());
        action(folded.substr(from, to - from));
        from = to + 1;
    }
}

std::uint32_t add_initial(std::uint32_t initials, char letter)
{
    for (unsigned place = 0; place < 6; ++place) {
        if (initial_at(initials, place) == 0) {
            return initials | static_cast<std::uint32_t>(letter - 'a' + 1) << 5 * place;
        }
    }
    return initials;
}

bool is_letter(char letter)
{
    return letter >= 'a' && letter <= 'z';
}

/// What people write where they have nothing to write.
bool is_filler(std::string_view folded)
{
    static constexpr std::array<std::string_view, 16> fillers { "", "geen", "missing", "n a", "nan", "nb",
        "niet bekend", "nnb", "none", "null", "nvt", "onbekend", "test", "unknown", "x", "xxx" };
    return std::binary_search(fillers.begin(), fillers.end(), folded)
        || (folded.size() > 3 && folded.find_first_not_of('x') == std::string_view::npos);
}

} // namespace

void Normal::clear()
{
    text.clear();
    near = area = number = 0;
    proven = false;
    word_count = surname_from = 0;
    words = {};
}

void Normaliser::add_word(std::string_view word, Normal & out)
{
    if (out.word_count < Normal::words_max) {
        out.words[out.word_count++] = m_words.add(word);
    }
}

/// "Jansen, van der" and "v.d. Jansen" are "jansen"; of a double name both are words of it.
void Normaliser::surname(Normal & out)
{
    each_word(m_folded, [&](std::string_view word) {
        if (!is_surname_prefix(word) && !is_title(word)) {
            add_word(word, out);
            out.text += word;
        }
    });
    if (out.word_count == 0) { // nothing but prefixes: then that is the name
        each_word(m_folded, [&](std::string_view word) {
            add_word(word, out);
            out.text += word;
        });
    }
    if (out.word_count != 0) {
        out.near = m_words[m_words.add(out.text)].sound;
        out.area = m_words[out.words[0]].sound;
    }
}

/// "Johanna J. Maria" are two words and three initials; "J.P." are initials alone.
void Normaliser::given_name(std::string_view raw, Normal & out)
{
    bool const shouted = raw.size() <= 4 && raw.find('.') != std::string_view::npos;
    each_word(m_folded, [&](std::string_view word) {
        if (is_title(word)) {
            return;
        }
        if (is_letter(word[0])) {
            out.number = add_initial(out.number, word[0]);
        }
        if (word.size() > 1 && !shouted) {
            add_word(word, out);
        }
        out.text += out.text.empty() ? "" : " ";
        out.text += word;
    });
    if (out.word_count != 0) {
        out.near = m_words[out.words[0]].sound;
        auto const first = m_words.text(out.words[0]);
        out.area = static_cast<std::uint32_t>(hash_text(first.substr(0, 3)) >> 32U);
    }
}

/// "Thomas van den Berg" and "Berg, Thomas van den": the last word that is no prefix is the surname, unless a comma
/// says otherwise; what stands behind "of" names a place.
void Normaliser::full_name(std::string_view raw, Normal & out)
{
    std::string folded = m_folded;
    bool turned = false;
    if (auto const comma = raw.find(','); comma != std::string_view::npos) {
        auto const behind = fold(raw.substr(comma + 1));
        auto const before = fold(raw.substr(0, comma));
        auto const first = behind.substr(0, behind.find(' '));
        turned = before.find(' ') == std::string::npos || (is_surname_prefix(first));
        turned = turned && !behind.empty() && !is_title(first);
        folded = turned ? behind + " " + before : before;
        if (!turned) {
            folded += " " + behind;
        }
    }
    each_word(folded, [&](std::string_view word) {
        if (!is_surname_prefix(word) && !is_title(word) && word != "of") {
            add_word(word, out);
            if (is_letter(word[0])) {
                out.number = add_initial(out.number, word[0]);
            }
            out.text += out.text.empty() ? "" : " ";
            out.text += word;
        }
    });
    if (out.word_count != 0) {
        auto last = out.word_count;
        if (auto const comma = raw.find(','); comma != std::string_view::npos && !turned) {
            std::uint8_t count = 0;
            each_word(fold(raw.substr(0, comma)), [&](std::string_view word) {
                count = static_cast<std::uint8_t>(
                    count + (!is_surname_prefix(word) && !is_title(word) && word != "of" ? 1 : 0));
            });
            last = std::clamp<std::uint8_t>(count, 1, out.word_count);
        }
        out.surname_from = static_cast<std::uint8_t>(last - 1);
        out.near = m_words[out.words[out.surname_from]].sound;
    }
}

void Normaliser::normalise(MatchType type, std::string_view raw, DateOrder order, Normal & out)
{
    out.clear();
    raw = raw.substr(0, letters_max);
    fold(raw, m_folded);
    if (is_filler(m_folded)) {
        return;
    }
    switch (type) {
    case MatchType::surname:
        surname(out);
        break;
    case MatchType::given_name:
        given_name(raw, out);
        break;
    case MatchType::full_name:
        full_name(raw, out);
        break;
    case MatchType::initials:
        normalise_initials(raw, out);
        break;
    case MatchType::birth_date:
        normalise_date(raw, order, out);
        break;
    case MatchType::sex:
        normalise_sex(m_folded, out);
        break;
    case MatchType::identifier:
        normalise_identifier(m_folded, out);
        out.number = letter_counts(out.text);
        break;
    case MatchType::postcode:
        normalise_postcode(m_folded, out);
        out.number = letter_counts(out.text);
        break;
    case MatchType::house_number:
        normalise_house_number(m_folded, out);
        out.number = letter_counts(out.text);
        break;
    case MatchType::email:
        normalise_email(raw, out);
        out.number = letter_counts(out.text);
        break;
    case MatchType::telephone:
        normalise_telephone(raw, out);
        out.number = letter_counts(out.text);
        break;
    case MatchType::number:
        normalise_number(raw, out);
        break;
    case MatchType::street:
    case MatchType::place:
    case MatchType::text:
    case MatchType::code:
        normalise_words(type, m_folded, out);
        break;
    }
}

} // namespace ketensync::reconcile
