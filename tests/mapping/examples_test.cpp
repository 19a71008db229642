#include "tests/mapping/house_of_things.hpp"

#include <gmock/gmock.h>

namespace ketensync::mapping {

TEST(Examples, OfEveryMappingHold)
{
    auto const folder = std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings";
    auto schema = settings::read_schema(folder / "schema.toml");
    ASSERT_TRUE(schema);
    auto const shared = std::make_shared<record::Schema const>(std::move(*schema));
    auto const codes = read_code_lists(folder / "codes");
    ASSERT_TRUE(codes);
    int count = 0;
    for (auto const & entry : std::filesystem::directory_iterator(folder)) {
        if (!std::filesystem::exists(entry.path() / "mapping.toml")) {
            continue;
        }
        ++count;
        auto const name = entry.path().filename().string();
        auto const mapper = read_mapping(folder, name, shared, *codes);
        ASSERT_TRUE(mapper) << fmt::format("{}", fmt::join(mapper.error(), "\n"));
        auto const faults = run_examples(folder, name, **mapper, *shared);
        EXPECT_TRUE(faults.empty()) << fmt::format("{}", fmt::join(faults, "\n"));
    }
    EXPECT_GE(count, 9);
}

namespace {

/// The faults of one example of a mapping that takes `naam` from "n".
settings::Faults faults_of(std::string const & in, std::string const & out)
{
    Things const things;
    auto const mapper = things.read(Things::mapping("naam = \"n\""));
    things.write("proef/examples/01_proef.in.json", in);
    things.write("proef/examples/01_proef.out.json", out);
    auto faults = run_examples(things.root(), "proef", **mapper, things.schema());
    for (auto & fault : faults) {
        fault.erase(0, fault.find(":1:1: ") + 6);
    }
    return faults;
}

constexpr auto in = R"([{"id":"1","n":"een"}])";

} // namespace

TEST(Examples, TellEveryDifference)
{
    EXPECT_THAT(
        faults_of(in,
            R"({"documents":[{"outcome":"mapped","records":[{"kind":"ding","key":"1","values":{"naam":"een"}}]}]})"),
        testing::IsEmpty());
    EXPECT_THAT(
        faults_of(in,
            R"({"documents":[{"outcome":"rejected","records":[{"kind":"ding","key":"2","values":{"naam":"Een","tekst":"x"}}]}]})"),
        testing::ElementsAre(R"(document 1: 'outcome' is "mapped", expected "rejected")",
            R"(document 1, record 1: 'key' is "1", expected "2")",
            R"(document 1, record 1: 'naam' is "een", expected "Een")",
            R"(document 1, record 1: 'tekst' is nothing, expected "x")"));
    EXPECT_THAT(
        faults_of(in, R"({"documents":[{"outcome":"mapped","records":[{"kind":"ding","key":"1","values":{}}]}]})"),
        testing::ElementsAre(R"(document 1, record 1: 'naam' is "een", expected nothing)"));
    EXPECT_THAT(faults_of(in, R"({"documents":[]})"),
        testing::ElementsAre(testing::StartsWith("document 1: this was not expected")));
    EXPECT_THAT(faults_of("[]", R"({"documents":[{"outcome":"mapped"}]})"),
        testing::ElementsAre(testing::StartsWith("document 1: this is missing")));
    EXPECT_THAT(faults_of(in, R"({"documents":[{"outcom":"mapped"}]})"),
        testing::ElementsAre(
            testing::HasSubstr("record 1: this was not expected"), testing::HasSubstr("'outcom' means nothing")));
}

TEST(Examples, TellWhatIsNoExample)
{
    EXPECT_THAT(faults_of(in, ""), testing::ElementsAre(testing::HasSubstr("not JSON of the shape")));
    EXPECT_THAT(
        faults_of(in, R"({"documents":{}})"), testing::ElementsAre(testing::HasSubstr("not JSON of the shape")));
    EXPECT_THAT(faults_of(in, R"({"documents":[{"records":7}]})"), testing::Not(testing::IsEmpty()));
    EXPECT_THAT(faults_of(in, R"({"documents":[{"records":[{"values":7}]}]})"), testing::Not(testing::IsEmpty()));
    EXPECT_THAT(
        faults_of("[{", R"({"documents":[]})"), testing::ElementsAre(testing::HasSubstr("the page is refused")));
    Things const things;
    auto const mapper = things.read(Things::mapping("naam = \"n\""));
    EXPECT_THAT(run_examples(things.root(), "proef", **mapper, things.schema()),
        testing::ElementsAre(testing::HasSubstr("there are no examples")));
}

} // namespace ketensync::mapping
