#include "daemon/reconcile/compare.hpp"

#include "daemon/reconcile/likeness.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::reconcile {

namespace {

constexpr double close_from = 0.92;

bool are_close(std::string_view a, std::string_view b)
{
    auto const shorter = std::min(a.size(), b.size());
    return shorter >= 3 && ((shorter >= 4 && within_one_edit(a, b)) || jaro_winkler(a, b) >= close_from);
}

Level compare_surnames(Features const & a, Features const & b, Names const & names, NameId & shared)
{
    if (a.surname != 0 && a.surname == b.surname) {
        shared = a.surname;
        return surname::exact;
    }
    auto const all_a = surnames_of(a, names);
    auto const all_b = surnames_of(b, names);
    if (all_a.count == 0 || all_b.count == 0) {
        return missing;
    }
    // The lowest use decides which shared name counts, so that the order of the two does not.
    auto fewest = ~std::uint32_t { 0 };
    for (auto const name : all_a) {
        if (std::find(all_b.begin(), all_b.end(), name) != all_b.end()
            && names.count(name, Names::Use::surname) <= fewest) {
            fewest = names.count(name, Names::Use::surname);
            shared = name;
        }
    }
    if (shared != 0) {
        return surname::part;
    }
    for (auto const one : all_a) {
        for (auto const other : all_b) {
            if (are_close(names.text(one), names.text(other))) {
                return surname::close;
            }
        }
    }
    return surname::different;
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

Level compare_initials(Features const & a, Features const & b)
{
    if (a.initials == 0 || b.initials == 0) {
        return missing;
    }
    auto const common = common_initials(a.initials, b.initials);
    bool const told = a.initials_told != 0 && b.initials_told != 0;
    return common >= 2 ? given::initials : common == 1 ? given::initial : told ? given::different : given::called;
}

/// Two names that one person may go by: of one set of the rules, or one the start or the end of the other, as Bas of
/// Bastiaan and Kader of Abdelkader.
bool are_alike(NameId a, NameId b, Names const & names)
{
    auto const & sets_a = names.alike(a);
    auto const & sets_b = names.alike(b);
    for (auto const set : sets_a) {
        if (set != 0 && std::find(sets_b.begin(), sets_b.end(), set) != sets_b.end()) {
            return true;
        }
    }
    auto shorter = names.text(a);
    auto longer = names.text(b);
    if (shorter.size() > longer.size()) {
        std::swap(shorter, longer);
    }
    return (shorter.size() >= 3 && longer.substr(0, shorter.size()) == shorter)
        || (shorter.size() >= 4 && longer.substr(longer.size() - shorter.size()) == shorter);
}

Level compare_given(Features const & a, Features const & b, Names const & names, NameId & shared)
{
    if (a.given[0] == 0 || b.given[0] == 0) {
        return compare_initials(a, b);
    }
    if (a.given[0] == b.given[0]) {
        shared = a.given[0];
        return given::exact;
    }
    if (are_alike(a.given[0], b.given[0], names) || a.given[0] == b.given[1] || a.given[1] == b.given[0]) {
        return given::alike;
    }
    if (are_close(names.text(a.given[0]), names.text(b.given[0]))) {
        return given::close;
    }
    // A roepnaam that is in no set: two initials or more that agree still say much; one says nothing.
    return compare_initials(a, b) == given::initials ? given::initials : given::different;
}

/// One digit other, or two swapped: 13 and 18, 12 and 21.
bool is_typo(unsigned a, unsigned b)
{
    std::array<unsigned, 2> of_a {};
    std::array<unsigned, 2> of_b {};
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

/// The month, unless it is part of a dummy.
unsigned told_month(Birth const & birth)
{
    return birth.month == 1 && birth.day == 1 ? 0 : birth.month;
}

Level compare_addresses(Features const & a, Features const & b)
{
    if (a.postcode == 0 || b.postcode == 0) {
        return missing;
    }
    if (a.postcode_whole != 0 && b.postcode_whole != 0 && a.postcode == b.postcode) {
        return a.house_number != 0 && a.house_number == b.house_number ? address::exact : address::postcode;
    }
    return postcode_digits(a) == postcode_digits(b) ? address::area : address::different;
}

Level compare_equal(std::uint32_t a, std::uint32_t b)
{
    return a == 0 || b == 0 ? missing : a == b ? Level { contact::exact } : Level { contact::different };
}

} // namespace

Level compare_births(Birth const & a, Birth const & b)
{
    if (a.year == 0 || b.year == 0) {
        return missing;
    }
    if (!a.full() || !b.full()) {
        if (a.year != b.year) {
            return birth_date::different;
        }
        if (told_month(a) == 0 || told_month(b) == 0) {
            return birth_date::year;
        }
        return a.month == b.month ? birth_date::month : birth_date::different;
    }
    if (a == b) {
        return birth_date::exact;
    }
    if (a.year == b.year && a.month == b.day && a.day == b.month) {
        return birth_date::swapped;
    }
    auto const parts = (a.year != b.year ? 1 : 0) + (a.month != b.month ? 1 : 0) + (a.day != b.day ? 1 : 0);
    bool const slip = is_typo(a.year, b.year) && is_typo(a.month, b.month) && is_typo(a.day, b.day);
    return parts == 1 && slip ? birth_date::typo : birth_date::different;
}

Agreement compare(Features const & a, Features const & b, Names const & names)
{
    Agreement agreement;
    auto const set = [&](Aspect aspect, Level level) { agreement.levels[at(aspect)] = level; };
    set(Aspect::surname, compare_surnames(a, b, names, agreement.surname));
    set(Aspect::given, compare_given(a, b, names, agreement.given));
    set(Aspect::birth_date, compare_births(a.birth, b.birth));
    set(Aspect::sex, compare_equal(a.sex, b.sex));
    set(Aspect::address, compare_addresses(a, b));
    set(Aspect::email, compare_equal(a.email, b.email));
    set(Aspect::telephone, compare_equal(a.telephone, b.telephone));
    return agreement;
}

} // namespace ketensync::reconcile
