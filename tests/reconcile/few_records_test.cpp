#include "daemon/reconcile/batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ketensync::reconcile::test {

namespace {

using Texts = std::vector<std::string>;

MatchRules rules(double link = 0)
{
    MatchRules made;
    made.link = link;
    made.review = std::min(made.review, link);
    made.columns = { { "given", MatchType::given_name, Proof::none }, { "surname", MatchType::surname, Proof::none },
        { "born", MatchType::birth_date, Proof::none }, { "place", MatchType::place, Proof::none },
        { "postcode", MatchType::postcode, Proof::none }, { "number", MatchType::identifier, Proof::none },
        { "email", MatchType::email, Proof::none } };
    return made;
}

/// A dozen people of whom a third have one first name, each told some ten times, and often told in part.
struct Circle {
    RecordTable table;
    std::vector<std::size_t> person;
    BatchResult result;

    explicit Circle(std::uint64_t seed, double link = 0)
        : table(rules(link))
    {
        std::mt19937_64 random(seed);
        std::vector<std::string> const given { "Johan", "Johan", "Willemijn", "Fatma", "Thomas", "Robert" };
        std::vector<std::string> const surnames { "Hearsum", "Gilbert", "Douglas", "Croppers", "Bouchier", "Tayler",
            "Moberly", "Baikens", "Ormeling", "Gourlay", "Stothard", "Humberstone" };
        std::vector<std::string> const places { "Laren", "Huizen", "Eemnes", "Hilversum", "Bussum" };
        auto const maybe = [&](std::string text, unsigned percent) {
            if (random() % 100 < 12 && text.size() > 4) {
                text[1 + random() % (text.size() - 1)] = static_cast<char>('1' + random() % 9);
            }
            return random() % 100 < percent ? text : std::string();
        };
        Constraints constraints;
        for (std::size_t who = 0; who < surnames.size(); ++who) {
            auto const born = std::to_string(1950 + random() % 50) + "-0" + std::to_string(1 + random() % 9) + "-1"
                + std::to_string(random() % 10);
            auto const postcode = std::to_string(1200 + random() % 200) + "A" + static_cast<char>('A' + random() % 26);
            auto const number = std::to_string(100'000 + random() % 900'000);
            auto const & place = places[random() % places.size()];
            auto const & called = given[random() % given.size()];
            for (auto told = 6 + random() % 8; told > 0; --told) {
                Texts const texts { maybe(called, 95), maybe(surnames[who], 90), maybe(born, 65), maybe(place, 70),
                    maybe(postcode, 65), random() % 100 < 8 ? number : "",
                    random() % 100 < 15 ? "info@werkplein.example" : "" };
                table.add(std::vector<std::string_view>(texts.begin(), texts.end()));
                person.push_back(who);
                constraints.fingerprints.push_back(random());
            }
        }
        Form const form(table);
        result = match(table, form, constraints, std::nullopt, {});
    }
};

} // namespace

TEST(FewRecords, DoNotTeachThatAFirstNameMakesOnePerson)
{
    std::size_t wrong = 0;
    std::size_t found = 0;
    std::size_t real = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Circle const circle(seed);
        for (std::size_t a = 0; a < circle.person.size(); ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                bool const one = circle.person[a] == circle.person[b];
                bool const together = circle.result.cluster[a] == circle.result.cluster[b];
                real += one ? 1U : 0U;
                found += one && together ? 1U : 0U;
                wrong += !one && together ? 1U : 0U;
            }
        }
    }
    RecordProperty("precision", std::to_string(static_cast<double>(found) / static_cast<double>(found + wrong)));
    RecordProperty("recall", std::to_string(static_cast<double>(found) / static_cast<double>(real)));
    EXPECT_LE(wrong * 1000, (found + wrong) * 5);
    EXPECT_GE(found * 100, real * 80);
}

TEST(FewRecords, AreNotAllOneWhereTheRulesLinkOnLittle)
{
    EXPECT_GT(Circle(1, -8.0).result.clusters, 6U);
}

TEST(FewRecords, TakeANumberThatTwoTellForOnePersonsOwn)
{
    RecordTable table(rules());
    Constraints constraints;
    auto const add = [&](Texts const & texts) {
        table.add(std::vector<std::string_view>(texts.begin(), texts.end()));
        constraints.fingerprints.push_back(table.size());
    };
    std::vector<std::string> const surnames { "Hearsum", "Gilbert", "Douglas", "Cropper", "Boucher", "Tayler" };
    for (std::size_t i = 0; i < 60; ++i) {
        add({ i % 2 == 0 ? "Johan" : "Fatma", surnames[i % 6] + std::string(1, static_cast<char>('a' + i / 6)),
            std::to_string(1950 + i / 2) + "-05-1" + std::to_string(i % 10), "", "", "", "" });
    }
    for (std::size_t i = 0; i < 6; ++i) { // few tell a number, and of those half is one person
        add({ "Robert", "Orme", "", "", "", std::to_string(482'311 + i / 2 * 1'017), "" });
    }
    Form const form(table);
    auto const result = match(table, form, constraints, std::nullopt, {});
    for (std::size_t i = 60; i < 66; i += 2) {
        EXPECT_EQ(result.cluster[i], result.cluster[i + 1]);
    }
}

TEST(FewRecords, AreNotOneByTheMailboxOfADesk)
{
    RecordTable table(rules());
    for (auto const * const mailbox : { "info@gemeente.example", "noreply@gemeente.example", "j.info@gemeente.example" }) {
        std::vector<std::string_view> const texts { "Johan", "Orme", "", "", "", "", mailbox };
        table.add(texts);
    }
    auto const slot = table.slots().of_type[static_cast<std::size_t>(MatchType::email)].front();
    EXPECT_EQ(table.row(0)[slot], 0U);
    EXPECT_EQ(table.row(1)[slot], 0U);
    EXPECT_NE(table.row(2)[slot], 0U);
}

} // namespace ketensync::reconcile::test
