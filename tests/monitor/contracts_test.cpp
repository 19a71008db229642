#include "daemon/monitor/contracts.hpp"
#include "tests/monitor/lives.hpp"
#include "tests/region/contracts.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/warehouse/subjects.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::monitor {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr auto folder = KETENSYNC_SOURCE_DIR "/mappings/monitor/contracts";

std::string text_of(region::Day day) { return region::iso(day); }

void tell_region(Lives & lives, std::vector<region::CourseTold> const & told)
{
    std::multimap<region::Day, std::function<void()>> script;
    std::map<std::string, std::uint32_t> providers;
    std::uint32_t id = 0;
    for (auto const & contract : region::contracts()) {
        auto const provider = providers.try_emplace(std::string(contract.provider), static_cast<std::uint32_t>(providers.size() + 1)).first->second;
        Lives::Fields fields { { "code", std::string(contract.code) }, { "naam", std::string(contract.name) },
            { "soort", std::string(contract.kind) }, { "opleider", std::to_string(provider) },
            { "plekken", std::to_string(contract.places) }, { "begindatum", text_of(contract.begin) } };
        if (contract.end != region::no_day) {
            fields["einddatum"] = text_of(contract.end);
        }
        script.emplace(contract.begin - 30, [&lives, id = ++id, provider, fields, name = std::string(contract.provider)] {
            lives.tell("organisatie", provider, { { "naam", name } });
            lives.tell("contract", id, fields);
        });
    }
    id = 0;
    for (auto const & one : told) {
        Lives::Fields fields { { "overeenkomst", std::to_string(one.contract + 1) }, { "begindatum", text_of(one.begin) }, { "status", "lopend" },
            { "niveau_begin", one.level_begin }, { "gemeente", one.gemeente } };
        script.emplace(one.known, [&lives, id = ++id, fields] { lives.tell("contractdeelname", id, fields); });
        if (one.end != region::no_day) {
            fields["einddatum"] = text_of(one.broken ? one.begin - 5 : one.end);
            fields["status"] = one.completed ? "afgerond" : "gestopt";
            if (!one.level.empty()) {
                fields["niveau"] = one.level;
            }
            script.emplace(one.end_known, [&lives, id, fields] { lives.tell("contractdeelname", id, fields); });
        }
    }
    for (auto const & [day, action] : script) {
        lives.known(text_of(day));
        action();
    }
}

std::map<std::string, std::int64_t> numbers_of(SheetPlan const & plan, std::vector<ProviderSheet> const & sheets)
{
    std::map<std::string, std::int64_t> numbers;
    for (auto const & sheet : sheets) {
        for (auto const & contract : sheet.contracts) {
            auto const at = sheet.provider + '|' + contract.code + '|';
            for (std::size_t i = 0; i < plan.columns.size(); ++i) {
                numbers[at + plan.columns[i].id] = contract.numbers[i];
            }
            for (auto const & [level, count] : contract.levels) {
                numbers[at + "niveau:" + level] = count;
            }
        }
    }
    return numbers;
}

}

class ContractSheets : public ::testing::TestWithParam<std::string> { };

INSTANTIATE_TEST_SUITE_P(
    Each, ContractSheets, ::testing::Values("sqlite", "postgresql"), [](auto const & one) { return one.param; });

TEST_P(ContractSheets, TellWhatIsTrueOfTheRegionInEveryQuarter)
{
    if (!warehouse::make_subject(GetParam())) {
        GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
    }
    auto const told = region::courses_told(region::make_world(11, 1500));
    ASSERT_GT(told.size(), 200U);
    Lives lives(GetParam());
    tell_region(lives, told);
    auto const plan = read_sheet_plan(folder);
    ASSERT_TRUE(plan);
    auto const asks = lives.asks(1);
    std::int64_t counted = 0;
    for (auto quarter = quarter_named("2023-K1").value(); quarter <= quarter_named("2026-K2").value(); ++quarter) {
        auto const first = region::parse_iso(first_day(quarter)).value();
        auto const last = region::parse_iso(last_day(quarter)).value();
        auto const sheets = contract_sheets(*plan, quarter, text_of(last + 15) + "T23:59:59Z", asks.front());
        ASSERT_TRUE(sheets) << sheets.error().what;
        auto const truth = region::true_sheets(told, first, last, last + 15);
        EXPECT_EQ(numbers_of(*plan, *sheets), truth) << code_of(quarter);
        for (auto const & [key, count] : truth) {
            counted += count;
        }
    }
    EXPECT_GT(counted, 1000);
}

TEST(ContractFiles, ArePagesForA4AndSheetsAndSayWhoMaySeeThem)
{
    auto const plan = read_sheet_plan(folder);
    auto const words = read_words(KETENSYNC_SOURCE_DIR "/mappings/monitor/pages");
    ASSERT_TRUE(plan);
    ASSERT_TRUE(words);
    std::vector<ProviderSheet> const sheets {
        { "De Taalschool & Co", { { "C05", "Alfabetisering <A>", "inburgering", { 12, 9, 4, 1, 2, 0 }, { { "A1", 2 } } } } },
        { "De taalschool, Co", { { "C06", "Taal", "inburgering", { 1'200, 0, 0, 0, 0, 0 }, {} } } },
    };
    auto const quarter = quarter_named("2026-K2").value();
    auto const files = contract_files(*plan, quarter, "2026-07-15T00:00:00Z", sheets, *words);
    ASSERT_TRUE(files);
    std::map<std::string, std::string> by_path;
    for (auto const & file : *files) {
        by_path[file.path] = file.bytes;
    }
    ASSERT_EQ(by_path.size(), 5U) << "no sheet takes the place of another";
    EXPECT_THAT(by_path.at("de-taalschool-co.html"),
        AllOf(HasSubstr("Voor intern gebruik"), HasSubstr("De Taalschool &amp; Co"), HasSubstr("Alfabetisering &lt;A&gt;"), HasSubstr("1 april 2026")));
    EXPECT_THAT(by_path.at("de-taalschool-co-2.html"), AllOf(HasSubstr("1.200"), HasSubstr("rondde niemand een cursus af")));
    EXPECT_THAT(by_path.at("de-taalschool-co.html"), Not(HasSubstr("1.200"))) << "a provider sees nothing of another";
    EXPECT_TRUE(by_path.at("de-taalschool-co.ods").starts_with("PK"));
    EXPECT_FALSE(by_path.at("monitor.css").empty());
}

TEST(ContractPlan, SaysWhatIsWrongWithIt)
{
    support::TemporaryFolder const scratch;
    scratch.write("sheet.toml", "title = \"T\"\ninternal = \"I\"\n[contracts]\nsql = \"SELECT 1\"\n[levels]\ntitle = \"L\"\nsqll = \"SELECT 1\"\n");
    auto const plan = read_sheet_plan(scratch.path());
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error(), ::testing::Contains(HasSubstr("no [[column]]")));
    EXPECT_THAT(plan.error(), ::testing::Contains(HasSubstr("did you mean 'sql'?")));
}

}
