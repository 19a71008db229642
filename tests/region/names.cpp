#include "tests/region/names.hpp"

#include "tests/region/letters.hpp"

#include <array>

namespace ketensync::region {
namespace {

// Of the Dutch, this many carry a name of the list; the others one of the long tail.
constexpr double listed_share = 0.42;
constexpr double double_name_share = 0.012;

/// "van den Berg": the words before the first that starts with a capital are the voorvoegsel.
FamilyName split(std::string_view whole)
{
    std::size_t at = 0;
    for (;;) {
        auto const space = whole.find(' ', at);
        auto const lower = (whole[at] >= 'a' && whole[at] <= 'z') || whole[at] == '\'';
        if (!lower || space == std::string_view::npos) {
            break;
        }
        at = space + 1;
    }
    if (at == 0 && whole.starts_with("d'")) {
        return { "d'", std::string(whole.substr(2)) };
    }
    return { std::string(whole.substr(0, at == 0 ? 0 : at - 1)), std::string(whole.substr(at)) };
}

std::string polish_for(Sex sex, std::string name)
{
    if (sex == Sex::woman && (name.ends_with("ski") || name.ends_with("cki"))) {
        name.back() = 'a';
    }
    return name;
}

} // namespace

Names::GivenList Names::given_list(std::span<std::string_view const> entries)
{
    GivenList list;
    for (auto entry : entries) {
        Called called;
        auto const slash = entry.find('/');
        called.formal = entry.substr(0, slash);
        while (entry.find('/') != std::string_view::npos) {
            entry.remove_prefix(entry.find('/') + 1);
            called.called.emplace_back(entry.substr(0, entry.find('/')));
        }
        list.names.push_back(std::move(called));
    }
    list.weights = Weighted::zipf(list.names.size(), 6, 0.9);
    return list;
}

Names::FamilyList Names::family_list(std::span<std::string_view const> entries)
{
    FamilyList list;
    for (auto const entry : entries) {
        list.names.push_back(split(entry));
    }
    list.weights = Weighted::zipf(list.names.size(), 15, 0.9);
    return list;
}

Names::Names()
    : m_dutch(family_list(lists::dutch_family()))
    , m_turkish(family_list(lists::turkish_family()))
    , m_moroccan(family_list(lists::moroccan_family()))
    , m_polish(family_list(lists::polish_family()))
    , m_surinamese(family_list(lists::surinamese_family()))
    , m_men_before(given_list(lists::dutch_men_before()))
    , m_men_since(given_list(lists::dutch_men_since()))
    , m_women_before(given_list(lists::dutch_women_before()))
    , m_women_since(given_list(lists::dutch_women_since()))
    , m_turkish_men(given_list(lists::turkish_men()))
    , m_turkish_women(given_list(lists::turkish_women()))
    , m_moroccan_men(given_list(lists::moroccan_men()))
    , m_moroccan_women(given_list(lists::moroccan_women()))
    , m_polish_men(given_list(lists::polish_men()))
    , m_polish_women(given_list(lists::polish_women()))
    , m_surinamese_men(given_list(lists::surinamese_men()))
    , m_surinamese_women(given_list(lists::surinamese_women()))
    , m_stems(Weighted::zipf(lists::place_stems().size(), 20, 0.8))
    , m_ends(Weighted::zipf(lists::place_ends().size(), 6, 0.8))
{
}

FamilyName Names::composed(Random & random) const
{
    auto const shape = random.unit();
    if (shape < 0.50) {
        auto name = std::string(lists::place_stems()[m_stems.choose(random)])
            + std::string(lists::place_ends()[m_ends.choose(random)]);
        auto const front = random.unit();
        char const * prefix = "";
        if (front < 0.60) {
            prefix = "van";
        } else if (front < 0.66) {
            prefix = "van de";
        } else if (front < 0.71) {
            prefix = "van den";
        } else if (front < 0.75) {
            prefix = "ter";
        }
        return { prefix, std::move(name) };
    }
    if (shape < 0.64) {
        return { "",
            std::string(random.pick(lists::frisian_stems())) + std::string(random.pick(lists::frisian_ends())) };
    }
    if (shape < 0.88) {
        return { "", std::string(random.pick(lists::craft_stems())) + std::string(random.pick(lists::craft_ends())) };
    }
    auto const & father = random.pick(m_men_before.names);
    auto name = father.called.empty() ? father.formal : father.called[0];
    static constexpr std::array endings { "sen", "s", "sz", "se", "sma", "ink" };
    return { "", std::move(name) + random.pick(endings) };
}

FamilyName Names::family_name(Random & random, Origin origin) const
{
    auto const listed = [&](FamilyList const & list) { return list.names[list.weights.choose(random)]; };
    switch (origin) {
    case Origin::turkish:
        return listed(m_turkish);
    case Origin::moroccan:
        return listed(m_moroccan);
    case Origin::polish:
        return listed(m_polish);
    case Origin::surinamese:
        return listed(m_surinamese);
    case Origin::dutch:
        break;
    }
    auto name = random.chance(listed_share) ? listed(m_dutch) : composed(random);
    if (random.chance(double_name_share)) {
        auto const second = composed(random);
        name.name += second.prefix.empty() ? "-" : " " + second.prefix + " ";
        name.name += second.name;
    }
    return name;
}

Names::GivenList const & Names::given_list_for(Origin origin, Sex sex, int birth_year) const
{
    auto const man = sex == Sex::man;
    switch (origin) {
    case Origin::turkish:
        return man ? m_turkish_men : m_turkish_women;
    case Origin::moroccan:
        return man ? m_moroccan_men : m_moroccan_women;
    case Origin::polish:
        return man ? m_polish_men : m_polish_women;
    case Origin::surinamese:
        return man ? m_surinamese_men : m_surinamese_women;
    case Origin::dutch:
        break;
    }
    if (birth_year < 1976) {
        return man ? m_men_before : m_women_before;
    }
    return man ? m_men_since : m_women_since;
}

GivenNames Names::given_names(Random & random, Origin origin, Sex sex, int birth_year) const
{
    auto const & list = given_list_for(origin, sex, birth_year);
    auto const & first = list.names[list.weights.choose(random)];
    GivenNames given { first.formal, first.called.empty() ? first.formal : random.pick(first.called) };
    auto const more = origin == Origin::dutch ? (birth_year < 1976 ? 0.70 : 0.55) : 0.15;
    for (auto names = 1; names < 4 && random.chance(names == 1 ? more : 0.35); ++names) {
        auto const & next = list.names[list.weights.choose(random)].formal;
        if (given.all.find(next) == std::string::npos) {
            given.all += ' ';
            given.all += next;
        }
    }
    return given;
}

std::string initials_of(std::string_view given_names)
{
    std::string out;
    auto const plain = without_diacritics(given_names);
    for (std::size_t at = 0; at < plain.size();) {
        if (plain[at] != ' ' && plain[at] != '-') {
            out += upper_ascii(std::string_view(plain).substr(at, 1));
            out += '.';
        }
        auto const gap = plain.find_first_of(" -", at);
        at = gap == std::string::npos ? plain.size() : gap + 1;
    }
    return out;
}

std::string family_name_for(Sex sex, Origin origin, std::string name)
{
    return origin == Origin::polish ? polish_for(sex, std::move(name)) : name;
}

} // namespace ketensync::region
