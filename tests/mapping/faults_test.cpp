#include "tests/mapping/house_of_things.hpp"
#include "tests/settings/expected_faults.hpp"

#include <iterator>
#include <random>

namespace ketensync::mapping {

TEST(MappingFile, TellsEveryFaultAtItsLine)
{
    int count = 0;
    for (auto const & entry : std::filesystem::directory_iterator(Things::data() / "bad")) {
        SCOPED_TRACE(entry.path().filename());
        ++count;
        std::ifstream stream(entry.path());
        std::string const text { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
        Things const things;
        auto const mapper = things.read(text);
        settings::expect_exactly(mapper ? settings::Faults() : mapper.error(), things.file(), text);
    }
    EXPECT_GE(count, 5);
}

TEST(MappingFile, TellsTheVeryCharacter)
{
    Things const things;
    auto const fault = [&](std::string const & field) {
        auto const mapper = things.read(Things::mapping(field));
        return mapper ? std::string() : mapper.error().front().substr(things.file().string().size());
    };
    EXPECT_EQ(fault("naam = \"n | surnam\"").substr(0, 8), ":11:13: ");
    EXPECT_EQ(fault("naam = \"a | or b | code sort\"").substr(0, 8), ":11:25: ");
    EXPECT_EQ(fault("naam = \"{a}-{b | pad x}\"").substr(0, 8), ":11:22: ");
    EXPECT_EQ(fault("naam = \"a.b[c]\"").substr(0, 8), ":11:12: ");
}

TEST(MappingFile, IsReadOrRefusedWhateverSlipIsMade)
{
    Things const things;
    auto const good = Things::mapping(R"(naam = "a[b=c].d | surname | or 'x'"
soort = "{s | map 1=A} | code soort | lenient"
deel = "-> {source}/{k | pad 9 8 | or j}"
begin = "b | date dd/mm/jjjj | nothing 'n.v.t.' -")",
        "each = \"lijst.ding\"\nwhen = \"r in a, 'b' and s present and t != u\"\norder = \"{^jaar}{^maand | pad 2}\"");
    ASSERT_TRUE(things.read(good));
    constexpr std::string_view keys = "ab1 |'`{}[]=.,^->\"\\\n#";
    std::mt19937 random(20261121);
    auto const pick
        = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
    int refused = 0;
    for (int i = 0; i < 1500; ++i) {
        auto text = good;
        auto const at = pick(text.size());
        switch (pick(3)) {
        case 0:
            text[at] = keys[pick(keys.size())];
            break;
        case 1:
            text.erase(at, 1 + pick(3));
            break;
        default:
            text.insert(at, 1, keys[pick(keys.size())]);
            break;
        }
        auto const mapper = things.read(text);
        refused += mapper ? 0 : 1;
        if (mapper) {
            formats::Tree tree;
            tree.add(formats::Tree::none, "", formats::Tree::Type::object);
            record::MappedDocument mapped;
            (*mapper)->map(tree, { "bron", "" }, mapped);
        }
    }
    EXPECT_GT(refused, 500);
}

} // namespace ketensync::mapping
