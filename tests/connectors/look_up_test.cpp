#include "tests/connectors/rest_feed.hpp"

#include <deque>

namespace ketensync::connectors {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

/// Gives values from a list.
class Listed final : public Questions {
public:
    explicit Listed(std::deque<std::string> values)
        : m_values(std::move(values))
    {
    }
    Result<std::vector<std::string>> next(std::size_t most) override
    {
        std::vector<std::string> batch;
        while (batch.size() < most && !m_values.empty()) {
            batch.push_back(m_values.front());
            m_values.pop_front();
        }
        return batch;
    }

private:
    std::deque<std::string> m_values;
};

struct LookUp {
    std::vector<std::string> bodies;
    std::string refuses = "nooit"; ///< a value for which a whole batch is refused
    Rest rest { [this](Request const & request) -> Answer {
        bodies.push_back(request.body);
        if (request.body.find(refuses) != std::string::npos) {
            return { .status = 400, .body = R"({"code":"paramsValidation","detail":"geheim"})" };
        }
        return { .body = R"({"personen":[]})" };
    } };

    LookUp()
    {
        rest.feed.reads = settings::Reads::changes;
        rest.feed.paging.by = By::none;
        rest.feed.post = settings::Post { R"({"type":"Raadpleeg","nummers":[{asked}]})" };
        rest.feed.ask = settings::Ask {};
        rest.feed.ask->batch = 2;
    }

    Rest::Read read_all(std::deque<std::string> values)
    {
        Listed questions(std::move(values));
        Rest::Read read;
        auto surroundings = rest.around.surroundings();
        surroundings.questions = &questions;
        auto const connector = open_rest(rest.source, rest.feed, surroundings).value();
        for (std::string cursor;;) {
            auto const page = connector->read(cursor, {});
            if (!page) {
                read.error = page.error();
                return read;
            }
            if (page->last) {
                EXPECT_TRUE(page->body.bytes().empty());
                return read;
            }
            read.bodies.emplace_back(page->body.bytes());
            cursor = page->cursor_after;
        }
    }
};

} // namespace

TEST(LookUp, AsksInBatchesUntilThereIsNothingToAsk)
{
    LookUp look_up;
    auto const read = look_up.read_all({ "1", "2", "3" });
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_THAT(read.bodies, SizeIs(2));
    EXPECT_THAT(look_up.bodies,
        ElementsAre(R"({"type":"Raadpleeg","nummers":["1","2"]})", R"({"type":"Raadpleeg","nummers":["3"]})"));
    EXPECT_EQ(look_up.rest.server.requests().front().method, "POST");
    EXPECT_TRUE(look_up.rest.server.requests().front().parameters.empty());
}

TEST(LookUp, AsksNothingWhenThereIsNothingToAsk)
{
    LookUp look_up;
    EXPECT_THAT(look_up.read_all({}).bodies, SizeIs(0));
    EXPECT_TRUE(look_up.bodies.empty());
}

TEST(LookUp, LetsNoBadQuestionKeepTheOthersFromBeingAsked)
{
    LookUp look_up;
    look_up.rest.feed.ask->batch = 4;
    look_up.refuses = "\"3\"";
    auto const read = look_up.read_all({ "1", "2", "3", "4", "5" });
    ASSERT_FALSE(read.error) << read.error->what;
    EXPECT_THAT(read.bodies, SizeIs(3)); // 1 2, 4, 5
    EXPECT_THAT(look_up.bodies, SizeIs(6));
}

TEST(LookUp, StopsWhenTheSourceRefusesEveryQuestion)
{
    LookUp look_up;
    look_up.refuses = "Raadpleeg";
    auto const read = look_up.read_all(std::deque<std::string>(100, "1"));
    expect(read, Failure::bad_page, "answers 400 (paramsValidation)");
    EXPECT_THAT(read.error->what, testing::Not(HasSubstr("geheim")));
    EXPECT_LE(look_up.bodies.size(), 12U);
}

TEST(LookUp, WritesValuesAsJson)
{
    LookUp look_up;
    look_up.read_all({ "a\"],\"x\":[\"" });
    EXPECT_THAT(look_up.bodies, ElementsAre(R"({"type":"Raadpleeg","nummers":["a\"],\"x\":[\""]})"));
}

} // namespace ketensync::connectors
