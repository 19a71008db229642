#include "daemon/reconcile/form.hpp"

namespace ketensync::reconcile {

namespace {

// The numbers are what registers of persons show, rounded; a few thousand records outweigh them.
constexpr std::array<SenseForm, sense_count> forms { {
    { "given name",
        { { { "exact", 0.80, 0.005, 0.02 }, { "alike", 0.06, 0.004, 0.004 }, { "close", 0.04, 0.005, 0.005 },
            { "faint", 0.02, 0.02, 0.02 }, { "initials", 0.03, 0.0011, 0.002 }, { "initial", 0.035, 0.006, 0.010 },
            { "called", 0.009, 0.067, 0.062 }, { "different", 0.006, 0.8919, 0.895 } } },
        8, 0.25, true },
    { "sex", { { { "exact", 0.985, 0.5, 0.45 }, { "different", 0.015, 0.5, 0.55 } } }, 2, 0.08, true },
    { "surname",
        { { { "exact", 0.80, 0.002, 0.50 }, { "part", 0.09, 0.002, 0.15 }, { "turned", 0.002, 0.000002, 0.000002 },
            { "half turned", 0.002, 0.0002, 0.0002 }, { "close", 0.06, 0.002, 0.01 }, { "faint", 0.02, 0.015, 0.02 },
            { "different", 0.028, 0.979, 0.32 } } },
        7, 0.30, false },
    { "birth date",
        { { { "exact", 0.90, 0.00006, 0.015 }, { "slip", 0.04, 0.0012, 0.004 }, { "slips", 0.01, 0.004, 0.004 },
            { "day and month", 0.01, 0.0027, 0.004 }, { "year", 0.015, 0.017, 0.03 },
            { "year alone", 0.02, 0.0175, 0.03 }, { "different", 0.003, 0.9575, 0.915 } } },
        7, 0.15, true },
    { "identifier",
        { { { "exact", 0.90, 0.0000003, 0.00001 }, { "close", 0.05, 0.00001, 0.00005 },
            { "different", 0.05, 0.99998, 0.99994 } } },
        3, 0.40, true },
    { "postcode",
        { { { "exact", 0.75, 0.0003, 0.93 }, { "close", 0.04, 0.003, 0.02 }, { "area", 0.06, 0.015, 0.02 },
            { "different", 0.15, 0.9817, 0.03 } } },
        4, 0.60, false },
    { "house number",
        { { { "exact", 0.78, 0.012, 0.93 }, { "close", 0.05, 0.08, 0.02 }, { "different", 0.17, 0.908, 0.05 } } }, 3,
        0.60, false },
    { "street",
        { { { "exact", 0.75, 0.001, 0.93 }, { "close", 0.08, 0.002, 0.03 }, { "different", 0.17, 0.997, 0.04 } } }, 3,
        0.60, false },
    { "place",
        { { { "exact", 0.85, 0.05, 0.95 }, { "close", 0.05, 0.005, 0.02 }, { "different", 0.10, 0.945, 0.03 } } }, 3,
        0.60, false },
    { "e-mail",
        { { { "exact", 0.70, 0.000003, 0.10 }, { "local", 0.05, 0.00002, 0.002 }, { "close", 0.07, 0.0001, 0.005 },
            { "alike", 0.02, 0.06, 0.06 }, { "different", 0.16, 0.94, 0.833 } } },
        5, 0.60, false },
    { "telephone",
        { { { "exact", 0.72, 0.000003, 0.30 }, { "close", 0.04, 0.00003, 0.002 },
            { "different", 0.24, 0.99997, 0.698 } } },
        3, 0.60, false },
    { "text",
        { { { "exact", 0.70, 0.05, 0.30 }, { "close", 0.06, 0.02, 0.03 }, { "some", 0.06, 0.05, 0.05 },
            { "different", 0.18, 0.88, 0.62 } } },
        4, 0.60, false },
    { "number", { { { "exact", 0.80, 0.02, 0.04 }, { "close", 0.05, 0.03, 0.03 }, { "different", 0.15, 0.95, 0.93 } } },
        3, 0.50, false },
    { "code", { { { "exact", 0.90, 0.15, 0.60 }, { "different", 0.10, 0.85, 0.40 } } }, 2, 0.50, false },
} };

Sense sense_of(MatchType type)
{
    switch (type) {
    case MatchType::given_name:
    case MatchType::initials:
        return Sense::given;
    case MatchType::surname:
    case MatchType::full_name:
        return Sense::surname;
    case MatchType::birth_date:
        return Sense::birth_date;
    case MatchType::sex:
        return Sense::sex;
    case MatchType::identifier:
        return Sense::identifier;
    case MatchType::postcode:
        return Sense::postcode;
    case MatchType::house_number:
        return Sense::house_number;
    case MatchType::street:
        return Sense::street;
    case MatchType::place:
        return Sense::place;
    case MatchType::email:
        return Sense::email;
    case MatchType::telephone:
        return Sense::telephone;
    case MatchType::number:
        return Sense::number;
    case MatchType::code:
        return Sense::code;
    case MatchType::text:
        break;
    }
    return Sense::text;
}

/// Columns of one of these are other answers to one question.
bool asked_once(Sense sense)
{
    return sense == Sense::given || sense == Sense::surname || sense == Sense::street || sense == Sense::email
        || sense == Sense::telephone;
}

enum class Bundle : std::uint8_t { own, name, address };

Bundle bundle_of(Sense sense)
{
    switch (sense) {
    case Sense::given:
    case Sense::sex:
        return Bundle::name;
    case Sense::postcode:
    case Sense::house_number:
    case Sense::street:
    case Sense::place:
        return Bundle::address;
    default:
        return Bundle::own;
    }
}

} // namespace

SenseForm const & form_of(Sense sense)
{
    return forms[static_cast<std::size_t>(sense)];
}

Form::Form(RecordTable const & table)
{
    auto const & slots = table.slots();
    constexpr auto none = questions_max;
    std::array<std::size_t, sense_count> once {};
    once.fill(none);
    std::array<std::size_t, 3> bundles { none, none, none };
    for (std::size_t slot = 0; slot < slots.types.size(); ++slot) {
        auto const sense = sense_of(slots.types[slot]);
        auto & known = once[static_cast<std::size_t>(sense)];
        if (known != none && asked_once(sense)) {
            questions[known].slots.push_back(static_cast<std::uint8_t>(slot));
            continue;
        }
        auto const number = questions.size();
        known = number;
        auto const column = slots.columns[slot];
        Question question;
        question.sense = sense;
        question.slots = { static_cast<std::uint8_t>(slot) };
        question.name = asked_once(sense) || column >= table.rules().columns.size()
            ? std::string(form_of(sense).name)
            : table.rules().columns[column].name;
        auto const bundle = bundle_of(sense);
        auto & joint = bundles[static_cast<std::size_t>(bundle)];
        if (bundle == Bundle::own || joint == none) {
            joint = joints.size();
            joints.push_back({ {}, 1, form_of(sense).personal, {}, {} });
        }
        question.joint = joint;
        joints[joint].questions.push_back(number);
        joints[joint].cells *= form_of(sense).level_count + 1;
        questions.push_back(std::move(question));
    }
    std::uint64_t in_pattern = 1;
    for (auto joint = joints.rbegin(); joint != joints.rend(); ++joint) {
        std::size_t in_cell = 1;
        for (auto number = joint->questions.rbegin(); number != joint->questions.rend(); ++number) {
            auto & question = questions[*number];
            question.in_cell = in_cell;
            question.in_pattern = in_cell * in_pattern;
            in_cell *= form_of(question.sense).level_count + 1;
        }
        in_pattern *= joint->cells;
    }
    for (auto & joint : joints) {
        for (std::size_t cell = 0; cell < joint.cells; ++cell) {
            std::vector<Level> levels(joint.questions.size());
            std::uint32_t told = 0;
            auto rest = cell;
            for (auto i = levels.size(); i-- > 0;) {
                auto const radix = form_of(questions[joint.questions[i]].sense).level_count + 1;
                levels[i] = static_cast<Level>(rest % radix);
                rest /= radix;
                told |= levels[i] != missing ? 1U << i : 0U;
            }
            joint.levels.push_back(std::move(levels));
            joint.told.push_back(told);
        }
    }
    auto const asked = [&](Sense sense) { return once[static_cast<std::size_t>(sense)] != none; };
    households = (asked(Sense::birth_date) || asked(Sense::given))
        && (bundles[static_cast<std::size_t>(Bundle::address)] != none || asked(Sense::telephone))
        && asked(Sense::surname);
}

std::size_t Form::cell(std::size_t joint, Levels const & levels) const
{
    std::size_t cell = 0;
    for (auto const question : joints[joint].questions) {
        cell += questions[question].in_cell * levels[question];
    }
    return cell;
}

Form::Levels Form::levels(std::uint64_t pattern) const
{
    Levels levels {};
    for (auto joint = joints.rbegin(); joint != joints.rend(); ++joint) {
        auto const & own = joint->levels[pattern % joint->cells];
        pattern /= joint->cells;
        for (std::size_t i = 0; i < own.size(); ++i) {
            levels[joint->questions[i]] = own[i];
        }
    }
    return levels;
}

std::uint64_t Form::pattern(Levels const & levels) const
{
    std::uint64_t pattern = 0;
    for (std::size_t question = 0; question < questions.size(); ++question) {
        pattern += questions[question].in_pattern * levels[question];
    }
    return pattern;
}

std::size_t Form::cell_of(std::uint64_t pattern, std::size_t joint) const
{
    for (auto at = joints.size(); --at > joint;) {
        pattern /= joints[at].cells;
    }
    return static_cast<std::size_t>(pattern % joints[joint].cells);
}

} // namespace ketensync::reconcile
