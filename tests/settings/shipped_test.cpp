#include "tests/settings/installation.hpp"

#include <fmt/format.h>

// What is shipped in conf/ is what people start from.

namespace ketensync::settings {

namespace {

std::filesystem::path shipped()
{
    return std::filesystem::path(KETENSYNC_SOURCE_DIR) / "conf";
}

} // namespace

TEST(Shipped, ExamplesOfSourcesAreSound)
{
    Installation const installation;
    write(installation.main_file(),
        fmt::format("[mappings]\nfolder = \"{}/mappings\"\n[sources]\nfolder = \"sources.d\"\n", KETENSYNC_SOURCE_DIR));
    std::size_t count = 0;
    for (auto const & entry : std::filesystem::directory_iterator(shipped() / "sources.d")) {
        auto const name = entry.path().filename().string();
        if (name.ends_with(".toml.example")) {
            write(installation.source_file(name.substr(0, name.find('.'))), content_of(entry.path()));
            ++count;
        }
    }
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));
    EXPECT_EQ(config->sources.size(), count);
    EXPECT_GE(count, 5U);
}

TEST(Shipped, ConfigurationSaysTheDefaults)
{
    Installation const installation;
    auto text = content_of(shipped() / "ketensync.toml");
    for (auto const * const installed : { "/usr/share/ketensync/mappings", "/etc/ketensync/sources.d" }) {
        auto const at = text.find(installed);
        ASSERT_NE(at, std::string::npos);
        auto const folder = installation.root() / std::filesystem::path(installed).filename();
        text.replace(at, std::string(installed).size(), folder.string());
    }
    write(installation.main_file(), text);
    auto const config = installation.read();
    ASSERT_TRUE(config) << fmt::format("{}", fmt::join(config.error(), "\n"));
    Config const by_default;
    Limits const & limits = config->limits;
    EXPECT_EQ(config->state_folder, by_default.state_folder);
    EXPECT_EQ(config->warehouse_file, by_default.warehouse_file);
    EXPECT_EQ(config->web_address, by_default.web_address);
    EXPECT_EQ(config->log_level, by_default.log_level);
    EXPECT_EQ(limits.page_bytes_max, by_default.limits.page_bytes_max);
    EXPECT_EQ(limits.file_bytes_max, by_default.limits.file_bytes_max);
    EXPECT_EQ(limits.item_bytes_max, by_default.limits.item_bytes_max);
    EXPECT_EQ(limits.depth_max, by_default.limits.depth_max);
    EXPECT_EQ(limits.pages_max, by_default.limits.pages_max);
    EXPECT_EQ(limits.connect_timeout, by_default.limits.connect_timeout);
    EXPECT_EQ(limits.request_timeout, by_default.limits.request_timeout);
    EXPECT_EQ(limits.page_timeout, by_default.limits.page_timeout);
    EXPECT_EQ(limits.run_timeout, by_default.limits.run_timeout);
    EXPECT_EQ(limits.failures_max, by_default.limits.failures_max);
    EXPECT_EQ(limits.failures_rest, by_default.limits.failures_rest);
    EXPECT_EQ(limits.attempts_max, by_default.limits.attempts_max);
    EXPECT_EQ(limits.backoff_first, by_default.limits.backoff_first);
    EXPECT_EQ(limits.backoff_max, by_default.limits.backoff_max);
    EXPECT_EQ(limits.retry_after_max, by_default.limits.retry_after_max);
    EXPECT_EQ(limits.batch_documents, by_default.limits.batch_documents);
    EXPECT_EQ(limits.outbox_bytes_max, by_default.limits.outbox_bytes_max);
    EXPECT_EQ(limits.parallel_feeds, by_default.limits.parallel_feeds);
    EXPECT_EQ(limits.cache_bytes, by_default.limits.cache_bytes);
    EXPECT_EQ(limits.regroup_share, by_default.limits.regroup_share);
    EXPECT_EQ(limits.warehouse_timeout, by_default.limits.warehouse_timeout);
    EXPECT_EQ(limits.warehouse_lease, by_default.limits.warehouse_lease);
    EXPECT_EQ(limits.certificate_soon, by_default.limits.certificate_soon);
    EXPECT_EQ(limits.certificate_urgent, by_default.limits.certificate_urgent);
    EXPECT_EQ(limits.edition_patience, by_default.limits.edition_patience);
    EXPECT_EQ(limits.memory_kept, by_default.limits.memory_kept);
}

} // namespace ketensync::settings
