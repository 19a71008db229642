#include "daemon/reconcile/batch.hpp"
#include "daemon/reconcile/explain.hpp"
#include "tests/reconcile/worlds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ketensync::reconcile::test {

namespace {

using Texts = std::vector<std::string>;

MatchRules town_rules()
{
    MatchRules rules;
    rules.columns
        = { { "bsn", MatchType::identifier, Proof::elfproef }, { "given", MatchType::given_name, Proof::none },
              { "surname", MatchType::surname, Proof::none }, { "born", MatchType::birth_date, Proof::none },
              { "postcode", MatchType::postcode, Proof::none }, { "phone", MatchType::telephone, Proof::none } };
    return rules;
}

/// A small town in which everybody is nearly somebody else.
std::vector<Texts> town(std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    auto const one_of
        = [&](std::vector<char const *> const & words) { return std::string(words[random() % words.size()]); };
    std::vector<Texts> records;
    for (auto count = 4 + random() % 12; count > 0; --count) {
        records.push_back({ one_of({ "", "", "123456782", "111222333", "123456789" }),
            one_of({ "", "Jan", "Johannes", "Joris", "Fatma", "J." }),
            one_of({ "", "Bakker", "Bakkers", "de Vries", "Bakker-de Vries" }),
            one_of({ "", "1984-03-17", "1984-03-17", "1984-01-01", "2006-08-30" }), one_of({ "", "1216LT", "1402AB" }),
            one_of({ "", "", "0612345678", "0687654321" }) });
    }
    return records;
}

struct Town {
    std::vector<Texts> records;
    RecordTable table;
    Form form;
    Constraints constraints;
    Model model;
    BatchResult result;

    explicit Town(std::vector<Texts> told, Constraints said = {}, std::size_t threads = 1)
        : records(std::move(told))
        , table(town_rules())
        , form(table)
        , constraints(std::move(said))
        , model(Model::usual(form, 100'000))
    {
        for (auto const & record : records) {
            table.add(std::vector<std::string_view>(record.begin(), record.end()));
            constraints.fingerprints.push_back(hash_text(fmt::format("{}", fmt::join(record, "|"))));
        }
        BatchOptions options;
        options.threads = threads;
        result = match(table, form, constraints, model, options);
    }
    bool together(std::size_t a, std::size_t b) const { return result.cluster[a] == result.cluster[b]; }
};

/// What a clustering says whatever its numbers: every record's content with the contents in its cluster.
std::multiset<std::pair<Texts, std::uint32_t>> said(Town const & town)
{
    std::multiset<std::pair<Texts, std::uint32_t>> all;
    for (std::size_t i = 0; i < town.records.size(); ++i) {
        all.emplace(town.records[i], town.result.cluster[i]);
    }
    return all;
}

} // namespace

TEST(TenThousandWorlds, NeverPutTwoProvenNumbersInOneCluster)
{
    for (std::uint64_t seed = 1; seed <= worlds(10'000); ++seed) {
        Town const town(test::town(seed));
        std::map<std::uint32_t, std::set<std::string>> numbers;
        for (std::size_t i = 0; i < town.records.size(); ++i) {
            auto const & number = town.records[i][0];
            if (number == "123456782" || number == "111222333") {
                numbers[town.result.cluster[i]].insert(number);
            }
        }
        for (auto const & [cluster, different] : numbers) {
            ASSERT_EQ(different.size(), 1U) << "seed " << seed << " cluster " << cluster;
        }
    }
}

TEST(TenThousandWorlds, AreTheSameInAnyOrderAndWithAnyThreads)
{
    for (std::uint64_t seed = 1; seed <= worlds(10'000); ++seed) {
        auto records = town(seed);
        Town const forward(records);
        std::mt19937_64 random(seed);
        std::shuffle(records.begin(), records.end(), random);
        Town const shuffled(records, {}, seed % 50 == 0 ? 3 : 1);
        ASSERT_EQ(said(forward), said(shuffled)) << "seed " << seed;
    }
}

TEST(TenThousandWorlds, ExplainEveryPairToTheLastBit)
{
    for (std::uint64_t seed = 1; seed <= worlds(10'000); ++seed) {
        Town const town(test::town(seed));
        Scorer scorer(town.table, town.form, town.model);
        Recipes const recipes(town.table);
        auto const a = town.table.row(0);
        auto const b = town.table.row(1 + seed % (town.records.size() - 1));
        auto const told = explain(town.table, town.form, recipes, scorer, a, b);
        auto sum = told.prior + told.household;
        for (auto const & line : told.lines) {
            sum += line.bits;
        }
        ASSERT_NEAR(sum, scorer.judge(a, b).bits, 1e-9) << "seed " << seed;
        ASSERT_EQ(told.met.size() + told.unmet.size(), recipes.size());
        ASSERT_FALSE(told.sentence.empty());
        ASSERT_LE(told.household, 0.0);
    }
}

TEST(TenThousandWorlds, DoWhatPeopleSaid)
{
    for (std::uint64_t seed = 1; seed <= worlds(10'000); ++seed) {
        auto const records = town(seed);
        Town const before(records);
        std::mt19937_64 random(seed);
        auto const a = static_cast<std::uint32_t>(random() % records.size());
        auto const b = static_cast<std::uint32_t>((a + 1 + random() % (records.size() - 1)) % records.size());
        Constraints apart;
        apart.judgements.say(a, b, Judgement::different);
        ASSERT_FALSE(Town(records, apart).together(a, b)) << "seed " << seed;
        Constraints same;
        same.judgements.say(a, b, Judgement::same);
        ASSERT_TRUE(Town(records, same).together(a, b)) << "seed " << seed;
    }
}

TEST(Sources, FreeOfDuplicatesHaveNoTwoRecordsInOneCluster)
{
    for (std::uint64_t seed = 1; seed <= worlds(2'000); ++seed) {
        auto const records = town(seed);
        Constraints constraints;
        constraints.free_of_duplicates = { true, false };
        for (std::size_t i = 0; i < records.size(); ++i) {
            constraints.sources.push_back(static_cast<std::uint16_t>(i % 2));
        }
        Town const town(records, constraints);
        for (std::size_t a = 0; a < records.size(); a += 2) {
            for (std::size_t b = 0; b < a; b += 2) {
                ASSERT_FALSE(town.together(a, b)) << "seed " << seed;
            }
        }
    }
}

} // namespace ketensync::reconcile::test
