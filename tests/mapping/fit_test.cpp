#include "daemon/mapping/fit.hpp"

#include "tests/mapping/house_of_things.hpp"

namespace ketensync::mapping {

namespace {

Fit fit_of(Things const & things, std::string const & page)
{
    auto const mapper = things.read(Things::mapping("naam = \"n\"\naantal = \"a\"\nnummer = \"b | digits | pad 9\"")).value();
    return fit(*mapper, page, {}, { "bron", "" });
}

} // namespace

TEST(Fit, IsTheShareOfItsFieldsThatAreThereTimesThatOfSoundDocuments)
{
    Things const things;
    auto const whole = fit_of(things, R"([{"id":1,"n":"x","a":2,"b":"123456782"},{"id":2,"n":"y","other":1}])");
    EXPECT_EQ(whole.paths, 4U) << "the key is a field too";
    EXPECT_EQ(whole.present, 4U);
    EXPECT_EQ(whole.records, 2U);
    EXPECT_EQ(whole.score(), 1);
    auto const half = fit_of(things, R"([{"id":1,"n":"x"},{"id":2,"a":"veel","n":"y"}])");
    EXPECT_EQ(half.present, 3U);
    EXPECT_EQ(half.sound, 1U);
    EXPECT_EQ(half.score(), 3.0 / 4 / 2);
    EXPECT_EQ(half.reason.substr(0, half.reason.find(':')), "integer-invalid");
    EXPECT_EQ(half.reason.find("veel"), std::string::npos);
}

TEST(Fit, IsNothingWhereNothingIsTold)
{
    Things const things;
    for (auto const * const page : { "", "[]", "[{}]", R"([{"x":1}])", R"({"items":[]})", R"([{"id":1,"n":"x"})", "<a/>" }) {
        EXPECT_EQ(fit_of(things, page).score(), 0) << page;
    }
}

TEST(Fit, CountsAllDocumentsAndTriesTheFirst)
{
    Things const things;
    std::string page;
    for (int i = 0; i < 700; ++i) {
        page += fmt::format("{}{{\"id\":{},\"n\":\"x\"}}", i == 0 ? "[" : ",", i);
    }
    auto const many = fit_of(things, page + "]");
    EXPECT_EQ(many.documents, 700U);
    EXPECT_EQ(many.tried, 500U);
    EXPECT_EQ(many.sound, 500U);
}

TEST(Fit, GoesByTheFirstCharactersWhetherAPageMayBeOfALayout)
{
    using formats::Format;
    auto const may = [](Format format, std::string_view page) {
        formats::Layout layout;
        layout.format = format;
        return may_be(layout, page);
    };
    EXPECT_TRUE(may(Format::json, "\xef\xbb\xbf {\"a\":1}"));
    EXPECT_FALSE(may(Format::json, "a;b"));
    EXPECT_TRUE(may(Format::xml, "<?xml version=\"1.0\"?>"));
    EXPECT_TRUE(may(Format::csv, "a;b\r\n"));
    EXPECT_TRUE(may(Format::fixed_width, "2026"));
    EXPECT_FALSE(may(Format::csv, "[1]"));
    EXPECT_FALSE(may(Format::csv, std::string_view("PK\x03\x04", 4)));
    EXPECT_TRUE(may(Format::xlsx, std::string_view("PK\x03\x04", 4)));
    EXPECT_FALSE(may(Format::json, ""));
}

} // namespace ketensync::mapping
