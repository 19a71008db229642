#include "daemon/settings/drift.hpp"
#include "daemon/settings/web.hpp"
#include "tests/settings/expected_faults.hpp"
#include "tests/settings/installation.hpp"

#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::settings {

namespace {

std::vector<std::filesystem::path> files_in(std::string const & folder, std::string const & ending)
{
    std::vector<std::filesystem::path> files;
    for (auto const & entry : std::filesystem::directory_iterator(data(folder))) {
        if (entry.path().filename().string().ends_with(ending)) {
            files.push_back(entry.path());
        }
    }
    EXPECT_FALSE(files.empty());
    return files;
}

Faults faults_of(tl::expected<Config, Faults> const & read)
{
    return read ? Faults() : read.error();
}

} // namespace

TEST(Config, TakesEveryGoodFile)
{
    for (auto const & file : files_in("config", ".good.toml")) {
        Installation const installation;
        write(installation.main_file(), content_of(file));
        EXPECT_THAT(faults_of(installation.read()), testing::IsEmpty()) << file;
    }
}

TEST(Config, TellsEveryFaultOfABadFileAtItsPlace)
{
    for (auto const & file : files_in("config", ".bad.toml")) {
        SCOPED_TRACE(file.filename());
        Installation const installation;
        write(installation.main_file(), content_of(file));
        expect_exactly(faults_of(installation.read()), installation.main_file(), content_of(file));
    }
}

TEST(Config, TakesEveryGoodSource)
{
    for (auto const & file : files_in("sources", ".good.toml")) {
        Installation const installation;
        write(installation.source_file(), content_of(file));
        EXPECT_THAT(faults_of(installation.read()), testing::IsEmpty()) << file;
    }
}

TEST(Config, TellsEveryFaultOfABadSourceAtItsPlace)
{
    for (auto const & file : files_in("sources", ".bad.toml")) {
        SCOPED_TRACE(file.filename());
        Installation const installation;
        write(installation.source_file(), content_of(file));
        expect_exactly(faults_of(installation.read()), installation.source_file(), content_of(file));
    }
}

TEST(Config, TakesTheValuesAsWritten)
{
    Installation const installation;
    write(installation.main_file(), content_of(data("config/full.good.toml")));
    write(installation.source_file("roc-gooi"), content_of(data("sources/rest.good.toml")));
    write(installation.source_file("gemeente-hilversum"), content_of(data("sources/files.good.toml")));
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));

    EXPECT_EQ(config->state_folder, installation.root() / "state");
    EXPECT_EQ(config->log_level, "warning");
    EXPECT_EQ(config->limits.page_bytes_max, 32U << 20);
    EXPECT_EQ(config->limits.cache_bytes, 33'554'432U);
    EXPECT_EQ(config->limits.regroup_share, 0.05);
    EXPECT_EQ(config->limits.backoff_first, std::chrono::milliseconds(250));
    EXPECT_EQ(config->limits.run_timeout, std::chrono::hours(2));
    EXPECT_EQ(config->limits.certificate_urgent, std::chrono::hours(14 * 24));
    EXPECT_EQ(config->limits.edition_patience, std::chrono::hours(0));
    EXPECT_EQ(config->limits.parallel_feeds, 3U);

    ASSERT_EQ(config->sources.size(), 2U);
    auto const & files = config->sources[0];
    EXPECT_EQ(files.name, "gemeente-hilversum");
    EXPECT_EQ(files.folder, "/srv/drop/hilversum");
    ASSERT_EQ(files.feeds.size(), 1U);
    EXPECT_EQ(files.feeds[0].reads, Reads::periods);
    EXPECT_EQ(files.feeds[0].period, "SRG_0402_{period}.txt");
    EXPECT_TRUE(files.feeds[0].believable.empty_allowed);
    EXPECT_EQ(files.feeds[0].believable.changed_percent, 50U) << "of what is delivered as a whole";
    EXPECT_EQ(files.feeds[0].believable.emptied_percent, 10U);
    EXPECT_EQ(files.feeds[0].believable.set_aside_percent, 25U);
    EXPECT_EQ(files.feeds[0].gone, Gone::close);

    auto const & rest = config->sources[1];
    EXPECT_EQ(rest.title, "ROC van het Gooi");
    EXPECT_EQ(rest.ca_file, (installation.root() / "ca.pem").string());
    EXPECT_EQ(rest.requests_per_second, 20U);
    EXPECT_EQ(rest.headers.at("X-Partij"), "regio");
    EXPECT_EQ(rest.auth.by, Auth::By::oauth2_client_credentials);
    EXPECT_EQ(rest.auth.secret, "roc-gooi");
    ASSERT_EQ(rest.feeds.size(), 2U);
    EXPECT_EQ(rest.feeds[0].paging.by, Paging::By::page_number);
    EXPECT_EQ(rest.feeds[0].paging.total, "meta.total");
    EXPECT_EQ(rest.feeds[0].schedule.at, "0,30 6-18/2 * * 1-5");
    EXPECT_EQ(rest.feeds[0].believable.vanished_percent, 20U);
    ASSERT_TRUE(rest.feeds[1].parent);
    EXPECT_EQ(rest.feeds[1].parent->key, "offeringId");
    EXPECT_EQ(rest.feeds[1].schedule.every, std::chrono::minutes(15));
}

