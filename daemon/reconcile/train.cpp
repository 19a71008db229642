#include "daemon/reconcile/train.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace ketensync::reconcile {

namespace {

constexpr std::size_t rounds_max = 100;
constexpr double settled = 1e-5; ///< relative change of the number of matches in a round
/// Pairs that what is thought beforehand weighs as much as.
constexpr double prior_same = 60;
constexpr double prior_other = 2;
constexpr double prior_household = 50;
/// Records that what is usual of arbitrary people weighs as much as.
constexpr double usual_records = 1'000;

/// How much of what marks one person two people of one household have in common beyond chance: twins, a son who carries
/// his father's name.
double shared_in_household(Sense sense)
{
    switch (sense) {
    case Sense::given:
    case Sense::sex:
        return 0.015;
    case Sense::birth_date:
        return 0.015;
    default:
        return 0.0005;
    }
}

/// Whether exact agreement is equality of codes, so that its chance follows from how often each value is told.
bool is_equality(Question const & question)
{
    switch (question.sense) {
    case Sense::given:
    case Sense::sex:
    case Sense::number:
    case Sense::house_number:
        return false;
    default:
        return question.slots.size() == 1 || question.sense == Sense::surname;
    }
}

/// What one value more in common is worth at most: of numbers and addresses that only one person has.
bool is_own(Sense sense)
{
    return sense == Sense::identifier || sense == Sense::email || sense == Sense::telephone;
}

class Learning {
public:
    Learning(RecordTable const & table, Form const & form, Evidence const & evidence, bool households)
        : m_table(table)
        , m_form(form)
        , m_evidence(evidence)
        , m_households(households && form.households)
        , m_model(Model::usual(form, evidence.records))
    {
        if (!m_households) {
            m_model.prior_household = -1000.0;
        }
        auto const & patterns = evidence.met.patterns;
        m_cells.resize(patterns.size() * form.joints.size());
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            for (std::size_t joint = 0; joint < form.joints.size(); ++joint) {
                m_cells[i * form.joints.size() + joint] = static_cast<std::uint32_t>(form.cell_of(patterns[i], joint));
            }
        }
        for (std::size_t joint = 0; joint < form.joints.size(); ++joint) {
            auto & counts = m_arbitrary.emplace_back(form.joints[joint].cells);
            for (std::size_t i = 0; i < evidence.arbitrary.patterns.size(); ++i) {
                counts[form.cell_of(evidence.arbitrary.patterns[i], joint)]
                    += static_cast<double>(evidence.arbitrary.counts[i]);
            }
            // Of few records the same pairs are drawn over and over; they say no more by it.
            auto const drawn = std::accumulate(counts.begin(), counts.end(), 0.0);
            for (auto & count : counts) {
                count *= std::min(1.0, evidence.pairs / std::max(drawn, 1.0));
            }
        }
    }

