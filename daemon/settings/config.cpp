#include "daemon/settings/config.hpp"

#include "daemon/settings/alerts.hpp"
#include "daemon/settings/checks.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"
#include "daemon/settings/warehouse.hpp"
#include "daemon/settings/web.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

void read_count(Table const & table, std::string_view key, std::uint64_t & value, std::uint64_t max)
{
    value = static_cast<std::uint64_t>(
        table.integer(key, static_cast<std::int64_t>(value), 1, static_cast<std::int64_t>(max)));
}

void read_bytes(Table const & table, std::string_view key, std::uint64_t & value, std::uint64_t min)
{
    auto const read = table.bytes(key, value);
    if (read < min) {
        table.fault(key, fmt::format("'{}' must be at least {} bytes", key, min));
        return;
    }
    value = read;
}

void read_duration(Table const & table, std::string_view key, milliseconds & value)
{
    auto const read = table.duration(key, value);
    if (read.count() <= 0) {
        table.fault(key, fmt::format("'{}' must be longer than nothing", key));
        return;
    }
    value = read;
}

Limits read_limits(Table const & table)
{
    Limits limits;
    read_bytes(table, "page_bytes_max", limits.page_bytes_max, 1024);
    read_bytes(table, "file_bytes_max", limits.file_bytes_max, 1024);
    read_bytes(table, "item_bytes_max", limits.item_bytes_max, 1024);
    read_count(table, "depth_max", limits.depth_max, 1024);
    read_count(table, "pages_max", limits.pages_max, 100'000'000);
    read_duration(table, "connect_timeout", limits.connect_timeout);
    read_duration(table, "request_timeout", limits.request_timeout);
    read_duration(table, "page_timeout", limits.page_timeout);
    read_duration(table, "run_timeout", limits.run_timeout);
    read_count(table, "attempts_max", limits.attempts_max, 100);
    read_duration(table, "backoff_first", limits.backoff_first);
    read_duration(table, "backoff_max", limits.backoff_max);
    if (limits.backoff_first > limits.backoff_max) {
        table.fault(
            table.has("backoff_max") ? "backoff_max" : "backoff_first", "'backoff_first' is longer than 'backoff_max'");
    }
    read_duration(table, "retry_after_max", limits.retry_after_max);
    read_count(table, "failures_max", limits.failures_max, 1'000'000);
    read_duration(table, "failures_rest", limits.failures_rest);
    read_count(table, "batch_documents", limits.batch_documents, 1'000'000);
    read_bytes(table, "outbox_bytes_max", limits.outbox_bytes_max, 1U << 20);
    read_count(table, "parallel_feeds", limits.parallel_feeds, 64);
    read_bytes(table, "cache_bytes", limits.cache_bytes, 1U << 20);
    read_duration(table, "warehouse_timeout", limits.warehouse_timeout);
    read_duration(table, "warehouse_lease", limits.warehouse_lease);
    read_duration(table, "certificate_soon", limits.certificate_soon);
    read_duration(table, "certificate_urgent", limits.certificate_urgent);
    if (limits.certificate_urgent > limits.certificate_soon) {
        table.fault(table.has("certificate_urgent") ? "certificate_urgent" : "certificate_soon",
            "'certificate_urgent' is longer than 'certificate_soon'");
    }
    limits.edition_patience = table.duration("edition_patience", limits.edition_patience); // 0: nobody waits for it
    read_duration(table, "memory_kept", limits.memory_kept);
    limits.regroup_share = table.number("regroup_share", limits.regroup_share, 0, 1);
    return limits;
}

/// The folder that `key` of `table` names, or `fallback`.
std::filesystem::path read_folder(Table const & table, std::string_view key, std::filesystem::path const & fallback,
    std::filesystem::path const & file)
{
    auto const given = table.has(key) ? table.required_text(key) : std::string();
    return given.empty() ? fallback : resolved(given, file);
}

bool check_folder(Table const & table, std::filesystem::path const & folder)
{
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) {
        return true;
    }
    table.fault("folder", fmt::format("there is no folder {}", folder.string()));
    return false;
}

