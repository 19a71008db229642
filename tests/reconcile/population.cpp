#include "tests/reconcile/population.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <random>

#include <fmt/format.h>

namespace ketensync::reconcile::test {

namespace {

struct Person {
    std::uint32_t number = 0;
    std::string surname, partner, given, called, second;
    bool carries_partner = false;
    int year = 0, month = 0, day = 0;
    char sex = 'M';
    std::string postcode, house_number, email, telephone, bsn;
};

constexpr auto starts = std::to_array<char const *>({ "Berg", "Dijk", "Veld", "Bos", "Meer", "Haan", "Kuip", "Mole",
    "Vis", "Brou", "Schip", "Timmer", "Groen", "Wit", "Zwart", "Rood", "Dek", "Smal", "Lang", "Kort", "Hoog", "Laag",
    "Water", "Zand", "Klei", "Steen", "Rots", "Eik", "Beuk", "Linde", "Olm", "Roos", "Tulp", "Hei", "Duin", "Polder",
    "Sluis", "Brug", "Toren", "Kerk", "Yild", "Kar", "Öz", "Amr", "Ouaz", "Ben", "Kowal", "Wiś", "Nowa", "Jank" });
constexpr auto middles = std::to_array<char const *>({ "", "en", "er", "ing", "el", "hui", "ste", "la", "mo", "re",
    "an", "bi", "do", "fe", "gra", "ho", "ij", "ka", "lo", "mi" });
constexpr auto ends = std::to_array<char const *>({ "sma", "stra", "man", "mans", "huizen", "kamp", "horst", "wijk",
    "veen", "broek", "zicht", "sen", "s", "inga", "ink", "hof", "burg", "beek", "daal", "laar", "irim", "oui", "ski",
    "czyk", "aoui", "şahin", "loo", "tra", "voort", "mond" });
constexpr auto prefixes = std::to_array<char const *>({ "van ", "de ", "van der ", "van den ", "ter " });

struct GivenName {
    char const * full;
    char const * called;
    char sex;
};
constexpr auto givens = std::to_array<GivenName>({ { "Johannes", "Jan", 'M' }, { "Cornelis", "Kees", 'M' },
    { "Wilhelmus", "Wim", 'M' }, { "Petrus", "Piet", 'M' }, { "Hendrik", "Henk", 'M' }, { "Antonius", "Ton", 'M' },
    { "Mohamed", "Mo", 'M' }, { "Mehmet", "Mehmet", 'M' }, { "Piotr", "Piotr", 'M' }, { "Daan", "Daan", 'M' },
    { "Thomas", "Tom", 'M' }, { "Robert", "Rob", 'M' }, { "Michael", "Michel", 'M' }, { "Alexander", "Sander", 'M' },
    { "Jeroen", "Jeroen", 'M' }, { "Maarten", "Maarten", 'M' }, { "Ruben", "Ruben", 'M' }, { "Stijn", "Stijn", 'M' },
    { "Ahmed", "Ahmed", 'M' }, { "Emre", "Emre", 'M' }, { "Ferdinand", "Ferry", 'M' }, { "Wouter", "Wouter", 'M' },
    { "Maria", "Marieke", 'V' }, { "Johanna", "Joke", 'V' }, { "Elisabeth", "Els", 'V' }, { "Catharina", "Karin", 'V' },
    { "Wilhelmina", "Mien", 'V' }, { "Hendrika", "Rika", 'V' }, { "Fatima", "Fatima", 'V' }, { "Ayşe", "Ayşe", 'V' },
    { "Katarzyna", "Kasia", 'V' }, { "Emma", "Emma", 'V' }, { "Sophie", "Sophie", 'V' }, { "Charlotte", "Lotte", 'V' },
    { "Suzanne", "Suus", 'V' }, { "Margaretha", "Greet", 'V' }, { "Monique", "Monique", 'V' },
    { "Ingrid", "Ingrid", 'V' }, { "Khadija", "Khadija", 'V' }, { "Zeynep", "Zeynep", 'V' }, { "Renée", "Renée", 'V' },
    { "Zoë", "Zoë", 'V' } });

class Maker {
public:
    Maker(record::Schema const & schema, std::uint64_t seed)
        : m_schema(schema)
        , m_random(seed)
    {
    }

