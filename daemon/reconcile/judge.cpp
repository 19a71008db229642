#include "daemon/reconcile/judge.hpp"

#include <algorithm>
#include <cmath>

namespace ketensync::reconcile {

namespace {

constexpr double bits_max = 40;

/// log2(2^a + 2^b) without leaving the range of a double.
double log2_sum(double a, double b)
{
    auto const high = std::max(a, b);
    auto const apart = std::abs(a - b);
    return apart > 50 ? high : high + std::log2(1 + std::exp2(-apart));
}

bool births_clash(Agreement const & agreement)
{
    return agreement[Aspect::birth_date] == birth_date::different;
}

/// A surname may be the partner's, so it is the first name that tells; without one, the surname.
bool names_clash(Agreement const & agreement)
{
    auto const given_name = agreement[Aspect::given];
    return given_name == given::different
        || (given_name == missing && agreement[Aspect::surname] == surname::different);
}

bool names_agree(Agreement const & agreement)
{
    auto const given_name = agreement[Aspect::given];
    auto const family_name = agreement[Aspect::surname];
    return given_name != missing && given_name != given::called && given_name != given::different
        && family_name != missing && family_name != surname::different;
}

} // namespace

Judge::Judge(ProbableRules const & rules, Names const & names)
    : m_rules(rules)
    , m_names(names)
{
    for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
        for (std::size_t level = 0; level < levels_max; ++level) {
            m_others[aspect][level] = std::exp2(rules.odds[aspect][level].other);
        }
    }
    for (std::size_t told = 0; told < m_telling.size(); ++told) {
        Agreement best;
        for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
            best.levels[aspect] = (told >> aspect & 1U) != 0 ? Level { 1 } : missing;
        }
        m_telling[told] = bits(weigh(best, false)) >= m_rules.link;
    }
}

/// How often the name is used, drawn towards the rules' own number while few names were seen.
double Judge::frequency(Aspect aspect, Level level, NameId name, Names::Use use) const
{
    auto const rarest = m_rules.rarest[at(aspect)];
    if (rarest <= 0 || name == 0) {
        return m_rules.odds[at(aspect)][level].other;
    }
    auto const weight = m_rules.common_after;
    auto const seen = (static_cast<double>(m_names.count(name, use)) + m_others[at(aspect)][level] * weight)
        / (static_cast<double>(m_names.total(use)) + weight);
    return std::log2(std::max(seen, rarest));
}

Judge::Sums Judge::weigh(Agreement const & agreement, bool identifiers_differ) const
{
    Sums sums { m_rules.prior.same, m_rules.prior.other, m_rules.prior.household };
    auto const add = [&](Odds const & odds) {
        sums.same += odds.same;
        sums.other += odds.other;
        sums.household += odds.household;
    };
    for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
        auto const level = agreement.levels[aspect];
        if (level == missing) {
            continue;
        }
        auto odds = m_rules.odds[aspect][level];
        if (aspect == at(Aspect::surname) && (level == surname::exact || level == surname::part)) {
            odds.other = frequency(Aspect::surname, level, agreement.surname, Names::Use::surname);
        } else if (aspect == at(Aspect::given) && level == given::exact) {
            odds.other = frequency(Aspect::given, level, agreement.given, Names::Use::given);
            odds.household = std::max(odds.household, odds.other);
        }
        add(odds);
    }
    if (identifiers_differ) {
        add(m_rules.identifier_differs);
    }
    return sums;
}

double Judge::bits(Sums const & sums)
{
    return sums.same - log2_sum(sums.other, sums.household);
}

Verdict Judge::judge(Features const & a, Features const & b) const
{
    Verdict verdict;
    verdict.agreement = compare(a, b, m_names);
    auto const & agreement = verdict.agreement;
    std::size_t told = 0;
    for (std::size_t aspect = 0; aspect < aspect_count; ++aspect) {
        told |= agreement.levels[aspect] != missing ? std::size_t { 1 } << aspect : 0U;
    }
    verdict.telling = m_telling[told];
    bool const both_numbered = has_identifier(a) && has_identifier(b);
    verdict.bits
        = std::clamp(bits(weigh(agreement, both_numbered && a.identifier != b.identifier)), -bits_max, bits_max);
    if (a.bsn != 0 && b.bsn != 0 && a.bsn != b.bsn) {
        verdict.word = Verdict::Word::other_bsn;
    } else if (a.bsn != 0 && a.bsn == b.bsn) {
        bool const clash = births_clash(agreement) ? !names_agree(agreement) : names_clash(agreement);
        verdict.word = clash ? Verdict::Word::clashing_bsn : Verdict::Word::same;
    } else if (both_numbered && a.identifier == b.identifier) {
        bool const clash = births_clash(agreement) && names_clash(agreement);
        verdict.word = clash ? Verdict::Word::weighed : Verdict::Word::same;
    }
    return verdict;
}

} // namespace ketensync::reconcile
