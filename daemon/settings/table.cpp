#include "daemon/settings/toml.hpp"

#include "daemon/settings/toml_inner.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

toml::table const * as_table(void const * node)
{
    return static_cast<toml::table const *>(node);
}

std::string type_in_words(toml::node const & node)
{
    switch (node.type()) {
    case toml::node_type::string:
        return "a text";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number with decimals";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::table:
        return "a table";
    default:
        return "a date or time";
    }
}

/// A count and the unit behind it: "15m". False when the text is anything else.
bool split_unit(std::string_view text, std::uint64_t & count, std::string_view & unit)
{
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end == text.data()) {
        return false;
    }
    unit = text.substr(static_cast<std::size_t>(end - text.data()));
    return true;
}

} // namespace

Table::Table(TomlFile::Inner & file, void const * node, Place place)
    : m_file(&file)
    , m_node(node)
    , m_place(std::move(place))
{
    if (node != nullptr) {
        file.asked[node]; // entered: what is in it and never asked for is unknown
    }
}

namespace {

/// The node under `key`, which is from now on known; null when absent.
toml::node const * ask(TomlFile::Inner & file, void const * table, std::string_view key)
{
    if (table == nullptr) {
        return nullptr;
    }
    file.asked[table].emplace(key);
    return as_table(table)->get(key);
}

} // namespace

bool Table::has(std::string_view key) const
{
    return ask(*m_file, m_node, key) != nullptr;
}

std::string Table::text(std::string_view key, std::string fallback) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return fallback;
    }
    if (auto const * value = node->as_string()) {
        return value->get();
    }
    fault(key, fmt::format("'{}' must be a text between quotes, this is {}", key, type_in_words(*node)));
    return fallback;
}

std::string Table::required_text(std::string_view key) const
{
    if (!has(key)) {
        fault(key, fmt::format("'{}' is missing here; add it", key));
        return {};
    }
    auto value = text(key);
    if (value.empty() && is_text(key)) {
        fault(key, fmt::format("'{}' is empty; fill it in", key));
    }
    return value;
}

std::string Table::word(
    std::string_view key, std::initializer_list<std::string_view> words, std::string_view fallback) const
{
    return word(key, std::vector<std::string>(words.begin(), words.end()), fallback);
}

std::string Table::word(std::string_view key, std::vector<std::string> const & words, std::string_view fallback) const
{
    if (!has(key) || !is_text(key)) {
        text(key); // tells a wrong type
        return std::string(fallback);
    }
    auto value = text(key);
    if (std::find(words.begin(), words.end(), value) == words.end()) {
        auto const hint = did_you_mean(value, words);
        fault(key,
            fmt::format("'{}' is not a known {}{}", value, key,
                hint.empty() ? fmt::format("; one of: {}", fmt::join(words, ", ")) : hint));
        return std::string(fallback);
    }
    return value;
}

std::int64_t Table::integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return fallback;
    }
    auto const * value = node->as_integer();
    if (value == nullptr) {
        fault(key, fmt::format("'{}' must be a whole number, this is {}", key, type_in_words(*node)));
        return fallback;
    }
    if (value->get() < min || value->get() > max) {
        fault(key, fmt::format("'{}' must be from {} to {}", key, min, max));
        return fallback;
    }
    return value->get();
}

double Table::number(std::string_view key, double fallback, double min, double max) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return fallback;
    }
    if (!node->is_number()) {
        fault(key, fmt::format("'{}' must be a number, this is {}", key, type_in_words(*node)));
        return fallback;
    }
    auto const value = node->value<double>().value_or(fallback);
    if (!(value >= min && value <= max)) {
        fault(key, fmt::format("'{}' must be from {} to {}", key, min, max));
        return fallback;
    }
    return value;
}

bool Table::flag(std::string_view key, bool fallback) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return fallback;
    }
    if (auto const * value = node->as_boolean()) {
        return value->get();
    }
    fault(key, fmt::format("'{}' must be true or false, this is {}", key, type_in_words(*node)));
    return fallback;
}

std::chrono::milliseconds Table::duration(std::string_view key, std::chrono::milliseconds fallback) const
{
    if (!has(key)) {
        return fallback;
    }
    constexpr auto units = std::to_array<std::pair<std::string_view, std::uint64_t>>(
        { { "ms", 1 }, { "s", 1'000 }, { "m", 60'000 }, { "h", 3'600'000 }, { "d", 86'400'000 } });
    constexpr std::uint64_t longest = 366ULL * 86'400'000;
    auto const value = text(key);
    std::uint64_t count = 0;
    std::string_view unit;
    if (split_unit(value, count, unit)) {
        for (auto const & [name, size] : units) {
            if (name == unit && count <= longest / size) {
                return std::chrono::milliseconds(static_cast<std::int64_t>(count * size));
            }
        }
    }
    if (is_text(key)) {
        fault(key,
            fmt::format(
                "'{}' must be a duration of at most a year: a number and ms, s, m, h or d, as in \"15m\"", key));
    }
    return fallback;
}