    void household(Population & out)
    {
        auto const family = surname();
        auto const postcode = fmt::format("{}{}{}", 1200 + below(160), letter(), letter());
        auto const house_number = fmt::format("{}", 1 + below(180));
        auto const telephone = number("+316", 8);
        std::vector<Person> people;
        auto const add = [&](std::string const & name, int year, char sex) {
            people.push_back(person(name, year, sex));
            people.back().postcode = postcode;
            people.back().house_number = house_number;
            if (chance(0.05)) {
                people.back().telephone = telephone;
            }
        };
        add(family, 1955 + below(45), chance(0.5) ? 'M' : 'V');
        if (chance(0.5)) {
            auto const & first = people.front();
            add(surname(), first.year - 4 + below(9), first.sex == 'M' ? 'V' : 'M');
            auto & wife = people[people[0].sex == 'V' ? 0 : 1];
            auto const & husband = people[people[0].sex == 'V' ? 1 : 0];
            wife.partner = husband.surname;
            wife.carries_partner = chance(0.6);
        }
        if (chance(0.3)) {
            children(people, family, add);
        }
        for (auto & one : people) {
            tell(one, people, out);
        }
    }

private:
    template <typename Add>
    void children(std::vector<Person> & people, std::string const & family, Add const & add)
    {
        add(family, people.front().year + 20 + below(12), chance(0.5) ? 'M' : 'V');
        if (people.front().sex == 'M' && people.back().sex == 'M' && chance(0.05)) {
            people.back().given = people.front().given;
            people.back().called = people.front().called;
        }
        auto const elder = people.back();
        if (chance(0.5)) {
            add(family, elder.year + below(5), chance(0.5) ? 'M' : 'V');
            if (chance(0.06)) {
                people.back().year = elder.year;
                people.back().month = elder.month;
                people.back().day = elder.day;
            }
        }
    }

    Person person(std::string const & name, int year, char sex)
    {
        Person made;
        made.number = ++m_persons;
        made.surname = name;
        auto const * given = &givens[static_cast<std::size_t>(below(static_cast<int>(givens.size())))];
        while (given->sex != sex) {
            given = &givens[static_cast<std::size_t>(below(static_cast<int>(givens.size())))];
        }
        made.given = given->full;
        made.called = given->called;
        made.second = chance(0.5) ? givens[static_cast<std::size_t>(below(static_cast<int>(givens.size())))].full : "";
        made.sex = sex;
        made.year = year;
        made.month = 1 + below(12);
        made.day = 1 + below(28);
        made.telephone = number("+316", 8);
        made.email = fmt::format("{}{}@post.example", made.called, number("", 5));
        made.bsn = next_bsn();
        return made;
    }

    void tell(Person const & one, std::vector<Person> const & people, Population & out)
    {
        bool const registered = chance(0.45);
        if (chance(0.40)) {
            for (int i = chance(0.1) ? 2 : 1; i > 0; --i) {
                put(out, one, 1,
                    { { "bsn", one.bsn }, { "geboortedatum", birth(one) }, { "geslacht", std::string(1, one.sex) } });
            }
        }
        if (registered) {
            auto const number = fmt::format("WZ{:08}", ++m_registrations);
            seeker(out, one, people, number);
            if (chance(0.2)) {
                put(out, one, 3,
                    { { "nummer_werkzoekende", number }, { "postcode", one.postcode },
                        { "email", chance(0.3) ? "" : one.email }, { "telefoon", one.telephone } });
            }
            if (chance(0.005)) {
                seeker(out, one, people, fmt::format("WZ{:08}", ++m_registrations));
            }
        }
        if (chance(0.20)) {
            student(out, one);
        }
        for (int i = chance(0.25) ? (chance(0.15) ? 2 : 1) : 0; i > 0; --i) {
            participant(out, one);
        }
    }

