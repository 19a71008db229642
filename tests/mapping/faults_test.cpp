#include "tests/mapping/house_of_things.hpp"
#include "tests/settings/expected_faults.hpp"

#include <iterator>

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

} // namespace ketensync::mapping
