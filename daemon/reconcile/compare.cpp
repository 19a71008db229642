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
        return same_year && month_too                                                 ? Level { at::slips }
            : same_year                                                               ? Level { at::year_alone }
            : is_vague_date(a) == is_vague_date(b) && is_slip(year_of(a), year_of(b)) ? Level { at::day_and_month }
                                                                                      : Level { at::different };
    }
    if (a == b) {
        return level::exact;
    }
    bool const same_month = month_of(a) == month_of(b);
    bool const same_day = day_of(a) == day_of(b);
    if (!same_year && !same_month && !same_day) {
        return at::different;
    }
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
    return same_month && same_day ? Level { at::day_and_month }
        : same_year               ? Level { at::year }
                                  : Level { at::different };
}

Comparer::Comparer(RecordTable const & table, Form const & form)
    : m_table(table)
    , m_form(form)
    , m_slots(table.slots())
    , m_memo(memo_size)
{
    for (std::size_t count = 0; count < m_logs.size(); ++count) {
        m_logs[count] = std::log2(static_cast<double>(count) + 1.0);
    }
    for (std::size_t i = 0; i < form.questions.size(); ++i) {
        m_given = form.questions[i].sense == Sense::given ? i : m_given;
        m_surname = form.questions[i].sense == Sense::surname ? i : m_surname;
    }
}

Closeness Comparer::close(std::size_t slot, Code a, Code b)
{
    auto const & values = m_table.dictionary(slot);
    if (a == 0 || b == 0) {
        return Closeness::none;
    }
    if (Letters::start_needed(values.letters(a), values.letters(b)) > Letters::start_max) {
        return Closeness::none;
    }
    if (a > b) {
        std::swap(a, b);
    }
    auto const pair = (std::uint64_t { a } << 32U | b) * 32 + slot + 1; // codes are below 2^27 apart from wrapping
    auto & memo = m_memo[mix(0, pair) % memo_size];
    if (memo.pair != pair) {
        memo = { pair, closeness(values.spelling(a), values.spelling(b)) };
    }
    return memo.closeness;
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
            auto const one_edit = [&] {
                return counts_within_one_edit(value_a.number, value_b.number)
                    && within_one_edit(values.text(code_a), values.text(code_b));
            };
            switch (question.sense) {
            case Sense::email:
                if (value_a.area == value_b.area) {
                    found = level::email::local;
                } else if (one_edit()) {
                    found = level::email::close;
                } else if (close(one, code_a, code_b) != Closeness::none) {
                    found = level::email::alike; // mostly a first name and a provider in common
                }
                break;
            case Sense::identifier:
                // Numbers that are handed out one after another are near each other and say nothing by it; nor is a
                // number that proves itself a slip of another that does.
                if (m_table.proof(one) != Proof::assigned && !(value_a.proven && value_b.proven) && one_edit()) {
                    found = level::near::close;
                }
                break;
            case Sense::telephone:
                if (one_edit()) {
                    found = level::near::close;
                }
                break;
            case Sense::postcode:
                if (value_a.area == value_b.area) {
                    found = level::postcode::area;
                } else if (one_edit()) {
                    found = level::postcode::close;
                }
                break;
            case Sense::house_number:
                if (one_edit()) {
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
            auto const count = std::max<std::size_t>(values[a[one]].count, values[b[other]].count);
            auto const common = count < m_logs.size() ? m_logs[count] : std::log2(static_cast<double>(count) + 1.0);
            return std::clamp(common - std::log2(usual + 1.0), -8.0, 8.0);
        }
    }
    return 0;
}

bool Comparer::proven_to_differ(Row a, Row b) const
{
    for (auto const slot : m_slots.of_type[static_cast<std::size_t>(MatchType::identifier)]) {
        auto const & values = m_table.dictionary(slot);
        if (m_table.proof(slot) == Proof::elfproef && a[slot] != 0 && b[slot] != 0 && a[slot] != b[slot]
            && values[a[slot]].proven && values[b[slot]].proven) {
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