    void seeker(Population & out, Person const & one, std::vector<Person> const & people, std::string const & number)
    {
        auto const wrong = chance(0.003);
        auto const & other = people[static_cast<std::size_t>(below(static_cast<int>(people.size())))];
        put(out, one, 2,
            { { "bsn",
                  chance(0.10) ? ""
                      : wrong  ? other.bsn
                               : one.bsn },
                { "geslachtsnaam", slip(one.surname, 0.015) },
                { "voornamen", one.given + (one.second.empty() ? "" : " " + one.second) },
                { "voorletters", initials(one) }, { "geslachtsnaam_partner", one.partner },
                { "geboortedatum", chance(0.008) ? std::to_string(one.year) : birth(one) },
                { "geslacht", std::string(1, one.sex) }, { "postcode", one.postcode },
                { "huisnummer", one.house_number }, { "email", chance(0.25) ? "" : one.email },
                { "telefoon", chance(0.15) ? "" : one.telephone }, { "nummer_werkzoekende", number } });
    }

    void student(Population & out, Person const & one)
    {
        bool const address = chance(0.8);
        put(out, one, 4,
            { { "geslachtsnaam", slip(one.surname, 0.01) }, { "voornamen", chance(0.3) ? one.called : one.given },
                { "voorletters", chance(0.3) ? "" : initials(one) },
                { "geboortedatum", chance(0.03) ? "" : birth(one) }, { "geslacht", std::string(1, one.sex) },
                { "postcode", address ? one.postcode : "" }, { "huisnummer", address ? one.house_number : "" },
                { "email", chance(0.2) ? this->number("s", 6) + "@school.example" : one.email },
                { "telefoon", chance(0.2) ? "" : one.telephone } });
    }

    void participant(Population & out, Person const & one)
    {
        auto name = one.surname;
        if (one.carries_partner) {
            name = chance(0.5) ? one.partner : one.partner + "-" + one.surname;
        }
        bool const address = chance(0.92);
        auto const how = m_unit(m_random);
        put(out, one, 5,
            { { "geslachtsnaam", slip(prefixed(name), 0.02) }, { "voornamen", chance(0.3) ? "" : one.called },
                { "voorletters", chance(0.2) ? "" : initials(one) },
                { "geboortedatum",
                    how < 0.04        ? ""
                        : how < 0.07  ? fmt::format("{}-01-01", one.year)
                        : how < 0.075 ? fmt::format("{}-{:02}-{:02}", one.year, one.day <= 12 ? one.day : one.month,
                              one.day <= 12 ? one.month : one.day)
                                      : birth(one) },
                { "geslacht", chance(0.02) ? "" : std::string(1, one.sex) },
                { "postcode", address ? one.postcode : "" }, { "huisnummer", address ? one.house_number : "" },
                { "email", chance(0.3) ? "" : one.email }, { "telefoon", chance(0.2) ? "" : one.telephone } });
    }

    void put(Population & out, Person const & one, std::uint16_t source,
        std::vector<std::pair<std::string_view, std::string>> const & fields)
    {
        auto const & kind = m_schema.kinds[m_schema.kind("persoon").value()];
        std::vector<std::string> texts(kind.fields.size());
        for (auto const & [name, text] : fields) {
            texts[kind.field(name).value()] = text;
        }
        out.items.push_back({ record::Values(std::span<std::string const>(texts)), one.number, source, source == 1 });
    }

    std::string surname()
    {
        auto const pick = [&](auto const & list) { // the first ones far more often
            auto const u = m_unit(m_random);
            return std::string(list[static_cast<std::size_t>(u * u * static_cast<double>(list.size()))]);
        };
        auto name = pick(starts) + pick(middles) + pick(ends);
        return chance(0.02) ? name + "-" + pick(starts) + pick(ends) : name;
    }

    std::string prefixed(std::string const & name)
    {
        return chance(0.3) ? prefixes[static_cast<std::size_t>(below(5))] + name : name;
    }
    static std::string initials(Person const & one)
    {
        return one.given.substr(0, 1) + "." + (one.second.empty() ? "" : one.second.substr(0, 1) + ".");
    }
    static std::string birth(Person const & one) { return fmt::format("{}-{:02}-{:02}", one.year, one.month, one.day); }

