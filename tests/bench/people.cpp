#include "tests/bench/people.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace ketensync::bench {

namespace {

constexpr std::array<char const *, 20> starts { "Ba", "Vis", "De", "Hof", "Kui", "Mol", "Ja", "Pe", "Smi", "Wil", "Ver",
    "Bo", "Schu", "Dij", "Kra", "Meu", "Pos", "Ro", "Van", "Ol" };
constexpr std::array<char const *, 20> middles { "k", "s", "l", "rn", "nd", "m", "tt", "v", "g", "rst", "bb", "sch",
    "l", "dd", "nk", "p", "rd", "ss", "tj", "z" };
constexpr std::array<char const *, 15> ends { "er", "sen", "ma", "stra", "man", "huis", "veld", "ink", "inga", "e",
    "aars", "kamp", "berg", "ing", "oot" };
constexpr std::array<char const *, 40> men { "Johannes", "Jan", "Willem", "Pieter", "Kees", "Hendrik", "Daan", "Sem",
    "Lucas", "Mohamed", "Ahmed", "Thomas", "Bram", "Luuk", "Gijs", "Ruben", "Tim", "Stefan", "Mark", "Erik", "Robert",
    "Dennis", "Marcel", "Peter", "Hans", "Gerard", "Anton", "Frans", "Mustafa", "Tomasz", "Piotr", "Yusuf", "Joris",
    "Koen", "Niels", "Rick", "Wouter", "Sander", "Bas", "Martijn" };
constexpr std::array<char const *, 40> women { "Maria", "Johanna", "Anna", "Elisabeth", "Cornelia", "Emma", "Julia",
    "Sophie", "Fatima", "Aicha", "Lotte", "Sanne", "Eva", "Lisa", "Anouk", "Femke", "Marieke", "Ingrid", "Monique",
    "Esther", "Linda", "Petra", "Wilma", "Ria", "Truus", "Annie", "Els", "Agnieszka", "Katarzyna", "Zeynep", "Fleur",
    "Iris", "Noor", "Roos", "Tess", "Merel", "Hanna", "Marloes", "Nienke", "Karin" };

/// Where a first name comes from.
std::string_view origin(std::string_view given)
{
    for (auto const & [name, where] : std::initializer_list<std::pair<std::string_view, std::string_view>> {
             { "Mohamed", "arabic" }, { "Ahmed", "arabic" }, { "Fatima", "arabic" }, { "Aicha", "arabic" },
             { "Mustafa", "turkish" }, { "Yusuf", "turkish" }, { "Zeynep", "turkish" }, { "Tomasz", "polish" },
             { "Piotr", "polish" }, { "Agnieszka", "polish" }, { "Katarzyna", "polish" } }) {
        if (name == given) {
            return where;
        }
    }
    return "dutch";
}

struct Person {
    std::string given;
    std::string second;
    std::string surname;
    std::string partner;
    std::size_t household = 0;
    int year = 0;
    int month = 0;
    int day = 0;
    bool woman = false;
    std::string postcode;
    int house = 0;
    std::string bsn;
    std::string email;
    std::string telephone;
};

class People {
public:
    explicit People(std::uint64_t seed)
        : m_random(seed)
    {
    }

    void household(std::vector<Person> & out)
    {
        ++m_households;
        auto const surname = this->surname();
        auto const partner = chance(0.6) ? this->surname() : surname;
        auto const postcode = this->postcode();
        auto const house = 1 + below(180);
        auto const telephone = fmt::format("06{:08}", below(100'000'000));
        auto const year = 1940 + below(60);
        auto const size = 1 + below(4);
        for (int i = 0; i < size; ++i) {
            Person person;
            person.household = m_households;
            person.woman = i == 1 || (i > 1 && chance(0.5));
            person.given = given(person.woman);
            person.second = chance(0.4) ? given(person.woman) : "";
            person.surname = i == 1 ? partner : surname;
            person.partner = i == 1 && chance(0.5) && partner != surname ? surname : "";
            person.year = i < 2 ? year + below(5) : year + 25 + below(12);
            person.month = 1 + below(12);
            person.day = 1 + below(28);
            person.postcode = postcode;
            person.house = house;
            person.telephone = chance(0.15) ? telephone : fmt::format("06{:08}", below(100'000'000));
            if (i == 2 && chance(0.05)) {
                person.given = out.back().woman ? person.given : out[out.size() - 2].given; // after the father
            }
            if (i == 3 && chance(0.06)) { // twins
                person.year = out.back().year;
                person.month = out.back().month;
                person.day = out.back().day;
            }
            person.bsn = bsn();
            person.email
                = chance(0.7) ? fmt::format("{}.{}{}@post.example", person.given, person.surname, below(1000)) : "";
            out.push_back(person);
        }
    }

