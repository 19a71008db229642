#include "tests/connectors/around.hpp"
#include "tests/support/scripted_server.hpp"

#include <gtest/gtest.h>

namespace ketensync::connectors {

// A file behind an address is a feed without paging: what its bytes mean is the mapping's business.

TEST(FileOverHttp, IsGivenByteForByteWhateverItsFormat)
{
    using namespace std::literals;
    for (auto const & bytes : { "naam;plaats\r\nZo\xeb;\"a\r\nb\"\r\n"s, "PK\3\4\0\0\xff\xfe"s, "\xff\xfe""a\0;\0b\0"s }) {
        support::ScriptedServer const server([&](auto const &) {
            support::ScriptedServer::Answer answer;
            answer.body = bytes;
            return answer;
        });
        settings::Source source;
        source.name = "bron";
        source.connector = "rest";
        source.address = server.address();
        source.headers = { { "Accept", "*/*" } };
        settings::Feed feed;
        feed.name = "bron.lijst";
        feed.path = "/uit/lijst.csv";
        Around around;
        auto const page = open(source, feed, around.surroundings()).value()->read({}, {});
        ASSERT_TRUE(page) << page.error().what;
        EXPECT_TRUE(page->body.bytes() == bytes);
        EXPECT_TRUE(page->last);
        EXPECT_TRUE(server.requests().front().headers.at("traceparent").starts_with("00-" + to_text(around.trace)));
    }
}

} // namespace ketensync::connectors
