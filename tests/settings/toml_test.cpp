#include "daemon/settings/toml.hpp"

#include "tests/settings/installation.hpp"

#include <gmock/gmock.h>

namespace ketensync::settings {

namespace {

class Toml : public testing::Test {
protected:
    /// The text as a file that can be asked; fails the test when it cannot be parsed.
    TomlFile read(std::string const & text)
    {
        write(m_path, text);
        auto file = TomlFile::read(m_path);
        EXPECT_TRUE(file) << (file ? "" : file.error().front());
        return std::move(file).value();
    }
    std::string at(std::string const & place) const { return m_path.string() + ":" + place; }

    Installation m_installation;
    std::filesystem::path m_path = m_installation.root() / "t.toml";
};

} // namespace

TEST_F(Toml, TellsTheKeysThatNobodyAskedFor)
{
    auto file = read("one = 1\ntow = 2\n[left]\ndepht = 3\n[[right]]\nend = 4\n[[right]]\nedn = 5\n[lft]\ng = 6\n");
    auto const root = file.root();
    root.integer("one", 0, 0, 9);
    root.integer("two", 0, 0, 9);
    root.table("left").integer("depth", 0, 0, 9);
    for (auto const & entry : root.tables("right")) {
        entry.integer("end", 0, 0, 9);
    }
    EXPECT_THAT(file.finish(),
        testing::ElementsAre(at("2:1: unknown key 'tow', did you mean 'two'?"),
            at("4:1: unknown key 'depht', did you mean 'depth'?"), at("8:1: unknown key 'edn', did you mean 'end'?"),
            at("9:2: unknown section 'lft', did you mean 'left'?")));
}

TEST_F(Toml, TakesEveryKeyOfATableWhoseNamesAreFree)
{
    auto file = read("[t]\nzz = \"1\"\naa = \"2\"\n");
    auto const keys = file.root().table("t").keys();
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].first, "zz");
    EXPECT_EQ(keys[1].first, "aa");
    EXPECT_EQ(keys[1].second.line, 3U);
    EXPECT_THAT(file.finish(), testing::IsEmpty());
}

TEST_F(Toml, KnowsThePlaceOfAValueAndInsideIt)
{
    auto file = read("[t]\nlist = [\"ab\",\n  \"cd\"]\n");
    auto const places = file.root().table("t").places("list");
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[1].text(), at("3:3"));
    EXPECT_EQ(places[1].moved(2).text(), at("3:5"));
}

TEST_F(Toml, ReadsDurationsAndSizes)
{
    auto file = read("a = \"90s\"\nb = \"2d\"\nc = \"1GiB\"\nd = 17\n");
    auto const root = file.root();
    EXPECT_EQ(root.duration("a", {}), std::chrono::seconds(90));
    EXPECT_EQ(root.duration("b", {}), std::chrono::hours(48));
    EXPECT_EQ(root.duration("none", std::chrono::seconds(1)), std::chrono::seconds(1));
    EXPECT_EQ(root.bytes("c", 0), 1U << 30);
    EXPECT_EQ(root.bytes("d", 0), 17U);
    EXPECT_THAT(file.finish(), testing::IsEmpty());
}

TEST_F(Toml, RefusesSizesAndDurationsThatDoNotFit)
{
    auto file
        = read("a = \"99999999999999999999s\"\nb = \"9999d\"\nc = \"99999999GiB\"\nd = -1\ne = \"12\"\nf = \"-5s\"\n");
    auto const root = file.root();
    for (auto const * key : { "a", "b", "e", "f" }) {
        root.duration(key, {});
    }
    root.bytes("c", 0);
    root.bytes("d", 0);
    EXPECT_EQ(file.finish().size(), 6U);
}

TEST_F(Toml, RefusesAWrongTypeAndGivesTheFallback)
{
    auto file = read("a = \"1\"\nb = 1\nc = 1.5\nd = [1, \"x\"]\ne = {}\n");
    auto const root = file.root();
    EXPECT_EQ(root.integer("a", 7, 0, 9), 7);
    EXPECT_EQ(root.text("b", "x"), "x");
    EXPECT_EQ(root.flag("c", true), true);
    EXPECT_THAT(root.texts("d"), testing::ElementsAre("x"));
    EXPECT_EQ(root.number("e", 0.5, 0, 1), 0.5);
    EXPECT_TRUE(root.tables("b").empty());
    EXPECT_EQ(file.finish().size(), 6U);
}

TEST_F(Toml, RefusesAFileThatIsNotToml)
{
    auto file = read("a = 1\nb = \n");
    file.root().required_text("c");
    file.root().integer("a", 0, 5, 9);
    EXPECT_THAT(file.finish(), testing::ElementsAre(testing::StartsWith(at("2:"))));
}

TEST_F(Toml, TellsTheMistypedHeaderBehindAClashFurtherOn)
{
    auto file = read("[[fed]]\n[feed.paging]\n[[feed]]\n");
    file.root().tables("feed");
    EXPECT_THAT(file.finish(),
        testing::ElementsAre(at("1:3: unknown section 'fed', did you mean 'feed'?"), testing::StartsWith(at("3:"))));
}

TEST_F(Toml, IsTheSameWhateverItsCommentsAndOtherWithAnyValueOrOrder)
{
    auto const of = [&](std::string const & text) { return read(text).fingerprint(); };
    auto const first = of("[t]\na = 1\nb = [\"x\", \"y\"]\n");
    EXPECT_EQ(first, of("# why\n[t]\n  a = 1 # one\n\nb = [\n  \"x\", \"y\" ]\n"));
    for (auto const * const other : { "[t]\na = 2\nb = [\"x\", \"y\"]\n", "[t]\nb = [\"x\", \"y\"]\na = 1\n",
             "[t]\na = 1\nb = [\"y\", \"x\"]\n", "[t]\na = 1\nb = [\"xy\"]\n", "[t]\na = \"1\"\nb = [\"x\", \"y\"]\n",
             "[u]\na = 1\nb = [\"x\", \"y\"]\n", "[t]\na = 1\nb = [\"x\", \"y\"]\n[u]\n", "[t]\na = true\nb = [\"x\", \"y\"]\n" }) {
        EXPECT_NE(first, of(other)) << other;
    }
}

TEST_F(Toml, RefusesAFileThatIsNotThere)
{
    auto const file = TomlFile::read(m_path.string() + "x");
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error(), testing::ElementsAre(testing::HasSubstr("cannot be read")));
}

} // namespace ketensync::settings
