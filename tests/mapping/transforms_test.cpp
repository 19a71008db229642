#include "tests/mapping/house_of_things.hpp"

namespace ketensync::mapping {

namespace {

struct Case {
    char const * field;
    char const * expression;
    char const * json;
    char const * expected;
};

void expect(std::initializer_list<Case> cases)
{
    Things const things;
    for (auto const & [field, expression, json, expected] : cases) {
        EXPECT_EQ(things.value(field, expression, json), expected) << expression << " of " << json;
    }
}

} // namespace

TEST(Paths, LeadToValues)
{
    expect({ { "tekst", "a", R"({"id":1,"a":"x"})", "x" }, { "tekst", "a.b.c", R"({"id":1,"a":{"b":{"c":"x"}}})", "x" },
        { "tekst", "a.b", R"({"id":1,"a":null})", "" }, { "tekst", "b", R"({"id":1})", "" },
        { "tekst", "a", R"({"id":1,"a":12.50})", "12.50" }, { "tekst", "a", R"({"id":1,"a":true})", "true" },
        { "tekst", "a", R"({"id":1,"a":["x","y"]})", "x" }, { "tekst", "a", R"({"id":1,"a":[]})", "" },
        { "tekst", "a.b", R"({"id":1,"a":[{"b":"x"},{"b":"y"}]})", "x" },
        { "tekst", "a", R"({"id":1,"a":{"b":"x"}})", "shape-unexpected!" },
        { "tekst", "`a.b | c`", R"({"id":1,"a.b | c":"x"})", "x" },
        { "tekst", "Datum melding", R"({"id":1,"Datum melding":"x"})", "x" } });
}

TEST(Paths, ChooseTheElementThatFits)
{
    auto const * const json
        = R"({"id":1,"a":[{"t":"p","c":"1"},{"t":"q","c":"2"},{"t":"q","c":"3"}],"b":{"t":"p","c":"4"}})";
    expect({ { "tekst", "a[t=q].c", json, "2" }, { "tekst", "a[t=z].c", json, "" }, { "tekst", "b[t=p].c", json, "4" },
        { "tekst", "b[t=q].c", json, "" }, { "tekst", "b[t=q].c | or a[t='q'].c", json, "2" } });
}

TEST(Heads, AreLiteralsWordsAndTemplates)
{
    expect({ { "tekst", "'een | twee'", R"({"id":1})", "een | twee" }, { "tekst", "{source}", R"({"id":1})", "bron" },
        { "tekst", "{period}", R"({"id":1})", "202601" }, { "tekst", "{a}-{b}", R"({"id":1,"a":"x","b":"y"})", "x-y" },
        { "tekst", "{a}-{b}", R"({"id":1,"a":"x"})", "" },
        { "tekst", "{a}-{b | or 'z'}", R"({"id":1,"a":"x"})", "x-z" },
        { "tekst", "a{b}c", R"({"id":1,"b":"y"})", "ayc" } });
}

TEST(Transforms, DoOneThingEach)
{
    expect({ { "tekst", "a | digits", R"({"id":1,"a":"12.34-5"})", "12345" },
        { "tekst", "a | digits", R"({"id":1,"a":"x"})", "" },
        { "tekst", "a | number", R"({"id":1,"a":"12 bis 3"})", "12" },
        { "tekst", "a | number", R"({"id":1,"a":"bis"})", "" },
        { "tekst", "a | pad 4", R"({"id":1,"a":"34"})", "0034" },
        { "tekst", "a | pad 4", R"({"id":1,"a":"12345"})", "12345" },
        { "tekst", "a | pad 4", R"({"id":1,"a":"x"})", "x" }, { "tekst", "a | pad 4", R"({"id":1,"a":""})", "" },
        { "tekst", "a | pad 9 8", R"({"id":1,"a":"1234567"})", "1234567" },
        { "tekst", "a | pad 9 8", R"({"id":1,"a":"12345678"})", "012345678" },
        { "tekst", "a | part 2 3", R"({"id":1,"a":"abcdef"})", "bcd" },
        { "tekst", "a | part 2 3", R"({"id":1,"a":"éèà"})", "èà" },
        { "tekst", "a | part 5 2", R"({"id":1,"a":"abc"})", "" },
        { "begin", "a | date dd/mm/jjjj", R"({"id":1,"a":"31/12/1999"})", "1999-12-31" },
        { "begin", "a | date dd/mm/jjjj", R"({"id":1,"a":"12/31/1999"})", "date-invalid!" },
        { "begin", "a | date jjjj.mm.dd", R"({"id":1,"a":"1999-12-31"})", "date-invalid!" },
        { "begin", "a | dummy 01-07", R"({"id":1,"a":"01-07-1999"})", "1999" },
        { "begin", "a | dummy 01-07", R"({"id":1,"a":"02-07-1999"})", "1999-07-02" },
        { "begin", "a | dummy 01-07", R"({"id":1,"a":"1999-07"})", "1999-07" },
        { "aantal", "a | year", R"({"id":1,"a":"31-12-1999"})", "1999" },
        { "aantal", "a | year", R"({"id":1,"a":"x"})", "date-invalid!" },
        { "aantal", "a | moment", R"({"id":1,"a":"1970-01-01T01:00:10+01:00"})", "10" },
        { "tekst", "a | map 1=een '2 x'='t w'", R"({"id":1,"a":"2 x"})", "t w" },
        { "tekst", "a | map 1=een", R"({"id":1,"a":"3"})", "3" },
        { "tekst", "a | nothing 'n.v.t.' NNB", R"({"id":1,"a":"n.v.t."})", "" },
        { "tekst", "a | or b | or 'z'", R"({"id":1,"a":" ","b":"y"})", "y" },
        { "tekst", "a | or b | or 'z'", R"({"id":1})", "z" } });
}

TEST(Transforms, ReadPartsOfDates)
{
    expect({ { "begin", "a | date mm-jjjj", R"({"id":1,"a":"07-1968"})", "1968-07" },
        { "begin", "a | date jjjj", R"({"id":1,"a":"1968"})", "1968" },
        { "begin", "a | date mm/jjjj", R"({"id":1,"a":"13/1968"})", "date-invalid!" },
        { "begin", "a | date mm-jjjj", R"({"id":1,"a":"01-07-1968"})", "date-invalid!" } });
}

TEST(Transforms, GiveAValueOnACondition)
{
    expect({ { "tekst", "a | when b = x", R"({"id":1,"a":"1","b":"x"})", "1" },
        { "tekst", "a | when b = x", R"({"id":1,"a":"1","b":"y"})", "" },
        { "tekst", "a | when b present and c != 9", R"({"id":1,"a":"1","b":"y","c":"8"})", "1" },
        { "tekst", "a | when b present and c != 9", R"({"id":1,"a":"1","b":"y","c":"9"})", "" },
        { "tekst", "a | when b in x, y | or 'z'", R"({"id":1,"a":"1","b":"v"})", "z" } });
}

TEST(Transforms, TakeAYearOfBirthFromAnAgeOnlyWhereItIsSure)
{
    expect({ { "aantal", "a | aged d", R"({"id":1,"a":40,"d":"2025-12-31"})", "1985" },
        { "aantal", "a | aged '31-12-2025'", R"({"id":1,"a":"40"})", "1985" },
        { "aantal", "a | aged d", R"({"id":1,"a":40,"d":"2025-06-30"})", "" },
        { "aantal", "a | aged d", R"({"id":1,"a":40})", "" }, { "aantal", "a | aged d", R"({"id":1,"d":"2025-12-31"})", "" },
        { "aantal", "a | aged d", R"({"id":1,"a":"veertig","d":"2025-12-31"})", "integer-invalid!" },
        { "aantal", "a | aged d", R"({"id":1,"a":40,"d":"gisteren"})", "date-invalid!" } });
}

TEST(Transforms, TakeSurnamesApart)
{
    auto const * const json = R"({"id":1,"a":"van der Berg-de Vries","b":"Jansen"})";
    expect({ { "naam", "a | surname", json, "Vries" }, { "prefix", "a | prefix", json, "de" },
        { "tekst", "a | partner", json, "Berg" }, { "prefix", "a | partner_prefix", json, "van der" },
        { "naam", "b | surname", json, "Jansen" }, { "tekst", "b | partner", json, "" } });
}

TEST(Transforms, TakeWholeNamesApart)
{
    auto const * const json = R"({"id":1,"a":"Berg-de Vries, J.P. van der","b":"Anna Bakker"})";
    expect({ { "naam", "a | family | surname", json, "Vries" }, { "prefix", "a | family | prefix", json, "de" },
        { "tekst", "a | family | partner", json, "Berg" }, { "tekst", "a | given_initials", json, "J.P." },
        { "tekst", "a | given", json, "" }, { "tekst", "b | given", json, "Anna" },
        { "tekst", "b | family", json, "Bakker" } });
}

TEST(Transforms, ReadAmountsAsTheyAreWritten)
{
    struct {
        std::string text;
        std::string expression;
        std::string expected;
    } const cases[] = { { "+0012345", "amount 2", "00123.45" }, { "-0012345", "amount 2", "-00123.45" },
        { "5-", "amount 2", "-0.05" }, { "12345", "amount 0", "12345" }, { "12.5", "amount 2", "decimal-invalid!" },
        { "", "amount 2", "" }, { "1.234,56", "amount", "1234.56" }, { "1.234", "amount", "1234" },
        { "1.23", "amount", "1.23" }, { "1 234 567,8-", "amount", "-1234567.8" }, { "-3", "amount", "-3" },
        { "1.2.3", "amount", "decimal-invalid!" }, { "12.34,5", "amount", "decimal-invalid!" },
        { "tien", "amount", "decimal-invalid!" }, { "-", "amount", "decimal-invalid!" },
        { "1234567890123456789", "amount 2", "decimal-invalid!" } };
    for (auto const & [text, expression, expected] : cases) {
        Things const things;
        EXPECT_EQ(things.value("tekst", "a | " + expression, fmt::format(R"({{"id":1,"a":"{}"}})", text)), expected) << text;
    }
}

TEST(Transforms, FindCodes)
{
    expect({ { "soort", "a", R"({"id":1,"a":"A"})", "A" }, { "soort", "a", R"({"id":1,"a":"Appel"})", "code-unknown!" },
        { "soort", "a | code soort", R"({"id":1,"a":"banaan, RIJP"})", "B" },
        { "soort", "a | code soort", R"({"id":1,"a":""})", "" },
        { "soort", "a | code soort_bron", R"({"id":1,"a":"2"})", "A" },
        { "soort", "a | code soort_bron", R"({"id":1,"a":"3"})", "code-unknown!" },
        { "soort", "a | code soort_bron | lenient", R"({"id":1,"a":"3"})", "" } });
}

TEST(Transforms, FindTheCodeThatHeldWhenTheRecordBegan)
{
    Things const things;
    auto const mapping = Things::mapping(
        "naam = \"'x'\"\nsoort = \"a | code soort_bron\"\nplaats = \"p | code plaatsen\"\nbegin = \"b\"");
    auto const at = [&](std::string const & json) {
        auto const mapped = things.map(mapping, json);
        auto const & values = mapped.records.at(0).values;
        return fmt::format("{} {}", values[6], values[5]);
    };
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Oudstad","b":"2005-06-01"})"), "A 0001");
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Oudstad","b":"2015-06-01"})"), "A 0002");
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Oudstad","b":"2020-01-01"})"), "B 0003");
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Grootstad","b":"2001-01-01"})"), "A 0003");
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Buitenstad","b":"2016-01-01"})"), "A 9999");
    EXPECT_EQ(at(R"({"id":1,"a":"1","p":"Oudstad"})"), "B 0003");
}

TEST(Transforms, FindTheCodeOfTheirSource)
{
    Things const things;
    auto const mapping = Things::mapping("naam = \"'x'\"\nsoort = \"a | code soort_per_bron\"\nbegin = \"b\"");
    auto const of = [&](std::string_view source, std::string const & json) {
        auto const mapped = things.map(mapping, json, { source, "" });
        return mapped.rejects.empty() ? std::string(mapped.records.at(0).values[6]) : mapped.rejects[0].reason;
    };
    EXPECT_EQ(of("gemeente-een", R"({"id":1,"a":"1","b":"2015-06-01"})"), "B");
    EXPECT_EQ(of("gemeente-een", R"({"id":1,"a":"1","b":"2021-06-01"})"), "A");
    EXPECT_EQ(of("gemeente-twee", R"({"id":1,"a":"1","b":"2015-06-01"})"), "A");
    EXPECT_EQ(of("gemeente-een", R"({"id":1,"a":"7","b":"2015-06-01"})"), "B");
    EXPECT_EQ(of("gemeente-twee", R"({"id":1,"a":"7","b":"2015-06-01"})"), "code-unknown");
}

} // namespace ketensync::mapping
