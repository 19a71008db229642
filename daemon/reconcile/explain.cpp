#include "daemon/reconcile/explain.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ketensync::reconcile {

namespace {

/// What two of one household are likelier to be than one person: a bit at least is worth a word.
constexpr double household_told = -1.0;

std::string_view in_dutch(Sense sense)
{
    switch (sense) {
    case Sense::given:
        return "voornaam";
    case Sense::sex:
        return "sekse";
    case Sense::surname:
        return "achternaam";
    case Sense::birth_date:
        return "geboortedag";
    case Sense::identifier:
        return "nummer";
    case Sense::postcode:
    case Sense::house_number:
    case Sense::street:
    case Sense::place:
        return "adres";
    case Sense::email:
        return "e-mailadres";
    case Sense::telephone:
        return "telefoonnummer";
    case Sense::text:
    case Sense::number:
    case Sense::code:
        break;
    }
    return "overige kenmerken";
}

std::string sentence_of(Explanation const & told, Verdict const & verdict, Judgement judgement,
    MatchRules const & rules, std::vector<std::string> const & for_it, std::vector<std::string> const & against)
{
    if (judgement != Judgement::none) {
        return fmt::format("Een medewerker heeft beoordeeld dat dit {} is.",
            judgement == Judgement::same ? "dezelfde mens" : "niet dezelfde mens");
    }
    if (verdict.clashing) {
        return "Het nummer is hetzelfde, maar naam en geboortedag spreken dat tegen: een medewerker moet dit "
               "beoordelen.";
    }
    if (verdict.barred) {
        return "Niet dezelfde mens: twee verschillende geldige nummers.";
    }
    if (verdict.same) {
        return "Dezelfde mens: hetzelfde nummer, en niets dat het tegenspreekt.";
    }
    auto const word = told.total >= rules.link ? "Waarschijnlijk dezelfde mens"
        : told.total >= rules.review           ? "Twijfel of dit dezelfde mens is"
                                               : "Waarschijnlijk niet dezelfde mens";
    auto text = fmt::format("{} ({:+.1f} bits)", word, told.total);
    if (!for_it.empty()) {
        text += fmt::format("; ervoor pleit {}", fmt::join(for_it, ", "));
    }
    if (!against.empty()) {
        text += fmt::format("; ertegen pleit {}", fmt::join(against, ", "));
    }
    if (told.household < household_told) {
        text += "; het kunnen huisgenoten zijn";
    }
    return text + (told.met.empty() ? "; ze hebben geen sleutel gemeen en zijn daarom nooit vergeleken." : ".");
}

} // namespace

Explanation explain(RecordTable const & table, Form const & form, Recipes const & recipes, Scorer & scorer, Row a,
    Row b, Judgement judgement)
{
    Explanation told;
    auto const levels = scorer.compare(a, b);
    told.prior = scorer.model().prior_same;
    Odds sum { { scorer.model().prior_same, 0.0, scorer.model().prior_household } };
    std::vector<std::string> for_it;
    std::vector<std::string> against;
    for (std::size_t number = 0; number < form.joints.size(); ++number) {
        auto const odds = scorer.weigh(number, levels, a, b);
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            sum.of[which] += odds.of[which];
        }
        Explanation::Line line;
        for (auto const question : form.joints[number].questions) {
            if (levels[question] != missing) {
                auto const & asked = form.questions[question];
                line.question += (line.question.empty() ? "" : ", ") + asked.name;
                line.answer += line.answer.empty() ? "" : ", ";
                line.answer += form_of(asked.sense).levels[levels[question] - 1U].name;
            }
        }
        if (line.question.empty()) {
            continue;
        }
        line.bits = odds.of[at(PairClass::same)] - odds.of[at(PairClass::other)];
        auto & side = line.bits >= 0 ? for_it : against;
        std::string const word(in_dutch(form.questions[form.joints[number].questions.front()].sense));
        if (std::find(side.begin(), side.end(), word) == side.end() && std::abs(line.bits) >= 1.0) {
            side.push_back(word);
        }
        told.lines.push_back(std::move(line));
    }
    told.household = -std::log2(1.0 + std::exp2(sum.of[at(PairClass::household)] - sum.of[at(PairClass::other)]));
    told.total = told.prior + told.household;
    for (auto const & line : told.lines) {
        told.total += line.bits;
    }
    for (std::size_t recipe = 0; recipe < recipes.size(); ++recipe) {
        (recipes.meet(recipe, a, b) ? told.met : told.unmet).push_back(recipes[recipe].name);
    }
    auto verdict = scorer.judge(a, b);
    Constraints::apply(judgement, verdict);
    told.barred = verdict.barred;
    told.same = verdict.same;
    told.sentence = sentence_of(told, verdict, judgement, table.rules(), for_it, against);
    return told;
}

} // namespace ketensync::reconcile
