#include "daemon/formats/shape.hpp"

#include "daemon/formats/format.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace ketensync::formats {

namespace {

using What = Shape::What;

/// Takes a JSON document as a run does.
void take(Shape & shape, std::string const & json, int times = 1)
{
    Parser parser(Layout {}, Limits {});
    Tree tree;
    ASSERT_TRUE(parser.parse({}, json, tree)) << json;
    for (int i = 0; i < times; ++i) {
        shape.take(tree);
    }
}

std::string told(Shape const & shape)
{
    std::string text;
    for (auto const & notice : shape.notices()) {
        static constexpr std::array<std::string_view, 4> words { "?", "new", "retyped", "vanished" };
        text += fmt::format("{} {}{}; ", words.at(static_cast<std::size_t>(notice.what)), notice.path, notice.in_run ? "" : " (before)");
    }
    return text;
}

/// A shape that has seen a whole run of one document.
Shape learned(std::string const & json, int times = 100)
{
    Shape shape;
    shape.begin();
    take(shape, json, times);
    shape.judge();
    EXPECT_EQ(told(shape), "");
    shape.settle();
    shape.begin();
    return shape;
}

std::optional<Shape::Notice> objection(Shape const & shape, std::string const & json, Shape::Kinds kinds)
{
    Parser parser(Layout {}, Limits {});
    Tree tree;
    EXPECT_TRUE(parser.parse({}, json, tree)) << json;
    return shape.objection(tree, kinds);
}

constexpr Shape::Kinds all = 0xff;

} // namespace

TEST(Shape, NoticesANewFieldAtAnyDepth)
{
    auto shape = learned(R"({"id":"1","adres":{"postcode":"1211AA"},"talen":[{"taal":"nl"}]})");
    take(shape, R"({"id":"1","adres":{"postcode":"1211AA","toevoeging":"bis"},"talen":[{"taal":"nl","niveau":3}]})");
    shape.judge();
    EXPECT_EQ(told(shape), "new adres.toevoeging; new talen.niveau; ");
}

TEST(Shape, TellsTheOutermostOfWhatIsNew)
{
    auto shape = learned(R"({"id":"1"})");
    take(shape, R"({"id":"1","contact":{"mail":"x","telefoon":"y"}})");
    EXPECT_EQ(told(shape), "new contact; ");
}

TEST(Shape, NoticesAnotherTypeOfValue)
{
    auto shape = learned(R"({"id":"1","uren":32,"lijst":["a"],"deel":{"x":1}})");
    take(shape, R"({"id":"1","uren":"32","lijst":"a","deel":{"x":1}})");
    shape.judge();
    EXPECT_EQ(told(shape), "retyped uren; retyped lijst; ");
    auto again = learned(R"({"deel":{"x":1},"lijst":["a"]})");
    take(again, R"({"deel":[{"x":1}],"lijst":[{"a":1}]})");
    EXPECT_EQ(told(again), "retyped deel; retyped lijst; new lijst.a; ");
}

TEST(Shape, TakesAValueWhereThereNeverWasOne)
{
    auto shape = learned(R"({"id":"1","einde":null,"lijst":[]})");
    take(shape, R"({"id":"1","einde":"2026-01-01","lijst":["a"]})");
    EXPECT_EQ(told(shape), "");
}

TEST(Shape, NoticesAFieldThatIsGoneOrAlwaysEmptyNow)
{
    auto shape = learned(R"({"id":"1","naam":"Bakker","adres":{"postcode":"1211AA","plaats":"Hilversum"}})");
    take(shape, R"({"id":"1","naam":"","adres":{"postcode":null}})", 50);
    shape.judge();
    EXPECT_EQ(told(shape), "vanished naam; vanished adres.postcode; vanished adres.plaats; ");
    take(shape, R"({"id":"1","naam":"Bakker","adres":{"postcode":"1211AA","plaats":"Hilversum"}})");
    shape.judge();
    EXPECT_EQ(told(shape), "") << "it is back";
}

TEST(Shape, DoesNotTakeChanceForVanishing)
{
    Shape shape;
    shape.begin();
    take(shape, R"({"id":"1"})", 90);
    take(shape, R"({"id":"1","partner":"x"})", 10);
    shape.settle();
    shape.begin();
    take(shape, R"({"id":"1"})", 50);
    shape.judge();
    EXPECT_EQ(told(shape), "") << "one in ten had it: fifty without are no wonder";
    take(shape, R"({"id":"1"})", 100);
    shape.judge();
    EXPECT_EQ(told(shape), "vanished partner; ");
}

TEST(Shape, NoticesOnlyWhatNobodyHasAccepted)
{
    auto shape = learned(R"({"id":"1","oud":"x"})");
    take(shape, R"({"id":2,"nieuw":true})", 50);
    shape.judge();
    EXPECT_EQ(told(shape), "retyped id; vanished oud; new nieuw; ");
    shape.settle();
    auto kept = Shape::decode(shape.encode());
    ASSERT_TRUE(kept);
    kept->begin();
    EXPECT_EQ(told(*kept), "retyped id (before); vanished oud (before); new nieuw (before); ");
    kept->accept();
    take(*kept, R"({"id":2,"nieuw":true})", 50);
    kept->judge();
    EXPECT_EQ(told(*kept), "");
}

