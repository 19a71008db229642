#include "tests/connectors/around.hpp"

#include <gmock/gmock.h>

namespace ketensync::connectors {

using By = settings::Auth::By;

namespace {

settings::Source with(By by)
{
    settings::Source source;
    source.name = "bron";
    source.auth.by = by;
    source.auth.secret = "bron-geheim";
    source.auth.client_id = "Aladdin";
    source.auth.header = "X-Api-Key";
    source.auth.token_address = "https://127.0.0.1:1/token";
    return source;
}

std::string header_of(Around & around, By by)
{
    return around.shared.of(with(by), around.surroundings())->credential->header({}).value();
}

} // namespace

TEST(Access, MakesEachKindOfCredential)
{
    Around around;
    around.secrets_folder.write("bron-geheim", "open sesame\n");
    EXPECT_EQ(header_of(around, By::bearer), "Authorization: Bearer open sesame");
    EXPECT_EQ(header_of(around, By::basic), "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(header_of(around, By::api_key), "X-Api-Key: open sesame");
    EXPECT_EQ(around.shared.of(with(By::none), around.surroundings())->credential, nullptr);
}

TEST(Access, NamesAMissingSecret)
{
    Around around;
    auto const access = around.shared.of(with(By::bearer), around.surroundings());
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().failure, Failure::configuration);
    EXPECT_THAT(access.error().what, testing::HasSubstr("bron-geheim"));
}

TEST(Access, TakesAChangedSecretAtTheNextOpening)
{
    Around around;
    around.secrets_folder.write("bron-geheim", "een");
    EXPECT_EQ(header_of(around, By::bearer), "Authorization: Bearer een");
    around.secrets_folder.write("bron-geheim", "twee");
    EXPECT_EQ(header_of(around, By::bearer), "Authorization: Bearer twee");
}

TEST(Access, IsSharedByTheFeedsOfASourceUntilItsSettingsChange)
{
    Around around;
    auto source = with(By::oauth2_client_credentials);
    source.requests_per_second = 5;
    auto const first = around.shared.of(source, around.surroundings());
    auto const second = around.shared.of(source, around.surroundings());
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->credential, second->credential);
    EXPECT_EQ(first->budget, second->budget);
    EXPECT_NE(first->budget, nullptr);
    auto other = source;
    other.name = "andere";
    EXPECT_NE(around.shared.of(other, around.surroundings())->credential, first->credential);
    source.auth.scope = "meer";
    EXPECT_NE(around.shared.of(source, around.surroundings())->credential, first->credential);
}

TEST(Access, HasNoBudgetWhereThereIsNoBound)
{
    Around around;
    EXPECT_EQ(around.shared.of(with(By::none), around.surroundings())->budget, nullptr);
}

TEST(Access, RefusesAnAddressThatIsNone)
{
    Around around;
    auto source = with(By::oauth2_client_credentials);
    source.auth.token_address = "ftp://bron/token";
    auto const access = around.shared.of(source, around.surroundings());
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().failure, Failure::configuration);
    EXPECT_FALSE(around.shared.of(source, around.surroundings()));
}

} // namespace ketensync::connectors