    Model learn()
    {
        learn_others();
        double before = 0;
        for (std::size_t round = 0; round < rounds_max; ++round) {
            auto const same = expect();
            maximise();
            if (round > 8 && std::abs(same - before) <= settled * std::max(same, 1.0)) {
                break;
            }
            before = same;
        }
        m_model.complete(m_form);
        return m_model;
    }

private:
    /// Shares every pattern's pairs out among the classes; the number of pairs of one person.
    double expect()
    {
        auto const joints = m_form.joints.size();
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            m_counts[which].assign(joints, {});
            for (std::size_t joint = 0; joint < joints; ++joint) {
                m_counts[which][joint].resize(m_form.joints[joint].cells);
            }
            m_totals[which] = 0;
        }
        for (std::size_t i = 0; i < m_evidence.met.patterns.size(); ++i) {
            auto const * const cells = &m_cells[i * joints];
            std::array<double, pair_class_count> bits { m_model.prior_same, 0.0, m_model.prior_household };
            for (std::size_t joint = 0; joint < joints; ++joint) {
                for (std::size_t which = 0; which < pair_class_count; ++which) {
                    bits[which] += m_model.joints[joint].of[which][cells[joint]];
                }
            }
            auto const highest = *std::max_element(bits.begin(), bits.end());
            std::array<double, pair_class_count> share {};
            double sum = 0;
            for (std::size_t which = 0; which < pair_class_count; ++which) {
                share[which] = std::exp2(bits[which] - highest);
                sum += share[which];
            }
            for (std::size_t which = 0; which < pair_class_count; ++which) {
                auto const count = share[which] / sum * static_cast<double>(m_evidence.met.counts[i]);
                m_totals[which] += count;
                for (std::size_t joint = 0; joint < joints && count > 0; ++joint) {
                    m_counts[which][joint][cells[joint]] += count;
                }
            }
        }
        return m_totals[at(PairClass::same)];
    }

    void maximise()
    {
        auto const & records = m_evidence.records;
        m_model.prior_same
            = std::log2(std::clamp((m_totals[at(PairClass::same)] + 0.01 * records) / m_evidence.pairs, 1e-15, 0.5));
        if (m_households) {
            m_model.prior_household = std::log2(
                std::clamp((m_totals[at(PairClass::household)] + 0.01 * records) / m_evidence.pairs, 1e-15, 0.5));
        }
        for (std::size_t joint = 0; joint < m_form.joints.size(); ++joint) {
            CellCounts seen;
            seen.counts = m_counts[at(PairClass::same)][joint];
            seen.prior = prior_same;
            seen.defaults = PairClass::same;
            set(joint, PairClass::same, estimate(m_form, joint, seen));
        }
        learn_others();
    }

    /// What arbitrary people have in common, without the pairs among them that are one person; and what households have
    /// in common.
    void learn_others()
    {
        auto const same = std::exp2(m_model.prior_same);
        for (std::size_t joint = 0; joint < m_form.joints.size(); ++joint) {
            auto & weights = m_model.joints[joint];
            CellCounts seen;
            seen.counts = m_arbitrary[joint];
            seen.before = m_arbitrary[joint];
            seen.usual = trust_in_usual();
            double total = 0;
            for (auto const count : seen.counts) {
                total += count;
            }
            for (std::size_t cell = 0; cell < seen.counts.size(); ++cell) {
                auto const told = total; // of a mask it is less, and so is what is taken off
                auto const known = same * std::exp2(weights.of[at(PairClass::same)][cell]);
                seen.counts[cell] = std::max(0.0, seen.counts[cell] - told * known);
            }
            seen.prior = prior_other;
            seen.defaults = PairClass::other;
            for (auto const question : m_form.joints[joint].questions) {
                seen.exact.push_back(chance_of_equality(joint, question));
            }
            auto const others = estimate(m_form, joint, seen);
            set(joint, PairClass::other, others);
            if (m_households) {
                set(joint, PairClass::household, of_household(joint, others));
            }
        }
    }

    /// Among few records much of what agrees is of one person, and what is taken off for that is a guess.
    double trust_in_usual() const { return usual_records / (usual_records + m_evidence.records); }

    /// Of all pairs that tell the same, those that are not thought to be one person.
    double chance_of_equality(std::size_t number_of_joint, std::size_t number) const
    {
        auto const & question = m_form.questions[number];
        if (!is_equality(question)) {
            return -1;
        }
        auto const & values = m_table.dictionary(question.slots.front());
        if (values.told() < 10) {
            return -1;
        }
        auto const & joint = m_form.joints[number_of_joint];
        auto const place = static_cast<std::size_t>(
            std::find(joint.questions.begin(), joint.questions.end(), number) - joint.questions.begin());
        auto const & same = m_counts[at(PairClass::same)];
        auto const pairs = values.told() * (values.told() - 1.0) / 2.0;
        auto const all = values.likeness();
        auto others = 0.0; // before anything is known, those who agree are one
        if (!same.empty()) {
            others = all;
            for (std::size_t cell = 0; cell < joint.cells; ++cell) {
                others -= joint.levels[cell][place] == level::exact ? same[number_of_joint][cell] / pairs : 0.0;
            }
        }
        auto const usual = form_of(question.sense).levels[level::exact - 1].other;
        auto const least = std::max(all * (is_own(question.sense) ? 0.01 : 0.05), trust_in_usual() * std::min(all, usual));
        return std::max({ others, least, 0.05 / (values.told() * values.told()) });
    }

    std::vector<double> of_household(std::size_t joint, std::vector<double> const & others) const
    {
        auto const & weights = m_model.joints[joint];
        if (m_form.joints[joint].personal) {
            auto const shared = shared_in_household(m_form.questions[m_form.joints[joint].questions.front()].sense);
            auto mixed = others;
            for (std::size_t cell = 0; cell < mixed.size(); ++cell) {
                mixed[cell] = (1.0 - shared) * others[cell] + shared * std::exp2(weights.of[at(PairClass::same)][cell]);
            }
            return mixed;
        }
        CellCounts seen;
        seen.counts.resize(m_form.joints[joint].cells);
        if (!m_counts[at(PairClass::household)].empty()) {
            seen.counts = m_counts[at(PairClass::household)][joint];
        }
        seen.prior = prior_household;
        seen.defaults = PairClass::household;
        return estimate(m_form, joint, seen);
    }

    void set(std::size_t joint, PairClass which, std::vector<double> const & probabilities)
    {
        auto & bits = m_model.joints[joint].of[at(which)];
        bits.resize(probabilities.size());
        std::transform(probabilities.begin(), probabilities.end(), bits.begin(), [](double p) { return std::log2(p); });
    }

    RecordTable const & m_table;
    Form const & m_form;
    Evidence const & m_evidence;
    bool m_households;
    Model m_model;
    std::vector<std::uint32_t> m_cells; ///< of every pattern that met
    std::vector<std::vector<double>> m_arbitrary; ///< by joint and cell
    std::array<std::vector<std::vector<double>>, pair_class_count> m_counts {};
    std::array<double, pair_class_count> m_totals {};
};

} // namespace

Model train(RecordTable const & table, Form const & form, Evidence const & evidence, bool households)
{
    return Learning(table, form, evidence, households).learn();
}

} // namespace ketensync::reconcile
