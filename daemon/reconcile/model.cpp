#include "daemon/reconcile/model.hpp"

#include <algorithm>
#include <cmath>

namespace ketensync::reconcile {

namespace {

/// How much more often answers come together than apart is believed as far as that many pairs more would allow.
constexpr double together_prior = 3.0;
constexpr double probability_min = 1e-9;
/// What was never seen of so many pairs may yet come with the next one: nothing is believed rarer than that, unless it is
/// known to be.
constexpr double unseen = 0.3;

double usual_of(LevelForm const & form, PairClass which)
{
    return which == PairClass::same ? form.same : which == PairClass::other ? form.other : form.household;
}

} // namespace

std::vector<double> estimate(Form const & form, std::size_t number, CellCounts const & seen)
{
    auto const & joint = form.joints[number];
    auto const asked = joint.questions.size();
    std::vector<std::array<double, levels_max>> shares(asked);
    std::vector<std::array<double, levels_max>> plain(asked);
    std::vector<std::array<double, levels_max>> before(asked);
    std::vector<double> of_mask(std::size_t { 1 } << asked);
    for (std::size_t cell = 0; cell < joint.cells; ++cell) {
        of_mask[joint.told[cell]] += seen.counts[cell];
        for (std::size_t i = 0; i < asked; ++i) {
            plain[i][joint.levels[cell][i]] += seen.counts[cell];
            before[i][joint.levels[cell][i]] += seen.before.empty() ? 0.0 : seen.before[cell];
        }
    }
    for (std::size_t i = 0; i < asked; ++i) {
        auto const & sense = form_of(form.questions[joint.questions[i]].sense);
        auto told = seen.prior;
        double before_told = 0;
        for (std::size_t level = 1; level <= sense.level_count; ++level) {
            told += plain[i][level];
            before_told += before[i][level];
        }
        for (std::size_t level = 1; level <= sense.level_count; ++level) {
            auto const usual = usual_of(sense.levels[level - 1], seen.defaults);
            plain[i][level] = (plain[i][level] + seen.prior * usual) / std::max(told, probability_min);
            if (!seen.before.empty()) {
                auto const known = std::max(before[i][level], unseen) / std::max(before_told, 1.0);
                plain[i][level] = std::max(plain[i][level], seen.usual * std::min(usual, known));
            }
        }
        shares[i] = plain[i];
        auto & different = shares[i][sense.level_count];
        auto const scale = [&](double wanted, std::size_t fixed) {
            auto const rest = 1.0 - shares[i][fixed];
            for (std::size_t level = 1; level <= sense.level_count && rest > probability_min; ++level) {
                shares[i][level] *= level == fixed ? 1.0 : (1.0 - wanted) / rest;
            }
            shares[i][fixed] = wanted;
        };
        if (seen.defaults == PairClass::same && different > sense.different_max) {
            scale(sense.different_max, sense.level_count);
        }
        if (!seen.exact.empty() && seen.exact[i] >= 0) {
            scale(std::clamp(seen.exact[i], probability_min, 0.999), level::exact);
        }
    }
    std::vector<double> probabilities(joint.cells);
    std::vector<double> sums(of_mask.size());
    for (std::size_t cell = 0; cell < joint.cells; ++cell) {
        double believed = 1;
        double expected = 1;
        for (std::size_t i = 0; i < asked; ++i) {
            auto const level = joint.levels[cell][i];
            believed *= level == missing ? 1.0 : shares[i][level];
            expected *= level == missing ? 1.0 : plain[i][level];
        }
        auto const mask = joint.told[cell];
        if (asked > 1) {
            auto const together = (seen.counts[cell] + together_prior) / (of_mask[mask] * expected + together_prior);
            believed *= seen.before.empty() ? together : std::max(together, std::min(1.0, seen.usual));
        }
        probabilities[cell] = std::max(believed, probability_min * probability_min);
        sums[mask] += probabilities[cell];
    }
    for (std::size_t cell = 0; cell < joint.cells; ++cell) {
        auto const mask = joint.told[cell];
        probabilities[cell] = mask == 0 ? 1.0 : probabilities[cell] / sums[mask];
    }
    return probabilities;
}

Model Model::usual(Form const & form, double records)
{
    Model model;
    auto const pairs = std::max(records, 2.0) * (std::max(records, 2.0) - 1.0) / 2.0;
    model.prior_same = std::log2(std::min(0.2, records / pairs));
    model.prior_household = form.households ? std::log2(std::min(0.2, 3.0 * records / pairs)) : -1000.0;
    model.joints.resize(form.joints.size());
    for (std::size_t joint = 0; joint < form.joints.size(); ++joint) {
        for (auto const which : { PairClass::same, PairClass::other, PairClass::household }) {
            CellCounts nothing;
            nothing.counts.resize(form.joints[joint].cells);
            nothing.prior = 1;
            nothing.defaults = which;
            for (auto const probability : estimate(form, joint, nothing)) {
                model.joints[joint].of[at(which)].push_back(std::log2(probability));
            }
        }
    }
    model.complete(form);
    return model;
}

void Model::complete(Form const & form)
{
    for (std::size_t number = 0; number < joints.size(); ++number) {
        auto const & joint = form.joints[number];
        auto & weights = joints[number];
        std::vector<double> best(std::size_t { 1 } << joint.questions.size(), -1000.0);
        for (std::size_t cell = 0; cell < joint.cells; ++cell) {
            best[joint.told[cell]] = std::max(
                best[joint.told[cell]], weights.of[at(PairClass::same)][cell] - weights.of[at(PairClass::other)][cell]);
        }
        weights.best.resize(joint.cells);
        for (std::size_t cell = 0; cell < joint.cells; ++cell) {
            weights.best[cell] = joint.told[cell] == 0 ? 0.0 : best[joint.told[cell]];
        }
    }
}

} // namespace ketensync::reconcile
