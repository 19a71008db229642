#include "connectors/folder.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>

namespace ketensync::connectors {

namespace fs = std::filesystem;

TEST(Folder, FitsNamesToPatterns)
{
    for (auto const & [name, pattern] : { std::pair("SRG_0402_202403.txt", "SRG_*.txt"), std::pair("a", "?"),
             std::pair("abc", "*"), std::pair("", "*"), std::pair("a.b.c", "a*c"), std::pair("aXbXc", "a*X*c"),
             std::pair("abab", "*ab"), std::pair("x*y", "x*y") }) {
        EXPECT_TRUE(fits(name, pattern)) << name << ' ' << pattern;
    }
    for (auto const & [name, pattern] : { std::pair("srg_1.txt", "SRG_*.txt"), std::pair("SRG_1.txt.part", "SRG_*.txt"),
             std::pair("", "?"), std::pair("ab", "?"), std::pair("ab", "a"), std::pair("a", "ab"),
             std::pair("abc", "*b"), std::pair("[a]", "[b]") }) {
        EXPECT_FALSE(fits(name, pattern)) << name << ' ' << pattern;
    }
}

TEST(Folder, FitsAHostilePatternQuickly)
{
    auto const start = std::chrono::steady_clock::now();
    EXPECT_FALSE(fits(std::string(250, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
}

TEST(Folder, CutsThePeriodOutOfAName)
{
    EXPECT_EQ(period_in("SRG_0402_202403.txt", "SRG_{period}.txt"), "0402_202403");
    EXPECT_EQ(period_in("2024-03", "{period}"), "2024-03");
    EXPECT_EQ(period_in("SRG_.txt", "SRG_{period}.txt"), "");
    EXPECT_EQ(period_in("BUS_1.txt", "SRG_{period}.txt"), "");
    EXPECT_EQ(period_in("SRG_1.txt", "SRG_*.txt"), "");
    EXPECT_EQ(period_in("aba", "ab{period}ba"), "");
}

TEST(Folder, ListsPlainFilesByName)
{
    support::TemporaryFolder const folder;
    folder.write("b.txt", "22");
    folder.write("a.txt", "1");
    folder.write("c.csv", "1");
    folder.write("d\n.txt", "1");
    fs::create_directory(folder.path() / "e.txt");
    fs::create_symlink("/etc/passwd", folder.path() / "f.txt");
    ASSERT_EQ(::mkfifo((folder.path() / "g.txt").c_str(), 0600), 0);
    auto const files = list_files(folder.path(), "*.txt");
    ASSERT_TRUE(files);
    ASSERT_EQ(files->size(), 2U);
    EXPECT_EQ(files->at(0).name, "a.txt");
    EXPECT_EQ(files->at(1).name, "b.txt");
    EXPECT_EQ(files->at(1).size, 2U);
}

TEST(Folder, IsUnavailableWhenItIsNotThere)
{
    auto const files = list_files("/geen/map", "*");
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().failure, Failure::unavailable);
}

TEST(Folder, ReadsSmallFilesAndMapsLargeOnes)
{
    support::TemporaryFolder const folder;
    for (std::size_t const size : { std::size_t { 0 }, std::size_t { 1'000 }, (std::size_t { 16 } << 20) + 5 }) {
        std::string const content(size, 'x');
        folder.write("a", content);
        auto const body = read_file(folder.path(), *look_at(folder.path(), "a"));
        ASSERT_TRUE(body) << body.error().what;
        fs::remove(folder.path() / "a");
        EXPECT_EQ(body->bytes(), content);
    }
}

TEST(Folder, ReadsNoOtherFileThanTheOneItSaw)
{
    support::TemporaryFolder const folder;
    folder.write("a", "1");
    auto const seen = *look_at(folder.path(), "a");
    folder.write("a", "12");
    EXPECT_EQ(read_file(folder.path(), seen).error().failure, Failure::unavailable);
    fs::remove(folder.path() / "a");
    EXPECT_EQ(read_file(folder.path(), seen).error().failure, Failure::unavailable);
    fs::create_symlink("/etc/passwd", folder.path() / "a");
    EXPECT_EQ(read_file(folder.path(), seen).error().failure, Failure::unavailable);
    EXPECT_FALSE(look_at(folder.path(), "a"));
}

} // namespace ketensync::connectors
