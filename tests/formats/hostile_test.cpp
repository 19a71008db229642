#include "tests/formats/reading.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>

namespace ketensync::formats {

using namespace std::string_view_literals;

namespace {

/// Changes a text as accidents and attackers do; the same for the same seed.
class Mutator {
public:
    explicit Mutator(unsigned seed)
        : m_random(seed)
    {
    }

    std::string mutated(std::string text)
    {
        for (auto changes = 1 + below(4); changes != 0; --changes) {
            auto const at = below(text.size() + 1);
            switch (below(7)) {
            case 0:
                text.resize(at);
                break;
            case 1:
                text.erase(at, 1 + below(8));
                break;
            case 2:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 3:
                text.insert(at, 1, m_signs[below(m_signs.size())]);
                break;
            case 4:
                text.insert(at, text.substr(below(text.size() + 1), below(40)));
                break;
            case 5:
                if (at < text.size()) {
                    text[at] = static_cast<char>(below(256));
                }
                break;
            default:
                if (at < text.size()) {
                    text[at] = m_signs[below(m_signs.size())];
                }
            }
        }
        return text;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : m_random() % bound; }

    std::mt19937 m_random;
    std::string_view m_signs = "{}[]\":,;\\<>/&#'=!?-+.eEu0dD89 \n\r\t\0\xc3\xed\xff"sv;
};

struct Sample {
    char const * name;
    Layout layout;
    std::string page;
};

std::vector<Sample> samples()
{
    std::vector<Sample> samples(5);
    samples[0] = {
        "json", {},
        R"({"n":1,"a":{"l":[{"naam":"Jos\u00e9 \"v\" \ud83d\ude42","l":[1,[-2.5e3,true,null]],"m":{}},"x",12]},"meer":false})"
    };
    samples[0].layout.items = "a.l";
    samples[1] = { "csv", {}, "nr;naam;plaats\r\n1;\"Jansen; \"\"x\"\"\";Hilversum\r\n2;Bakker;\"regel\r\n2\"\n3;;\n" };
    samples[1].layout.format = Format::csv;
    samples[1].layout.encoding = Encoding::cp1252;
    samples[2] = { "fixed", {}, "001Zoë   2024\r\n002Bakker2024\n003de B  2025" };
    samples[2].layout.format = Format::fixed_width;
    samples[2].layout.positions = { { "nr", 1, 3 }, { "naam", 4, 6 }, { "jaar", 10, 4 } };
    samples[3] = { "xml", {},
        "<?xml version='1.0' encoding='UTF-8'?><L><C><J>1</J></C><U a='1'>Zo&#235;<b/><![CDATA[x]]></U><U/></L>" };
    samples[3].layout.format = Format::xml;
    samples[3].layout.items = "L/U";
    samples[3].layout.context = "L/C";
    samples[4] = samples[3];
    samples[4].name = "xml in windows-1252";
    samples[4].page = "<?xml version='1.0' encoding='windows-1252'?><L><C>\x80</C><U>Zo\xeb</U></L>";
    return samples;
}

} // namespace

TEST(Hostile, MutatedPagesEndInDocumentsOrFaultsWithinTheLimits)
{
    Limits limits;
    limits.depth_max = 8;
    limits.nodes_max = 20;
    limits.items_max = 10;
    limits.item_bytes_max = 200;
    for (auto const & sample : samples()) {
        Mutator mutator(20'24);
        Parser parser(sample.layout, limits);
        Tree tree;
        int sound = 0;
        for (int round = 0; round < 10'000; ++round) {
            Fenced const page(mutator.mutated(sample.page));
            std::string context;
            std::size_t count = 0;
            Sink const sink { [&](std::string_view text) { context = text; },
                [&](std::string_view document) -> Result<void> {
                    EXPECT_GE(document.data(), page.bytes().data());
                    EXPECT_LE(document.data() + document.size(), page.bytes().data() + page.bytes().size());
                    EXPECT_LE(++count, limits.items_max);
                    auto const parsed = parser.parse(context, document, tree);
                    EXPECT_TRUE(parsed || parsed.error().failure == Failure::bad_data);
                    EXPECT_LE(tree.size(), limits.nodes_max + 2);
                    if (parsed) {
                        EXPECT_TRUE(valid_utf8(written(tree)));
                        EXPECT_EQ(written(tree).find('\0'), std::string::npos);
                    }
                    return {};
                } };
            auto const result = split(page.bytes(), sample.layout, limits, sink);
            EXPECT_TRUE(result || result.error().failure == Failure::bad_page) << sample.name;
            sound += result ? 1 : 0;
        }
        EXPECT_GT(sound, 100) << sample.name;
    }
}

TEST(Hostile, MutatedDocumentsAreJsonExactlyWhenSimdjsonSaysSo)
{
    std::string const document
        = R"({"naam":"Jos\u00e9 \"v\" \ud83d\ude42","l":[1,[-2.5e3,true,null],0.5],"m":{"a":false,"b":"x\\y"}})";
    Mutator mutator(1);
    Parser parser(Layout {}, Limits {});
    Tree tree;
    simdjson::dom::parser judge;
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto const text = mutator.mutated(document);
        auto const ours = parser.parse({}, text, tree);
        auto const theirs = judge.parse(text).error();
        accepted += ours ? 1 : 0;
        if (ours) {
            // Numbers beyond a double or 64 bits are text to us.
            EXPECT_TRUE(theirs == simdjson::SUCCESS || theirs == simdjson::NUMBER_ERROR) << text;
            continue;
        }
        auto const what = ours.error().what;
        bool const stricter = what.find("twice") != std::string::npos || what.find("surrogate") != std::string::npos
            || what.find("NUL") != std::string::npos;
        EXPECT_TRUE(theirs != simdjson::SUCCESS || stricter) << text << '\n' << what;
    }
    EXPECT_GT(accepted, 500);
}

TEST(Hostile, MutatedPagesNeverMakeAScalarCrash)
{
    Mutator mutator(7);
    for (int round = 0; round < 10'000; ++round) {
        Fenced const page(mutator.mutated(R"({"a":[{"x":"]"},"\\"],"m":{"volgende":"j\u00e9"},"n":12})"));
        for (auto const * const path : { "m.volgende", "n", "a" }) {
            auto const value = json_scalar(page.bytes(), path);
            EXPECT_TRUE(value || value.error().failure == Failure::bad_page);
        }
    }
}

TEST(Hostile, AManyNamedObjectIsCheckedInGoodTime)
{
    std::string text = "{";
    for (int member = 0; member < 9'000; ++member) {
        text += fmt::format("\"{}\":0,", member);
    }
    text += "\"x\":0}";
    EXPECT_EQ(read(text, Layout {}).substr(0, 1), "{");
}

} // namespace ketensync::formats
