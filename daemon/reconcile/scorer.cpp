#include "daemon/reconcile/scorer.hpp"

#include <algorithm>
#include <cmath>

namespace ketensync::reconcile {

namespace {

/// Of records with one number in common: what all else must say against it to be somebody else's number.
constexpr double clash_bits = -4.0;

double log2_sum(double a, double b)
{
    auto const high = std::max(a, b);
    return high + std::log2(1.0 + std::exp2(std::min(a, b) - high));
}

} // namespace

double Odds::bits() const
{
    return of[at(PairClass::same)] - log2_sum(of[at(PairClass::other)], of[at(PairClass::household)]);
}

Scorer::Scorer(RecordTable const & table, Form const & form, Model const & model)
    : m_table(table)
    , m_form(form)
    , m_model(model)
    , m_comparer(table, form)
{
    m_ignorance = weigh(Form::Levels {}).bits();
}

Odds Scorer::weigh(std::size_t number, Form::Levels const & levels, Row a, Row b) const
{
    auto const & joint = m_form.joints[number];
    auto const cell = m_form.cell(number, levels);
    Odds odds;
    for (std::size_t which = 0; which < pair_class_count; ++which) {
        odds.of[which] = m_model.joints[number].of[which][cell];
    }
    if (a == nullptr) {
        return odds;
    }
    // Of an address only its first exact part counts as rare: the others follow from it.
    for (auto const question : joint.questions) {
        if (levels[question] != level::exact || m_form.questions[question].sense == Sense::sex
            || m_form.questions[question].sense == Sense::house_number) {
            continue;
        }
        auto const rarity = m_comparer.rarity(question, levels[question], a, b);
        auto & other = odds.of[at(PairClass::other)];
        auto & household = odds.of[at(PairClass::household)];
        if (joint.personal) { // a rare first name is as rare in one house, unless it is handed down
            household = std::max(household + std::min(rarity, 0.0), household - 3.0) + std::max(rarity, 0.0);
        }
        other += rarity;
        break;
    }
    return odds;
}

Odds Scorer::weigh(Form::Levels const & levels, Row a, Row b) const
{
    Odds sum { { m_model.prior_same, 0.0, m_model.prior_household } };
    for (std::size_t joint = 0; joint < m_form.joints.size(); ++joint) {
        auto const odds = weigh(joint, levels, a, b);
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            sum.of[which] += odds.of[which];
        }
    }
    return sum;
}

Odds Scorer::weigh(Form::Levels const & levels) const
{
    return weigh(levels, nullptr, nullptr);
}

Verdict Scorer::judge(Form::Levels const & levels, Row a, Row b) const
{
    Verdict verdict;
    Odds sum { { m_model.prior_same, 0.0, m_model.prior_household } };
    double attainable = m_model.prior_same;
    // What all that a household does not share says: a number of somebody else is mostly that of a parent or a sister,
    // whose surname and address are no evidence for.
    double besides = 0;
    for (std::size_t joint = 0; joint < m_form.joints.size(); ++joint) {
        auto const odds = weigh(joint, levels, a, b);
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            sum.of[which] += odds.of[which];
        }
        attainable += m_model.joints[joint].best[m_form.cell(joint, levels)];
        auto const & asked = m_form.joints[joint];
        if (asked.personal && m_form.questions[asked.questions.front()].sense != Sense::identifier) {
            besides += odds.of[at(PairClass::same)] - odds.of[at(PairClass::other)];
        }
    }
    verdict.bits = sum.bits();
    verdict.telling = attainable >= m_table.rules().link;
    if (m_comparer.proven_to_differ(a, b)) {
        verdict.barred = true;
    } else if (m_comparer.share_proven(a, b)) {
        verdict.clashing = besides <= clash_bits;
        verdict.barred = verdict.clashing;
        verdict.same = !verdict.clashing;
    }
    return verdict;
}

} // namespace ketensync::reconcile
