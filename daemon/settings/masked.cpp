#include "daemon/settings/masked.hpp"

#include "daemon/settings/toml_inner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>

namespace ketensync::settings {

namespace {

/// Keys whose texts choose from a list, or say how long, how large or how often.
constexpr std::array shown_keys { "afterwards", "at", "backoff_first", "backoff_max", "by", "cache_bytes", "certificate_soon", "certificate_urgent", "client", "connect_timeout",
    "connector", "documents", "edition_patience", "every", "failures_rest", "file_bytes_max", "gone", "item_bytes_max", "jitter", "level", "memory_kept",
    "outbox_bytes_max", "page_bytes_max", "page_timeout", "paging", "quarantine", "reads", "request_timeout", "retry_after_max",
    "run_timeout", "runs", "settle", "sslmode", "type", "warehouse_lease", "warehouse_timeout", "zone" };

bool shows(std::string_view key, std::string_view text)
{
    return std::ranges::find(shown_keys, key) != shown_keys.end() && text.size() <= 24
        && std::ranges::all_of(text, [](char letter) {
               return std::isalnum(static_cast<unsigned char>(letter)) != 0 || std::string_view("_-/*,. ").find(letter) != std::string_view::npos;
           });
}

struct Line {
    std::uint32_t number;
    std::string text;
};

void walk(toml::node const & node, std::string const & path, std::string_view key, std::vector<Line> & lines)
{
    auto const add = [&](std::string const & value) { lines.push_back({ node.source().begin.line, path + " = " + value }); };
    if (auto const * const table = node.as_table()) {
        for (auto const & [name, value] : *table) {
            walk(value, path.empty() ? std::string(name.str()) : path + "." + std::string(name.str()), name.str(), lines);
        }
    } else if (auto const * const array = node.as_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            walk((*array)[i], fmt::format("{}[{}]", path, i), key, lines);
        }
    } else if (auto const * const text = node.as_string()) {
        add(shows(key, text->get()) ? text->get() : fmt::format("(a text of {} bytes)", text->get().size()));
    } else {
        std::ostringstream out;
        node.visit([&](auto const & value) {
            if constexpr (toml::is_value<decltype(value)>) {
                out << std::boolalpha << value.get();
            }
        });
        add(out.str());
    }
}

} // namespace

std::vector<std::string> masked(std::filesystem::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return { "it cannot be read" };
    }
    std::string const text { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    auto const parsed = toml::parse(std::string_view(text), file.string());
    if (!parsed) {
        return { fmt::format("not valid TOML from line {}", parsed.error().source().begin.line) };
    }
    std::vector<Line> lines;
    walk(parsed.table(), {}, {}, lines);
    std::ranges::stable_sort(lines, {}, &Line::number);
    std::vector<std::string> result;
    for (auto const & line : lines) {
        result.push_back(fmt::format("{} {}", line.number, line.text));
    }
    return result;
}

}
