#include "connectors/key_list.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace ketensync::connectors {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Keys = Result<std::vector<std::string>>;

namespace {

class QuestionsInFile : public testing::Test {
protected:
    Keys read(std::string const & text, std::filesystem::perms perms = std::filesystem::perms::owner_read)
    {
        std::filesystem::remove(file);
        folder.write("vragen.txt", text);
        std::filesystem::permissions(file, perms);
        return key_list_in_file(file, limits)->keys({});
    }

    support::TemporaryFolder folder {};
    std::filesystem::path file = folder.path() / "vragen.txt";
    settings::Limits limits {};
};

} // namespace

TEST_F(QuestionsInFile, AreItsLinesEachOnce)
{
    EXPECT_THAT(*read("# wie\r\n\n111222333\r\n123456782 \n111222333\nlaatste"),
        ElementsAre("111222333", "123456782", "laatste"));
    EXPECT_TRUE(read("")->empty());
}

TEST_F(QuestionsInFile, AreReadAnewEachTime)
{
    auto const questions = key_list_in_file(file, limits);
    EXPECT_FALSE(questions->keys({}));
    read("1\n");
    EXPECT_THAT(*questions->keys({}), ElementsAre("1"));
    read("1\n2\n");
    EXPECT_THAT(*questions->keys({}), ElementsAre("1", "2"));
}

TEST_F(QuestionsInFile, AreRefusedWithTheLineAndNeverTheKey)
{
    auto const two = read("111222333\n123456782 Jansen\n");
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().failure, Failure::configuration);
    EXPECT_THAT(two.error().what, HasSubstr("line 2"));
    EXPECT_THAT(two.error().what, Not(HasSubstr("123456782")));
    EXPECT_FALSE(read(std::string(101, '1')));
    limits.page_bytes_max = 5;
    EXPECT_THAT(read("123456782").error().what, HasSubstr("page_bytes_max"));
}

TEST_F(QuestionsInFile, AreForNobodyElseToSee)
{
    using std::filesystem::perms;
    EXPECT_TRUE(read("1", perms::owner_read | perms::group_read));
    for (auto const open : { perms::others_read, perms::others_write }) {
        EXPECT_THAT(read("1", perms::owner_read | open).error().what, HasSubstr("others can read or write it"));
    }
}

} // namespace ketensync::connectors
