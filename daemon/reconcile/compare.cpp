#include "daemon/reconcile/compare.hpp"

#include "daemon/reconcile/likeness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace ketensync::reconcile {

namespace {

constexpr std::size_t memo_size = 1U << 15U;

/// One digit other, or two swapped: 13 and 18, 12 and 21.
bool is_slip(std::uint32_t a, std::uint32_t b)
{
    std::array<std::uint32_t, 2> of_a {};
    std::array<std::uint32_t, 2> of_b {};
    std::size_t differing = 0;
    for (; a != 0 || b != 0; a /= 10, b /= 10) {
        if (a % 10 == b % 10) {
            continue;
        }
        if (differing == 2) {
            return false;
        }
        of_a[differing] = a % 10;
        of_b[differing++] = b % 10;
    }
    return differing <= 1 || (of_a[0] == of_b[1] && of_a[1] == of_b[0]);
}

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

bool share_words(std::string_view a, std::string_view b)
{
    for (std::size_t from = 0; from < a.size();) {
        auto const to = std::min(a.find(' ', from), a.size());
        auto const word = a.substr(from, to - from);
        for (auto at = b.find(word); word.size() > 2 && at != std::string_view::npos; at = b.find(word, at + 1)) {
            auto const end = at + word.size();
            if ((at == 0 || b[at - 1] == ' ') && (end == b.size() || b[end] == ' ')) {
                return true;
            }
        }
        from = to + 1;
    }
    return false;
}

bool has(NameWords const & words, WordId word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

Level compare_dates(std::uint32_t a, std::uint32_t b)
{
    namespace at = level::birth_date;
    if (a == 0 || b == 0) {
        return missing;
    }
    bool const same_year = year_of(a) == year_of(b);
    if (is_vague_date(a) || is_vague_date(b)) {
        bool const month_too = day_of(a) == 0 && day_of(b) == 0 && month_of(a) != 0 && month_of(a) == month_of(b);
        return same_year && month_too               ? Level { at::slips }
            : same_year                             ? Level { at::year_alone }
            : is_vague_date(a) == is_vague_date(b) && is_slip(year_of(a), year_of(b)) ? Level { at::day_and_month }
                                                    : Level { at::different };
    }
    if (a == b) {
        return level::exact;
    }
    bool const same_month = month_of(a) == month_of(b);
    bool const same_day = day_of(a) == day_of(b);
    if (same_year && month_of(a) == day_of(b) && day_of(a) == month_of(b)) {
        return at::slip;
    }
    bool const near_year = is_slip(year_of(a), year_of(b));
    bool const near_month = is_slip(month_of(a), month_of(b));
    bool const near_day = is_slip(day_of(a), day_of(b));
    if ((same_month && same_day && (near_year || year_of(a) + 1 == year_of(b) || year_of(b) + 1 == year_of(a)))
        || (same_year && ((same_month && near_day) || (same_day && near_month)))) {
        return at::slip;
    }
    if ((same_year && (same_month || (near_month && near_day))) || (near_year && same_month && near_day)
        || (near_year && same_day && near_month)) {
        return at::slips;
    }
    return same_month && same_day ? Level { at::day_and_month } : same_year ? Level { at::year } : Level { at::different };
}

Comparer::Comparer(RecordTable const & table, Form const & form)
    : m_table(table)
    , m_form(form)
    , m_slots(table.slots())
    , m_memo(memo_size)
{
    for (std::size_t i = 0; i < form.questions.size(); ++i) {
        m_given = form.questions[i].sense == Sense::given ? i : m_given;
        m_surname = form.questions[i].sense == Sense::surname ? i : m_surname;
    }
}

Closeness Comparer::close(std::size_t slot, Code a, Code b)
{
    if (a > b) {
        std::swap(a, b);
    }
    auto const pair = (std::uint64_t { a } << 32U | b) * 32 + slot + 1; // codes are below 2^27 apart from wrapping
    auto & memo = m_memo[mix(0, pair) % memo_size];
    if (memo.pair != pair) {
        auto const & values = m_table.dictionary(slot);
        memo = { pair, closeness(values.text(a), values.text(b)) };
    }
    return memo.closeness;
}

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
        if (other != slot && ((a[other] != 0 && has(values.words(a[other]), first_b))
                || (b[other] != 0 && has(values.words(b[other]), first_a)))) {
            return at::alike;
        }
    }
    auto const found = words_a.count == 1 && words_b.count == 1
        ? close(slot, a[slot], b[slot])
        : closeness(vocabulary.text(first_a), vocabulary.text(first_b));
    if (found == Closeness::close) {
        return at::close;
    }
    // A roepnaam that is in no set: two initials or more that agree still say much; one says nothing.
    if (compare_initials(a, b) == at::initials) {
        return at::initials;
    }
    return found == Closeness::faint || vocabulary[first_a].sound == vocabulary[first_b].sound ? Level { at::faint }
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
        return words.count != 0 && names.count != 0 && words.words[0] == names.words[0]
            ? Closeness::close
            : closeness(givens.text(one[given]), surnames.text(other[surname])) == Closeness::close ? Closeness::close
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

/// The best of what any column of one says to any of the other.
Level Comparer::compare_any(Question const & question, Row a, Row b)
{
    auto best = missing;
    for (auto const one : question.slots) {
        for (auto const other : question.slots) {
            auto const code_a = a[one];
            auto const code_b = b[other];
            if (code_a == 0 || code_b == 0) {
                continue;
            }
            if (code_a == code_b) {
                return level::exact;
            }
            auto const & values = m_table.dictionary(one);
            auto const & value_a = values[code_a];
            auto const & value_b = values[code_b];
            auto const different = static_cast<Level>(form_of(question.sense).level_count);
            auto found = different;
            switch (question.sense) {
            case Sense::email:
                if (value_a.area == value_b.area) {
                    found = level::email::local;
                } else if (close(one, code_a, code_b) != Closeness::none) {
                    found = level::email::close;
                }
                break;
            case Sense::identifier:
            case Sense::telephone:
                if (within_one_edit(values.text(code_a), values.text(code_b))) {
                    found = level::near::close;
                }
                break;
            case Sense::postcode:
                if (value_a.area == value_b.area) {
                    found = level::postcode::area;
                } else if (within_one_edit(values.text(code_a), values.text(code_b))) {
                    found = level::postcode::close;
                }
                break;
            case Sense::house_number:
                if (within_one_edit(values.text(code_a), values.text(code_b))) {
                    found = level::near::close;
                }
                break;
            case Sense::street:
            case Sense::place:
                if (value_a.near == value_b.near || close(one, code_a, code_b) != Closeness::none) {
                    found = level::near::close;
                }
                break;
            case Sense::number: {
                auto const x = static_cast<double>(static_cast<std::int32_t>(value_a.number));
                auto const y = static_cast<double>(static_cast<std::int32_t>(value_b.number));
                if (std::abs(x - y) <= std::max(100.0, 0.02 * std::max(std::abs(x), std::abs(y)))) {
                    found = level::near::close;
                }
                break;
            }
            case Sense::text:
                if (close(one, code_a, code_b) == Closeness::close) {
                    found = level::text::close;
                } else if (share_words(values.text(code_a), values.text(code_b))) {
                    found = level::text::some;
                }
                break;
            default:
                break;
            }
            best = best == missing ? found : std::min(best, found);
        }
    }
    return best;
}

Level Comparer::compare(Question const & question, Row a, Row b)
{
    switch (question.sense) {
    case Sense::given:
        return compare_given(question, a, b);
    case Sense::surname:
        return compare_surnames(question, a, b);
    case Sense::birth_date: {
        auto const slot = question.slots.front();
        auto const & values = m_table.dictionary(slot);
        return compare_dates(values[a[slot]].number, values[b[slot]].number);
    }
    default:
        return compare_any(question, a, b);
    }
}

Form::Levels Comparer::compare(Row a, Row b)
{
    Form::Levels levels {};
    for (std::size_t i = 0; i < m_form.questions.size(); ++i) {
        levels[i] = compare(m_form.questions[i], a, b);
    }
    if (m_surname < levels.size() && m_given < levels.size()
        && (levels[m_surname] == level::surname::turned || levels[m_surname] == level::surname::half_turned)) {
        levels[m_given] = missing; // it is said already
    }
    return levels;
}

double Comparer::rarity(std::size_t number, Level found, Row a, Row b) const
{
    auto const & question = m_form.questions[number];
    if (found != level::exact) {
        return 0;
    }
    for (auto const one : question.slots) {
        if (m_slots.types[one] == MatchType::initials || a[one] == 0) {
            continue;
        }
        for (auto const other : question.slots) {
            if (a[one] != b[other] && question.sense != Sense::given) {
                continue;
            }
            auto const & values = m_table.dictionary(one);
            // A count over the mean count of what two arbitrary records agree on; smoothed where little was seen.
            auto const usual = values.likeness() * values.told() + 1.0;
            auto const count = static_cast<double>(std::max(values[a[one]].count, values[b[other]].count));
            return std::clamp(std::log2((count + 1.0) / (usual + 1.0)), -8.0, 8.0);
        }
    }
    return 0;
}

bool Comparer::proven_to_differ(Row a, Row b) const
{
    for (auto const slot : m_slots.of_type[static_cast<std::size_t>(MatchType::identifier)]) {
        auto const & values = m_table.dictionary(slot);
        if (m_table.proof(slot) == Proof::elfproef && a[slot] != 0 && b[slot] != 0 && a[slot] != b[slot] && values[a[slot]].proven
            && values[b[slot]].proven) {
            return true;
        }
    }
    return false;
}

bool Comparer::share_proven(Row a, Row b) const
{
    for (auto const slot : m_slots.of_type[static_cast<std::size_t>(MatchType::identifier)]) {
        auto const proof = m_table.proof(slot);
        if (a[slot] != 0 && a[slot] == b[slot]
            && (proof == Proof::assigned || (proof == Proof::elfproef && m_table.dictionary(slot)[a[slot]].proven))) {
            return true;
        }
    }
    return false;
}

} // namespace ketensync::reconcile