TEST(Shape, KnowsWhatAMappingReads)
{
    auto shape = learned(R"({"id":"1"})");
    shape.know({ { "persoon", "naam" } });
    shape.know({ { "contact" } }, true);
    take(shape, R"({"id":"1","persoon":{"naam":"x","roepnaam":"y"},"contact":{"mail":"z"}})");
    EXPECT_EQ(told(shape), "new persoon.roepnaam; ");
    EXPECT_EQ(shape.unread(), 2U) << "id and persoon.roepnaam";
}

TEST(Shape, KeepsNoNameThatLooksLikeAPerson)
{
    auto shape = learned(R"({"123456782":{"naam":"x"},"111222333":{"naam":"y"},"jan@voorbeeld.nl":1})");
    EXPECT_EQ(shape.encode().find("123456782"), std::string::npos);
    EXPECT_EQ(shape.encode().find("jan"), std::string::npos);
    take(shape, R"({"999990019":{"naam":"x"}})");
    EXPECT_EQ(told(shape), "");
}

TEST(Shape, HoldsNoMoreFieldsThanItMay)
{
    auto shape = learned(R"({"id":"1"})");
    std::string wide = "{\"id\":\"1\"";
    for (int i = 0; i < 3'000; ++i) {
        wide += fmt::format(",\"kolom{}\":1", i);
    }
    take(shape, wide + "}");
    EXPECT_TRUE(shape.overflowed());
    EXPECT_EQ(shape.fields().size(), Shape::fields_max);
    EXPECT_TRUE(Shape::decode(shape.encode()));
}

TEST(Shape, ReadsElementsOfXmlAsTheirText)
{
    Layout layout;
    layout.format = Format::xml;
    layout.items = "a/p";
    Parser parser(layout, Limits {});
    Tree tree;
    Shape shape;
    shape.begin();
    auto const take_xml = [&](std::string const & text) {
        ASSERT_TRUE(parser.parse({}, text, tree));
        shape.take(tree);
    };
    for (int i = 0; i < 40; ++i) {
        take_xml("<p><bsn soort='x'>1</bsn><adres><straat>A</straat></adres><taal>nl</taal><taal>en</taal></p>");
    }
    shape.settle();
    shape.begin();
    for (int i = 0; i < 40; ++i) {
        take_xml("<p><bsn soort='x'/><adres>los</adres><taal>nl</taal></p>");
    }
    shape.judge();
    EXPECT_EQ(told(shape), "vanished bsn; retyped adres; ") << "without an address its street is no loss of its own";
}

TEST(Shape, ObjectsToADocumentThatShowsWhatWasNoticed)
{
    auto shape = learned(R"({"id":"1","adres":[{"straat":"A","plaats":"B"}]})");
    take(shape, R"({"id":"1","adres":[{"straat":7,"land":"NL"}]})", 50);
    shape.judge();
    EXPECT_EQ(told(shape), "retyped adres.straat; vanished adres.plaats; new adres.land; ");
    auto const says = [&](std::string const & json, Shape::Kinds kinds) {
        auto const found = objection(shape, json, kinds);
        return found ? found->path : "";
    };
    EXPECT_EQ(says(R"({"id":"1","adres":[{"straat":"A","plaats":"B"}]})", all), "");
    EXPECT_EQ(says(R"({"id":"1","adres":[{"straat":"A","plaats":"B"},{"straat":7,"plaats":"B"}]})", all), "adres.straat");
    EXPECT_EQ(says(R"({"id":"1","adres":[{"straat":"A","plaats":"B","land":null}]})", all), "adres.land");
    EXPECT_EQ(says(R"({"id":"1","adres":[{"straat":"A"}]})", all), "adres.plaats");
    EXPECT_EQ(says(R"({"id":"1","adres":[{"straat":"A"}]})", Shape::kind(What::added)), "");
}

TEST(Shape, RefusesTextThatIsNoShape)
{
    auto const sound = learned(R"({"a":1,"b":{"c":2}})").encode();
    ASSERT_TRUE(Shape::decode(sound));
    EXPECT_EQ(Shape::decode(sound)->encode(), sound);
    for (std::size_t at = 0; at < sound.size(); ++at) {
        for (char const other : { 'x', '9', '\n', '\0' }) {
            auto damaged = sound;
            damaged[at] = other;
            Shape::decode(damaged); // whatever it says, it does not read beyond
        }
        EXPECT_FALSE(at > 0 && at + 1 < sound.size() && sound[at] != '\n' && Shape::decode(sound.substr(0, at + 1))) << at;
    }
    EXPECT_FALSE(Shape::decode(""));
}

} // namespace ketensync::formats