    /// One telling of a person.
    std::string tell(Person person, std::size_t number)
    {
        bool const moved = chance(0.08);
        auto const about
            = fmt::format("{}:{}:{}:{}", person.household, person.woman ? 'V' : 'M', origin(person.given), moved ? 1 : 0);
        if (moved) {
            person.postcode = postcode();
            person.house = 1 + below(180);
        }
        if (!person.partner.empty() && chance(0.3)) {
            person.surname = chance(0.5) ? person.partner : person.partner + "-" + person.surname;
        }
        auto given = person.given + (chance(0.4) && !person.second.empty() ? " " + person.second : "");
        if (chance(0.10)) {
            given = fmt::format("{}.", person.given[0]);
        } else if (chance(0.03)) {
            given = "";
        }
        auto date = fmt::format("{:04}-{:02}-{:02}", person.year, person.month, person.day);
        if (chance(0.02)) {
            date = fmt::format("{:04}-{:02}-{:02}", person.year, person.month, 1 + below(28));
        } else if (chance(0.01)) {
            date = fmt::format("{:04}-01-01", person.year);
        } else if (chance(0.02)) {
            date = "";
        }
        return fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", number, slip(given, 0.04), slip(person.surname, 0.05),
            date,
            chance(0.03)                       ? ""
                : person.woman != chance(0.01) ? "V"
                                               : "M",
            chance(0.05) ? "" : slip(person.postcode, 0.01),
            chance(0.06) ? std::string() : std::to_string(person.house), chance(0.45) ? "" : slip(person.bsn, 0.01),
            chance(0.5) ? "" : slip(person.email, 0.02), chance(0.5) ? "" : slip(person.telephone, 0.01), about);
    }

    int tellings()
    {
        auto const part = below(100);
        return part < 70 ? 1 : part < 88 ? 2 : part < 96 ? 3 : 4;
    }
    std::mt19937_64 & random() { return m_random; }

private:
    int below(int limit) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(limit)); }
    bool chance(double part) { return static_cast<double>(m_random() >> 11U) * 0x1p-53 < part; }
    /// The lower, the likelier: names are not told alike often.
    template <std::size_t size>
    char const * often(std::array<char const *, size> const & words)
    {
        auto const part = static_cast<double>(m_random() >> 11U) * 0x1p-53;
        return words[static_cast<std::size_t>(part * part * static_cast<double>(size))];
    }
    std::string given(bool woman) { return often(woman ? women : men); }
    std::string surname()
    {
        std::string name = std::string(often(starts)) + often(middles) + often(ends);
        if (chance(0.5)) { // rarer ones
            name += often(middles);
            name += often(ends);
        }
        return chance(0.2) ? "van der " + name : name;
    }
    std::string postcode()
    {
        return fmt::format(
            "{:04}{}{}", 1000 + below(9000), static_cast<char>('A' + below(26)), static_cast<char>('A' + below(26)));
    }
    std::string bsn()
    {
        while (true) {
            std::array<int, 9> digits {};
            int sum = 0;
            for (std::size_t i = 0; i < 8; ++i) {
                digits[i] = below(10);
                sum += digits[i] * static_cast<int>(9 - i);
            }
            if (sum % 11 < 10 && digits[0] != 0) {
                digits[8] = sum % 11;
                std::string text;
                for (int const digit : digits) {
                    text += static_cast<char>('0' + digit);
                }
                return text;
            }
        }
    }
    std::string slip(std::string text, double part)
    {
        if (text.size() < 3 || !chance(part)) {
            return text;
        }
        auto const at = 1 + static_cast<std::size_t>(below(static_cast<int>(text.size()) - 2));
        switch (below(4)) {
        case 0:
            text.erase(at, 1);
            break;
        case 1:
            text.insert(at, 1, text[at]);
            break;
        case 2:
            std::swap(text[at], text[at + 1]);
            break;
        default:
            text[at] = text[at] >= '0' && text[at] <= '9' ? static_cast<char>('0' + below(10))
                                                          : static_cast<char>('a' + below(26));
        }
        return text;
    }

    std::mt19937_64 m_random;
    std::size_t m_households = 0;
};

} // namespace

void write_people(std::filesystem::path const & file, std::uint64_t seed, std::size_t records)
{
    People people(seed);
    std::vector<std::string> rows;
    rows.reserve(records);
    std::vector<Person> household;
    for (std::size_t number = 1; rows.size() < records;) {
        household.clear();
        people.household(household);
        for (auto const & person : household) {
            for (int i = people.tellings(); i > 0 && rows.size() < records; --i) {
                rows.push_back(people.tell(person, number));
            }
            ++number;
        }
    }
    for (std::size_t i = rows.size(); i > 1; --i) {
        std::swap(rows[i - 1], rows[people.random()() % i]);
    }
    std::ofstream out(file, std::ios::binary);
    out << "person,given,surname,born,sex,postcode,house,bsn,email,phone,about\n";
    for (auto const & row : rows) {
        out << row;
    }
}

} // namespace ketensync::bench
