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
    return around.shared.of(with(by), around.surroundings())->credential->header({}, {}).value();
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

TEST(Access, HasOneBudgetForAllSourcesOfAHost)
{
    Around around;
    auto one = with(By::none);
    one.address = "https://bron.example/a";
    one.requests_per_second = 5;
    auto other = one;
    other.name = "andere";
    other.address = "https://bron.example/b";
    other.requests_per_second = 0;
    auto elsewhere = one;
    elsewhere.name = "elders";
    elsewhere.address = "https://elders.example/a";
    auto const budget = around.shared.of(one, around.surroundings())->budget;
    EXPECT_EQ(around.shared.of(other, around.surroundings())->budget, budget);
    EXPECT_NE(around.shared.of(elsewhere, around.surroundings())->budget, budget);
    other.requests_per_second = 2; // the smallest holds
    EXPECT_NE(around.shared.of(other, around.surroundings())->budget, budget);
    EXPECT_EQ(around.shared.of(one, around.surroundings())->budget, around.shared.of(other, around.surroundings())->budget);
}

TEST(Access, LeavesASourceAloneForAllItsFeeds)
{
    Around around;
    auto const source = with(By::none);
    auto const first = around.shared.of(source, around.surroundings());
    auto const second = around.shared.of(source, around.surroundings());
    ASSERT_NE(first->breaker, nullptr);
    EXPECT_EQ(first->breaker, second->breaker);
}

TEST(Access, ReadsCertificateAndKeyFromTheirCredentials)
{
    Around around;
    auto source = with(By::none);
    source.certificate = "ons";
    auto const missing = client_settings(source, "https://bron.example", around.surroundings());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().what, testing::HasSubstr("ons"));
    around.secrets_folder.write("ons", "keten en sleutel\n");
    auto const together = client_settings(source, "https://bron.example", around.surroundings());
    ASSERT_TRUE(together);
    EXPECT_EQ(together->certificate->key, "keten en sleutel");
    around.secrets_folder.write("sleutel", "alleen sleutel");
    source.certificate_key = "sleutel";
    auto const apart = client_settings(source, "https://bron.example", around.surroundings());
    ASSERT_TRUE(apart);
    EXPECT_EQ(apart->certificate->name, "ons");
    EXPECT_EQ(apart->certificate->chain, "keten en sleutel");
    EXPECT_EQ(apart->certificate->key, "alleen sleutel");
}

} // namespace ketensync::connectors