std::uint64_t Table::bytes(std::string_view key, std::uint64_t fallback) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return fallback;
    }
    constexpr auto units = std::to_array<std::pair<std::string_view, std::uint64_t>>(
        { { "B", 1 }, { "KiB", 1ULL << 10 }, { "MiB", 1ULL << 20 }, { "GiB", 1ULL << 30 } });
    constexpr std::uint64_t largest = 1ULL << 42;
    if (auto const * plain = node->as_integer(); plain != nullptr && plain->get() >= 0) {
        return static_cast<std::uint64_t>(plain->get());
    }
    std::uint64_t count = 0;
    std::string_view unit;
    if (auto const * value = node->as_string(); value != nullptr && split_unit(value->get(), count, unit)) {
        for (auto const & [name, size] : units) {
            if (name == unit && count <= largest / size) {
                return count * size;
            }
        }
    }
    fault(key, fmt::format("'{}' must be a number of bytes: plain, or with KiB, MiB or GiB, as in \"64MiB\"", key));
    return fallback;
}

std::vector<std::string> Table::texts(std::string_view key) const
{
    std::vector<std::string> values;
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return values;
    }
    if (auto const * list = node->as_array()) {
        for (auto const & item : *list) {
            if (auto const * value = item.as_string()) {
                values.push_back(value->get());
            } else {
                m_file->add(m_file->place_of(item.source()),
                    fmt::format("'{}' must hold texts between quotes, this is {}", key, type_in_words(item)));
            }
        }
        return values;
    }
    fault(
        key, fmt::format("'{}' must be a list of texts, as in [\"a\", \"b\"]; this is {}", key, type_in_words(*node)));
    return values;
}

std::vector<Place> Table::places(std::string_view key) const
{
    std::vector<Place> places;
    auto const * node = ask(*m_file, m_node, key);
    if (auto const * list = node == nullptr ? nullptr : node->as_array()) {
        for (auto const & item : *list) {
            if (item.is_string()) {
                places.push_back(m_file->place_of(item.source()));
            }
        }
    }
    return places;
}

Table Table::table(std::string_view key) const
{
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return { *m_file, nullptr, m_place };
    }
    if (node->is_table()) {
        return { *m_file, node->as_table(), m_file->place_of(node->source()) };
    }
    fault(key, fmt::format("'{}' must be a section, as in [{}]; this is {}", key, key, type_in_words(*node)));
    return { *m_file, nullptr, m_file->place_of(node->source()) };
}

std::vector<Table> Table::tables(std::string_view key) const
{
    std::vector<Table> entries;
    auto const * node = ask(*m_file, m_node, key);
    if (node == nullptr) {
        return entries;
    }
    auto const * list = node->as_array();
    if (list == nullptr) {
        fault(key, fmt::format("'{}' must be a list of sections: write [[{}]]", key, key));
        return entries;
    }
    for (auto const & item : *list) {
        if (auto const * entry = item.as_table()) {
            entries.push_back({ *m_file, entry, m_file->place_of(item.source()) });
        } else {
            m_file->add(
                m_file->place_of(item.source()), fmt::format("'{}' must hold sections only: write [[{}]]", key, key));
        }
    }
    return entries;
}

std::vector<std::pair<std::string, Place>> Table::keys() const
{
    std::vector<std::pair<std::string, Place>> keys;
    if (m_node == nullptr) {
        return keys;
    }
    for (auto const & [key, value] : *as_table(m_node)) {
        m_file->asked[m_node].emplace(key.str());
        keys.emplace_back(std::string(key.str()), m_file->place_of(key.source()));
    }
    std::sort(keys.begin(), keys.end(), [](auto const & left, auto const & right) {
        return std::pair(left.second.line, left.second.column) < std::pair(right.second.line, right.second.column);
    });
    return keys;
}

Place Table::place() const
{
    return m_place;
}

Place Table::place(std::string_view key) const
{
    auto const * node = ask(*m_file, m_node, key);
    return node == nullptr ? m_place : m_file->place_of(node->source());
}

void Table::fault(std::string_view key, std::string what) const
{
    m_file->add(place(key), std::move(what));
}

bool Table::is_text(std::string_view key) const
{
    auto const * node = ask(*m_file, m_node, key);
    return node != nullptr && node->is_string();
}

bool Table::is_table(std::string_view key) const
{
    auto const * node = ask(*m_file, m_node, key);
    return node != nullptr && node->is_table();
}

} // namespace ketensync::settings
