#include "daemon/settings/effective.hpp"

#include "daemon/settings/alerts.hpp"
#include "daemon/settings/toml_inner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace ketensync::settings {

namespace {

std::string text_of(milliseconds span)
{
    auto const count = span.count();
    for (auto const & [unit, size] : { std::pair { "d", 86'400'000 }, { "h", 3'600'000 }, { "m", 60'000 }, { "s", 1'000 } }) {
        if (count != 0 && count % size == 0) {
            return fmt::format("\"{}{}\"", count / size, unit);
        }
    }
    return fmt::format("\"{}ms\"", count);
}
std::string text_of(std::uint64_t number) { return std::to_string(number); }
std::string text_of(double number) { return fmt::format("{}", number); }
std::string text_of(std::filesystem::path const & path) { return '"' + path.string() + '"'; }
std::string text_of(std::string const & text) { return '"' + text + '"'; }

/// Headers may hold what the other side lets us in by; so may an address before its host.
bool may_be_secret(std::string const & key, std::string const & value)
{
    if (key.find(".headers.") != std::string::npos) {
        return true;
    }
    auto const scheme = value.find("://");
    auto const at = value.find('@');
    return scheme != std::string::npos && at != std::string::npos && at > scheme && at < value.find('/', scheme + 3);
}

void write(toml::node const & node, std::ostream & out)
{
    if (auto const * const array = node.as_array()) {
        out << '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            out << (i == 0 ? "" : ", ");
            write(*array->get(i), out);
        }
        out << ']';
    } else if (auto const * const table = node.as_table()) {
        out << '{';
        for (auto const & [key, value] : *table) {
            out << ' ' << key.str() << " = ";
            write(value, out);
        }
        out << " }";
    } else if (auto const * const text = node.as_string()) {
        out << '"' << text->get() << '"';
    } else {
        node.visit([&](auto const & value) {
            if constexpr (toml::is_value<decltype(value)>) {
                out << std::boolalpha << value.get();
            }
        });
    }
}

/// All that a file says.
class Given {
public:
    Given(std::filesystem::path const & file, std::vector<Setting> & settings) : m_file(file.filename()), m_settings(settings) { }

    void table(std::string const & name, toml::table const & table)
    {
        std::vector<std::pair<toml::source_position, std::string>> keys;
        for (auto const & [key, value] : table) {
            keys.emplace_back(key.source().begin, std::string(key.str()));
        }
        std::ranges::sort(keys);
        for (auto const & [position, key] : keys) {
            node(name.empty() ? key : name + '.' + key, *table.get(key));
        }
    }

private:
    void node(std::string const & key, toml::node const & value)
    {
        if (auto const * const inner = value.as_table()) {
            return table(key, *inner);
        }
        if (auto const * const array = value.as_array(); array != nullptr && array->is_array_of_tables()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                node(fmt::format("{}[{}]", key, i), *array->get(i));
            }
            return;
        }
        std::ostringstream text;
        write(value, text);
        auto const found = text.str();
        m_settings.push_back({ key, may_be_secret(key, found) ? "***" : found,
            fmt::format("{}:{}", m_file.string(), value.source().begin.line) });
    }

    std::filesystem::path m_file;
    std::vector<Setting> & m_settings;
};

void read_given(std::filesystem::path const & path, std::string const & name, std::vector<Setting> & settings)
{
    if (auto const parsed = toml::parse_file(path.string())) {
        Given(path, settings).table(name, parsed.table());
    }
}

/// What holds where no file says otherwise, in the order of docs and of [limits].
std::vector<std::pair<std::string, std::string>> defaults(Config const & config)
{
    auto const & limits = config.limits;
    auto const & keeping = config.keeping;
    Alerts const alerts;
    return { { "state.folder", text_of(config.state_folder) }, { "mappings.folder", text_of(config.mappings_folder) },
        { "sources.folder", text_of(config.sources_folder) }, { "secrets.folder", text_of(config.secrets_folder) },
        { "warehouse.type", text_of(config.warehouse_type) }, { "web.address", text_of(config.web_address) },
        { "log.level", text_of(config.log_level) }, { "seal.key", text_of(config.seal.key) },
        { "limits.page_bytes_max", text_of(limits.page_bytes_max) }, { "limits.file_bytes_max", text_of(limits.file_bytes_max) },
        { "limits.item_bytes_max", text_of(limits.item_bytes_max) }, { "limits.depth_max", text_of(limits.depth_max) },
        { "limits.pages_max", text_of(limits.pages_max) }, { "limits.connect_timeout", text_of(limits.connect_timeout) },
        { "limits.request_timeout", text_of(limits.request_timeout) }, { "limits.page_timeout", text_of(limits.page_timeout) },
        { "limits.run_timeout", text_of(limits.run_timeout) }, { "limits.attempts_max", text_of(limits.attempts_max) },
        { "limits.backoff_first", text_of(limits.backoff_first) }, { "limits.backoff_max", text_of(limits.backoff_max) },
        { "limits.retry_after_max", text_of(limits.retry_after_max) }, { "limits.failures_max", text_of(limits.failures_max) },
        { "limits.failures_rest", text_of(limits.failures_rest) }, { "limits.batch_documents", text_of(limits.batch_documents) },
        { "limits.outbox_bytes_max", text_of(limits.outbox_bytes_max) }, { "limits.parallel_feeds", text_of(limits.parallel_feeds) },
        { "limits.cache_bytes", text_of(limits.cache_bytes) }, { "limits.regroup_share", text_of(limits.regroup_share) },
        { "limits.warehouse_timeout", text_of(limits.warehouse_timeout) }, { "limits.warehouse_lease", text_of(limits.warehouse_lease) },
        { "limits.certificate_soon", text_of(limits.certificate_soon) }, { "limits.certificate_urgent", text_of(limits.certificate_urgent) },
        { "limits.edition_patience", text_of(limits.edition_patience) }, { "limits.memory_kept", text_of(limits.memory_kept) }, { "retention.quarantine", text_of(keeping.quarantine) },
        { "retention.documents", text_of(keeping.documents) }, { "retention.runs", text_of(keeping.runs) },
        { "retention.batch", text_of(keeping.batch) }, { "alerts.name", text_of(alerts.name) }, { "alerts.look", text_of(alerts.look) },
        { "alerts.after", text_of(alerts.after) }, { "alerts.remind", text_of(alerts.remind) },
        { "alerts.digest", text_of(alerts.digest) }, { "alerts.zone", text_of(alerts.zone) },
        { "alerts.runbook", text_of(alerts.runbook) } };
}

} // namespace

std::vector<Setting> effective_without_sources(Config const & config)
{
    std::vector<Setting> settings;
    read_given(config.file, {}, settings);
    auto const given = settings.size();
    for (auto & [key, value] : defaults(config)) {
        auto const end = settings.begin() + static_cast<std::ptrdiff_t>(given);
        if (std::find_if(settings.begin(), end, [&key = key](Setting const & each) { return each.key == key; }) == end) {
            settings.push_back({ std::move(key), std::move(value), "default" });
        }
    }
    return settings;
}

std::vector<Setting> effective_of(Source const & source)
{
    std::vector<Setting> settings;
    read_given(source.file, "sources." + source.name, settings);
    return settings;
}

std::vector<Setting> effective(Config const & config)
{
    auto settings = effective_without_sources(config);
    for (auto const & source : config.sources) {
        std::ranges::move(effective_of(source), std::back_inserter(settings));
    }
    return settings;
}

} // namespace ketensync::settings