    std::string slip(std::string text, double share)
    {
        if (chance(share) && text.size() > 4) {
            auto const at = static_cast<std::size_t>(1 + below(static_cast<int>(text.size()) - 2));
            auto const plain = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) < 0x80; };
            if (plain(at) && plain(at + 1)) {
                switch (below(3)) {
                case 0:
                    std::swap(text[at], text[at + 1]);
                    break;
                case 1:
                    text.erase(at, 1);
                    break;
                default:
                    text[at] = static_cast<char>('a' + below(26));
                    break;
                }
            }
        }
        return text;
    }

    std::string next_bsn()
    {
        while (true) {
            auto const digits = fmt::format("{:09}", 100'000'000 + (m_bsn += 7) % 800'000'000);
            int sum = -(digits[8] - '0');
            for (int i = 0; i < 8; ++i) {
                sum += (9 - i) * (digits[static_cast<std::size_t>(i)] - '0');
            }
            if (sum % 11 == 0) {
                return digits;
            }
        }
    }

    std::string number(std::string text, int digits)
    {
        for (int i = 0; i < digits; ++i) {
            text += static_cast<char>('0' + below(10));
        }
        return text;
    }
    char letter() { return static_cast<char>('A' + below(24)); }
    int below(int limit) { return static_cast<int>(m_unit(m_random) * limit); }
    bool chance(double share) { return m_unit(m_random) < share; }

    record::Schema const & m_schema;
    std::mt19937_64 m_random;
    // generate_canonical of 53 bits, written out: those of the standard library differ between libraries.
    struct Unit {
        double operator()(std::mt19937_64 & random) const { return static_cast<double>(random() >> 11U) * 0x1.0p-53; }
    } m_unit;
    std::uint32_t m_persons = 0;
    std::uint32_t m_registrations = 0;
    std::uint64_t m_bsn = 0;
};

double pairs(double count)
{
    return count * (count - 1) / 2;
}

} // namespace

Population Population::make(record::Schema const & schema, std::uint64_t seed, std::size_t records)
{
    Population population;
    population.items.reserve(records + 64);
    Maker maker(schema, seed);
    while (population.items.size() < records) {
        maker.household(population);
    }
    std::mt19937_64 random(seed + 1);
    for (auto i = population.items.size() - 1; i > 0; --i) {
        std::swap(population.items[i], population.items[random() % (i + 1)]);
    }
    // In memory as in time: a record that is settled was made a moment before.
    std::vector<Item> in_order(population.items);
    population.items = std::move(in_order);
    return population;
}

Score score(Population const & population, std::vector<std::uint32_t> const & group, record::Schema const & schema)
{
    auto const bsn = schema.kinds[schema.kind("persoon").value()].field("bsn").value();
    std::map<std::uint32_t, double> by_person;
    std::map<std::uint32_t, double> by_group;
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> by_both;
    // What only a BSN leads to: anonymous records whose BSN no other record of the person has.
    std::map<std::uint32_t, std::map<std::string, double>> anonymous;
    std::map<std::uint32_t, std::map<std::string, double>> named;
    for (std::size_t i = 0; i < population.items.size(); ++i) {
        auto const & item = population.items[i];
        ++by_person[item.person];
        ++by_group[group[i]];
        ++by_both[{ item.person, group[i] }];
        ++(item.anonymous ? anonymous : named)[item.person][std::string(item.values[bsn])];
    }
    Score score;
    for (auto const & [both, count] : by_both) {
        score.right += pairs(count);
    }
    for (auto const & [one, count] : by_group) {
        score.wrong += pairs(count);
    }
    for (auto const & [one, count] : by_person) {
        score.missed += pairs(count);
    }
    score.wrong -= score.right;
    score.missed -= score.right;
    for (auto const & [person, numbers] : anonymous) {
        auto const all = by_person[person];
        for (auto const & [number, count] : numbers) {
            if (named[person].count(number) == 0) {
                score.out_of_reach += count * (all - count);
            }
        }
    }
    return score;
}

} // namespace ketensync::reconcile::test
