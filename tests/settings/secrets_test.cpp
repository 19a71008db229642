#include "tests/settings/installation.hpp"

#include <gmock/gmock.h>

namespace ketensync::settings {

using std::filesystem::perms;

TEST(Secrets, GivesTheContentWithoutItsFinalLineEnd)
{
    Installation const installation;
    Secrets const secrets(installation.root() / "secrets");
    EXPECT_EQ(secrets.read("roc-gooi"), "geheim");
    write(installation.root() / "secrets/crlf", "a b\n\r\n");
    std::filesystem::permissions(installation.root() / "secrets/crlf", perms::owner_read);
    EXPECT_EQ(secrets.read("crlf"), "a b\n");
}

TEST(Secrets, RefusesAFileThatOthersMayRead)
{
    Installation const installation;
    auto const path = installation.root() / "secrets/open";
    write(path, "geheim");
    std::filesystem::permissions(path, perms::owner_read | perms::others_read);
    auto const read = Secrets(installation.root() / "secrets").read("open");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().failure, Failure::configuration);
    EXPECT_THAT(read.error().what, testing::HasSubstr("'open'"));
    EXPECT_THAT(read.error().what, testing::Not(testing::HasSubstr("geheim")));
}

TEST(Secrets, RefusesWhatIsAbsentEmptyOrNoName)
{
    Installation const installation;
    Secrets const secrets(installation.root() / "secrets");
    write(installation.root() / "secrets/leeg", "\n");
    std::filesystem::permissions(installation.root() / "secrets/leeg", perms::owner_read);
    for (auto const * name : { "nergens", "leeg", "../ca.pem", "", "ROC" }) {
        EXPECT_FALSE(secrets.read(name)) << name;
    }
}

TEST(Secrets, ComeFromSystemdWhenNoFolderIsConfigured)
{
    Installation const installation;
    ::setenv("CREDENTIALS_DIRECTORY", (installation.root() / "secrets").c_str(), 1);
    EXPECT_EQ(Secrets().read("uwv-token"), "geheim");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_FALSE(Secrets().read("uwv-token"));
}

} // namespace ketensync::settings
