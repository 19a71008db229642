#include "daemon/pipeline/certificates.hpp"

#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

settings::Source source(std::string const & name, std::string const & certificate, std::string const & signing = {})
{
    settings::Source source;
    source.name = name;
    source.certificate = certificate;
    source.messaging.signing = signing;
    return source;
}

} // namespace

TEST(Certificates, AreThoseThatSourcesNameOnceEachWithWhoUsesThem)
{
    support::TestAuthority authority;
    support::TemporaryFolder const secrets;
    secrets.write("keten", authority.client_certificate() + authority.client_key());
    secrets.write("tekent", authority.certificate_for(90));
    secrets.write("kapot", "geen certificaat");
    settings::Config config;
    config.secrets_folder = secrets.path();
    config.sources = { source("gemeente", "keten", "keten"), source("kadaster", "weg", "kapot"), source("open", ""), source("suwi", "keten", "tekent") };
    auto const found = certificates(config);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].name, "kapot");
    EXPECT_FALSE(found[0].ends);
    EXPECT_EQ(found[1].name, "keten");
    EXPECT_THAT(found[1].used_by, ElementsAre("gemeente", "suwi"));
    ASSERT_TRUE(found[1].ends);
    EXPECT_LT(*found[1].ends - SystemClock().now(), 48h);
    EXPECT_EQ(found[2].name, "tekent");
    EXPECT_GT(found[2].ends, SystemClock().now() + 24h * 89);
    EXPECT_EQ(found[3].name, "weg");
    EXPECT_FALSE(found[3].ends);
    // A new one shows without anybody being told.
    secrets.write("keten", authority.certificate_for(200));
    EXPECT_GT(certificates(config)[1].ends, SystemClock().now() + 24h * 199);
}

TEST(Certificates, AreThatOfTheAuthorityWhichVouchesForTheWarehouseToo)
{
    support::TestAuthority const authority;
    settings::Config config;
    EXPECT_THAT(certificates(config), IsEmpty());
    config.warehouse_type = "postgresql";
    EXPECT_THAT(certificates(config), IsEmpty()) << "the system looks after its own list";
    config.warehouse_server.ca_file = authority.ca_file().string();
    auto const found = certificates(config);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].name, "warehouse.ca_file");
    EXPECT_TRUE(found[0].ends);
    config.warehouse_server.sslmode = "disable";
    EXPECT_THAT(certificates(config), IsEmpty());
}

} // namespace ketensync::pipeline