TEST(Config, SaysWhoMayUseThePages)
{
    Installation const installation;
    write(installation.main_file(), content_of(data("config/web.good.toml")));
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));
    auto const users = web_users(config->file);
    ASSERT_TRUE(users);
    EXPECT_EQ(users->origin, "https://ketensync.example");
    EXPECT_EQ(users->user_header, "x-remote-user");
    EXPECT_EQ(users->secret_header, "x-proxy");
    EXPECT_EQ(users->roles.at("anna"), static_cast<unsigned>(Role::operate) | static_cast<unsigned>(Role::review));
    EXPECT_EQ(users->roles.at("bart@example.nl"), 0U);
}

TEST(Config, LetsNobodyUseThePagesByDefault)
{
    Installation const installation;
    auto const users = web_users(installation.main_file());
    ASSERT_TRUE(users);
    EXPECT_TRUE(users->roles.empty());
    EXPECT_TRUE(users->secret.empty());
}

TEST(Config, SaysOfEachFeedWhatToDoWhenItsFieldsChange)
{
    auto const drifts = read_drifts(data("sources/rest.good.toml"));
    ASSERT_EQ(drifts.size(), 2U);
    EXPECT_EQ(drifts.at("personen").added, OnDrift::go_on) << "by default it is told, and no more";
    EXPECT_EQ(drifts.at("deelnames").added, OnDrift::set_aside);
    EXPECT_EQ(drifts.at("deelnames").retyped, OnDrift::go_on);
    EXPECT_EQ(drifts.at("deelnames").vanished, OnDrift::stop);
}

TEST(Config, FindsTheFaultsOfAllFilesInOneGo)
{
    Installation const installation;
    write(installation.main_file(), content_of(installation.main_file()) + "[log]\nlevel = \"loud\"\n");
    write(installation.source_file("een"), content_of(data("sources/nothing.bad.toml")));
    write(installation.source_file("twee"), content_of(data("sources/connector.bad.toml")));
    EXPECT_EQ(faults_of(installation.read()).size(), 5U);
}

TEST(Config, RefusesASourceWhoseFileNameIsNoName)
{
    Installation const installation;
    write(installation.source_file("ROC Gooi"), content_of(data("sources/files.good.toml")));
    EXPECT_THAT(faults_of(installation.read()), testing::ElementsAre(testing::HasSubstr("rename the file")));
}

TEST(Config, PassesOverFilesThatAreNoSources)
{
    Installation const installation;
    write(installation.root() / "sources.d/uwv.toml.example", "this is no TOML");
    write(installation.root() / "sources.d/.uwv.toml", "this is no TOML");
    auto const config = installation.read();
    ASSERT_TRUE(config);
    EXPECT_TRUE(config->sources.empty());
}

TEST(Config, SaysWhichFileCannotBeRead)
{
    auto const read = read_config("/nergens/ketensync.toml");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error(), testing::ElementsAre(testing::StartsWith("/nergens/ketensync.toml:1:1: ")));
}

TEST(Schema, TakesEveryGoodFileAndTheCommonSchema)
{
    auto files = files_in("schema", ".good.toml");
    files.push_back(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings/schema.toml");
    for (auto const & file : files) {
        auto const schema = read_schema(file);
        EXPECT_TRUE(schema) << fmt::format("{}", fmt::join(schema.error(), "\n"));
    }
}

TEST(Schema, TellsEveryFaultOfABadFileAtItsPlace)
{
    for (auto const & file : files_in("schema", ".bad.toml")) {
        auto const schema = read_schema(file);
        expect_exactly(schema ? Faults() : schema.error(), file, content_of(file));
    }
}

TEST(Schema, KeepsKindsAndFieldsInTheOrderOfTheFile)
{
    auto const schema = read_schema(data("schema/small.good.toml"));
    ASSERT_TRUE(schema);
    ASSERT_EQ(schema->kinds.size(), 2U);
    auto const & kind = schema->kinds[0];
    EXPECT_EQ(kind.name, "ding");
    ASSERT_EQ(kind.fields.size(), 3U);
    EXPECT_EQ(kind.fields[0].name, "begin");
    EXPECT_TRUE(kind.fields[0].required);
    EXPECT_EQ(kind.valid_from, record::FieldId { 0 });
    EXPECT_FALSE(kind.valid_until);
    EXPECT_EQ(kind.fields[1].target, 1);
    EXPECT_TRUE(kind.fields[1].matched);
    EXPECT_EQ(kind.fields[2].list, "soort");
    EXPECT_EQ(kind.fields[2].personal, record::Personal::indirect);
}

} // namespace ketensync::settings
