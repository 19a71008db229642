#include "daemon/reconcile/compare.hpp"

#include <algorithm>

namespace ketensync::reconcile {

// How names are compared: what people are called, and what they are called otherwise.

namespace {

/// How many initials agree from the first on; 0 when one differs before either ends.
unsigned common_initials(std::uint32_t a, std::uint32_t b)
{
    for (unsigned place = 0; place < 6; ++place) {
        auto const one = initial_at(a, place);
        auto const other = initial_at(b, place);
        if (one == 0 || other == 0) {
            return place;
        }
        if (one != other) {
            return 0;
        }
    }
    return 6;
}

bool has(NameWords const & words, WordId word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

std::uint32_t Comparer::initials_of(Row row) const
{
    for (auto const slot : m_slots.of_type[static_cast<std::size_t>(MatchType::initials)]) {
        if (auto const code = row[slot]; code != 0) {
            return m_table.dictionary(slot)[code].number;
        }
    }
    for (auto const slot : m_slots.given) {
        if (auto const code = row[slot]; code != 0) {
            return m_table.dictionary(slot)[code].number;
        }
    }
    return 0;
}

Level Comparer::compare_initials(Row a, Row b) const
{
    namespace at = level::given;
    auto const one = initials_of(a);
    auto const other = initials_of(b);
    if (one == 0 || other == 0) {
        return missing;
    }
    auto const common = common_initials(one, other);
    if (common != 0) {
        return common >= 2 ? at::initials : at::initial;
    }
    // What somebody is called may begin otherwise than any of the names.
    auto const & told = m_slots.of_type[static_cast<std::size_t>(MatchType::initials)];
    bool const both = !told.empty() && a[told.front()] != 0 && b[told.front()] != 0;
    return both ? Level { at::different } : Level { at::called };
}

Level Comparer::compare_given(Question const &, Row a, Row b)
{
    namespace at = level::given;
    if (m_slots.given.empty()) {
        return compare_initials(a, b);
    }
    auto const slot = m_slots.given.front();
    auto const & values = m_table.dictionary(slot);
    auto const & words_a = values.words(a[slot]);
    auto const & words_b = values.words(b[slot]);
    if (words_a.count == 0 || words_b.count == 0) {
        return compare_initials(a, b);
    }
    auto const first_a = words_a.words[0];
    auto const first_b = words_b.words[0];
    if (first_a == first_b) {
        return level::exact;
    }
    auto const & vocabulary = values.vocabulary();
    if (has(words_a, first_b) || has(words_b, first_a) || vocabulary.alike(first_a, first_b)) {
        return at::alike;
    }
    for (auto const other : m_slots.full) {
        if ((a[other] != 0 && has(m_table.dictionary(other).words(a[other]), first_b))
            || (b[other] != 0 && has(m_table.dictionary(other).words(b[other]), first_a))) {
            return at::alike;
        }
    }
    for (auto const other : m_slots.given) { // a middle name in a column of its own
        if (other != slot
            && ((a[other] != 0 && has(values.words(a[other]), first_b))
                || (b[other] != 0 && has(values.words(b[other]), first_a)))) {
            return at::alike;
        }
    }
    auto const found = words_a.count == 1 && words_b.count == 1
        ? close(slot, a[slot], b[slot])
        : closeness(vocabulary.spelling(first_a), vocabulary.spelling(first_b));
    if (found == Closeness::close) {
        return at::close;
    }
    // A roepnaam that is in no set: two initials or more that agree still say much; one says nothing.
    if (compare_initials(a, b) == at::initials) {
        return at::initials;
    }
    return found == Closeness::faint || vocabulary[first_a].sound == vocabulary[first_b].sound
        ? Level { at::faint }
        : Level { at::different };
}

/// A word of one's surnames that is one of the other's, the words of a full name included.
bool Comparer::share_word(Row a, Row b) const
{
    for (auto const one : m_slots.surname) {
        if (a[one] == 0) {
            continue;
        }
        auto const & words = m_table.dictionary(one).words(a[one]);
        for (auto const word : words) {
            for (auto const other : m_slots.surname) {
                if (b[other] != 0 && has(m_table.dictionary(other).words(b[other]), word)) {
                    return true;
                }
            }
            for (auto const other : m_slots.full) {
                if (b[other] != 0 && has(m_table.dictionary(other).words(b[other]), word)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// Given name and surname changed places: both, or the one that is told; `missing` when not.
Level Comparer::turned(Row a, Row b)
{
    if (m_slots.given.empty()) {
        return missing;
    }
    auto const given = m_slots.given.front();
    auto const surname = m_slots.surname.front();
    auto const & givens = m_table.dictionary(given);
    auto const & surnames = m_table.dictionary(surname);
    auto const crossed = [&](Row one, Row other) {
        if (one[given] == 0 || other[surname] == 0) {
            return Closeness::faint; // nothing to say
        }
        auto const & words = givens.words(one[given]);
        auto const & names = surnames.words(other[surname]);
        return words.count != 0 && names.count != 0 && words.words[0] == names.words[0]             ? Closeness::close
            : closeness(givens.spelling(one[given]), surnames.spelling(other[surname])) == Closeness::close ? Closeness::close
                                                                                                    : Closeness::none;
    };
    auto const one = crossed(a, b);
    auto const other = crossed(b, a);
    if (one == Closeness::none || other == Closeness::none || (one == Closeness::faint && other == Closeness::faint)) {
        return missing;
    }
    return one == other ? Level { level::surname::turned } : Level { level::surname::half_turned };
}

Level Comparer::compare_surnames(Question const &, Row a, Row b)
{
    namespace at = level::surname;
    bool told_a = false;
    bool told_b = false;
    bool crossed = false;
    for (auto const one : m_slots.surname) {
        told_a = told_a || a[one] != 0;
        told_b = told_b || b[one] != 0;
        for (auto const other : m_slots.surname) {
            if (a[one] != 0 && a[one] == b[other]) {
                if (one == m_slots.surname.front() && one == other) {
                    return level::exact;
                }
                crossed = true;
            }
        }
    }
    if (!told_a || !told_b) {
        return told_a || told_b ? turned(a, b) : missing;
    }
    if (crossed || share_word(a, b) || share_word(b, a)) {
        return at::part;
    }
    auto best = Closeness::none;
    bool sounds = false;
    for (auto const one : m_slots.surname) {
        for (auto const other : m_slots.surname) {
            if (a[one] != 0 && b[other] != 0) {
                best = std::min(best, close(m_slots.surname.front(), a[one], b[other]));
                auto const & values = m_table.dictionary(one);
                sounds = sounds || values[a[one]].near == values[b[other]].near;
            }
        }
    }
    if (best == Closeness::close) {
        return at::close;
    }
    if (auto const crosswise = turned(a, b); crosswise != missing) {
        return crosswise;
    }
    return best == Closeness::faint || sounds ? Level { at::faint } : Level { at::different };
}

} // namespace ketensync::reconcile
