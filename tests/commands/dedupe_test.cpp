#include "daemon/commands/command.hpp"

#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

namespace ketensync::commands {

namespace {

using testing::HasSubstr;

constexpr std::string_view rules = "[columns]\nvoornaam = \"given_name\"\nachternaam = \"surname\"\ngeboren = \"birth_date\"\n"
                                   "postcode = \"postcode\"\nbsn = \"identifier\"\n";
constexpr std::string_view header = "id,voornaam,achternaam,geboren,postcode,bsn\n";

/// Somebody like nobody else: no two agree on more than a first name or a year.
std::string person(int number, std::string_view born = {}, std::string_view bsn = {})
{
    constexpr auto given = std::to_array<std::string_view>({ "Anna", "Bram", "Carla", "Dirk", "Emma", "Frits", "Greta" });
    std::string surname = "Van ";
    for (auto rest = number + 400; rest > 0; rest /= 17) {
        surname += static_cast<char>((surname.size() == 4 ? 'B' : 'b') + rest % 17);
        surname += "aeiou"[rest % 5];
    }
    auto const day = fmt::format("{}-{:02}-{:02}", 1940 + number * 7 % 61, 1 + number * 5 % 11, 2 + number * 11 % 26);
    return fmt::format("{},{},{},{},{}{}{},{}\n", number, given[static_cast<std::size_t>(number) % given.size()], surname,
        born.empty() ? day : born, 1000 + number * 13 % 8999, static_cast<char>('A' + number % 26),
        static_cast<char>('A' + number / 26 % 26), bsn);
}

class Dedupe : public testing::Test {
protected:
    void SetUp() override { m_folder.write("rules.toml", rules); }
    int run(std::string const & content, std::size_t threads = 2)
    {
        return run_files({ m_folder.write("people.csv", content).string() }, threads);
    }
    int run_files(std::vector<std::string> files, std::size_t threads = 2)
    {
        Options options;
        options.command = files.size() > 1 ? Command::link : Command::dedupe;
        options.files = std::move(files);
        options.rules = m_folder / "rules.toml";
        options.out = m_folder / "out.csv";
        options.pairs = m_folder / "pairs.csv";
        options.threads = threads;
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream error;
        auto const code = commands::run(options, { in, out, error });
        told = error.str();
        result.clear();
        std::ifstream file(options.out);
        result.assign(std::istreambuf_iterator<char>(file), {});
        return code;
    }
    /// How many rows each cluster has, by its id.
    std::map<std::string, std::size_t> clusters() const
    {
        std::map<std::string, std::size_t> sizes;
        std::istringstream lines(result);
        std::string line;
        std::getline(lines, line);
        while (std::getline(lines, line)) {
            ++sizes[line.substr(line.rfind(',') + 1)];
        }
        return sizes;
    }
    std::size_t largest() const
    {
        std::size_t most = 0;
        for (auto const & [id, size] : clusters()) {
            most = std::max(most, size);
        }
        return most;
    }

    support::TemporaryFolder m_folder;
    std::string told;
    std::string result;
};

} // namespace

TEST_F(Dedupe, GivesRowsOfOnePersonOneClusterAndOthersTheirOwn)
{
    std::string content(header);
    for (int number = 0; number < 300; ++number) {
        content += person(number);
    }
    content += "x,Johanna,De Vries,1970-03-14,1211AA,123456782\ny,Johana,de Vries,14-03-1970,1211 aa,123456782\n";
    ASSERT_EQ(run(content), 0) << told;
    EXPECT_EQ(clusters().size(), 301U);
    EXPECT_EQ(largest(), 2U);
    EXPECT_THAT(result, testing::StartsWith("id,voornaam,achternaam,geboren,postcode,bsn,cluster_id\n0,"));
    auto const first = result;
    ASSERT_EQ(run(content, 1), 0);
    EXPECT_EQ(result, first) << "as many threads as you like";
}

TEST_F(Dedupe, RefusesARowOfAnotherWidthAtItsLine)
{
    EXPECT_EQ(run(std::string(header) + person(1) + "2,Anna,Bakker,1980-01-02\n" + person(3)), 65);
    EXPECT_THAT(told, HasSubstr("people.csv:3"));
    EXPECT_EQ(result, "") << "no half result";
}

TEST_F(Dedupe, RefusesAFileWithoutAColumnOfTheRules)
{
    EXPECT_EQ(run("id,voornam,achternaam,geboren,postcode,bsn\n" + person(1)), 65);
    EXPECT_THAT(told, HasSubstr("there is no column 'voornaam', did you mean 'voornam'?"));
}

TEST_F(Dedupe, ReadsWindows1252AndSaysSo)
{
    std::string content(header);
    content += "1,Ren\xe9,Jans\xe9n,1980-05-06,1211AA,\n2,Ren\xe9,Jans\xe9n,1980-05-06,1211AA,\n";
    EXPECT_EQ(run(content), 0) << told;
    EXPECT_THAT(told, HasSubstr("Windows-1252"));
}

TEST_F(Dedupe, SaysWhichColumnsSayNothing)
{
    std::string content(header);
    for (int number = 0; number < 50; ++number) {
        auto row = person(number, "1980-05-06");
        content += row;
    }
    EXPECT_EQ(run(content), 0) << told;
    EXPECT_THAT(told, HasSubstr("column 'bsn' is empty and says nothing"));
    EXPECT_THAT(told, HasSubstr("column 'geboren' is the same in every row and says nothing"));
    EXPECT_EQ(largest(), 1U);
}

TEST_F(Dedupe, KeepsTenThousandIdenticalRowsApart)
{
    std::string content(header);
    for (int number = 0; number < 2'000; ++number) {
        content += person(number);
    }
    for (int copy = 0; copy < 10'000; ++copy) {
        content += "t,Test,Persoon,1980-05-06,1211AA,\n";
    }
    EXPECT_EQ(run(content), 0) << told;
    EXPECT_THAT(told, HasSubstr("10000 records say exactly the same"));
    EXPECT_LE(largest(), 2U);
}

TEST_F(Dedupe, IsNotTakenInByAPlaceholderThatThousandsShare)
{
    std::string content(header);
    for (int number = 0; number < 20'000; ++number) {
        content += person(number, number % 2 == 0 ? "1900-01-01" : "", number % 3 == 0 ? "111111110" : "");
    }
    EXPECT_EQ(run(content), 0) << told;
    EXPECT_THAT(told, HasSubstr("placeholder"));
    EXPECT_LE(largest(), 3U);
    EXPECT_GE(clusters().size(), 19'900U);
}

TEST_F(Dedupe, LinksFilesAndLeavesEachFreeOfDuplicates)
{
    m_folder.write("rules.toml", "free_of_duplicates = [\"a\"]\n" + std::string(rules));
    std::string a(header);
    std::string b(header);
    for (int number = 0; number < 200; ++number) {
        (number % 2 == 0 ? a : b) += person(number);
        if (number % 10 == 0) {
            b += person(number);
        }
    }
    a += "p,Johanna,De Vries,1970-03-14,1211AA,\nq,Johanna,De Vries,1970-03-14,1211AA,\n";
    ASSERT_EQ(run_files({ m_folder.write("a.csv", a).string(), m_folder.write("b.csv", b).string() }), 0) << told;
    EXPECT_EQ(clusters().size(), 202U);
    EXPECT_THAT(result, testing::StartsWith("source,row,cluster_id\na,1,"));
}

}