Surroundings look_around(Table const & mappings, Config const & config)
{
    Surroundings surroundings;
    surroundings.secrets_folder = config.secrets_folder;
    surroundings.mappings_folder = config.mappings_folder;
    surroundings.mappings_known = check_folder(mappings, config.mappings_folder);
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(config.mappings_folder, error)) {
        if (std::filesystem::is_regular_file(entry.path() / "mapping.toml", error)) {
            surroundings.mappings.push_back(entry.path().filename().string());
        }
    }
    std::sort(surroundings.mappings.begin(), surroundings.mappings.end());
    return surroundings;
}

std::vector<std::filesystem::path> source_files(std::filesystem::path const & folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml" && entry.path().filename().string().front() != '.') {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

SealKeys read_seal(Table const & table)
{
    SealKeys seal;
    seal.unsealed = table.flag("unsealed", false);
    seal.key = table.text("key", seal.key);
    seal.old_keys = table.texts("old_keys");
    if (seal.unsealed && (table.has("key") || table.has("old_keys"))) {
        table.fault("unsealed", "a state that is unsealed has no key: name a key, or say unsealed, not both");
    }
    if (!is_plain_name(seal.key, "_")) {
        table.fault("key", "this is the name of a credential, never the key itself: a-z, 0-9, - and _");
    }
    bool const sound = std::ranges::all_of(
        seal.old_keys, [&seal](std::string const & name) { return is_plain_name(name, "_") && name != seal.key; });
    if (!sound) {
        table.fault("old_keys", "these are names of credentials, others than the key that seals now");
    }
    return seal;
}

} // namespace

std::optional<Config> read_config(std::filesystem::path const & file, Faults & faults)
{
    auto read = TomlFile::read(file);
    if (!read) {
        std::ranges::move(read.error(), std::back_inserter(faults));
        return std::nullopt;
    }
    Config config;
    config.file = file;
    auto const root = read->root();
    auto const mappings = root.table("mappings");
    auto const sources = root.table("sources");
    auto const secrets = root.table("secrets");
    auto const web = root.table("web");
    config.state_folder = read_folder(root.table("state"), "folder", config.state_folder, file);
    config.mappings_folder = read_folder(mappings, "folder", config.mappings_folder, file);
    config.sources_folder = read_folder(sources, "folder", config.sources_folder, file);
    config.secrets_folder = read_folder(secrets, "folder", config.secrets_folder, file);
    if (!config.secrets_folder.empty()) {
        check_folder(secrets, config.secrets_folder);
    }
    config.seal = read_seal(root.table("seal"));
    config.web_address = web.text("address", config.web_address);
    if (auto const what = config.web_address.empty() ? std::nullopt : check_loopback(config.web_address)) {
        web.fault("address", *what);
    }
    auto const users = read_web_users(web); // for its faults: who is let in, the pages read themselves
    config.log_level
        = root.table("log").word("level", { "debug", "info", "warning", "error", "off" }, config.log_level);
    config.limits = read_limits(root.table("limits"));
    auto const keeping = root.table("retention");
    read_duration(keeping, "quarantine", config.keeping.quarantine);
    read_duration(keeping, "documents", config.keeping.documents);
    read_duration(keeping, "runs", config.keeping.runs);
    read_count(keeping, "batch", config.keeping.batch, 1'000'000);

    auto const surroundings = look_around(mappings, config);
    read_warehouse(root.table("warehouse"), surroundings, config);
    if (!users.secret.empty()) {
        check_secret(web, "secret", users.secret, surroundings);
    }
    static_cast<void>(read_alerts(root.table("alerts"), surroundings, file)); // for its faults
    check_folder(sources, config.sources_folder);
    std::ranges::move(read->finish(), std::back_inserter(faults));
    for (auto const & path : source_files(config.sources_folder)) {
        config.sources.push_back(read_source(path, surroundings, faults));
    }
    return config;
}

tl::expected<Config, Faults> read_config(std::filesystem::path const & file)
{
    Faults faults;
    auto config = read_config(file, faults);
    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return std::move(*config);
}

} // namespace ketensync::settings
