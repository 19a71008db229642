#include "daemon/settings/toml.hpp"

#include "daemon/settings/toml_inner.hpp"

#include <algorithm>
#include <fstream>
#include <ios>
#include <iterator>
#include <sstream>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

/// A configuration file is written by people; a larger file is a mistake.
constexpr std::uintmax_t file_bytes_max = 4U << 20;

/// The text up to the line of that number, from 1.
std::string_view before_line(std::string_view text, std::uint32_t line)
{
    std::size_t at = 0;
    for (; line > 1; --line) {
        at = text.find('\n', at) + 1;
    }
    return text.substr(0, at);
}

/// One way for every way to write the same; each text with its length, so that none can pass for another.
void write(toml::node const & node, std::ostream & out)
{
    auto const text = [&](std::string_view what) { out << what.size() << ':' << what; };
    if (auto const * const table = node.as_table()) {
        std::vector<std::pair<toml::source_position, toml::key const *>> keys;
        for (auto const & [key, value] : *table) {
            keys.emplace_back(key.source().begin, &key);
        }
        std::sort(keys.begin(), keys.end(), [](auto const & a, auto const & b) { return a.first < b.first; });
        out << '{';
        for (auto const & [position, key] : keys) {
            text(key->str());
            write(*table->get(key->str()), out);
        }
        out << '}';
    } else if (auto const * const array = node.as_array()) {
        out << '[';
        for (auto const & item : *array) {
            write(item, out);
        }
        out << ']';
    } else if (auto const * const string = node.as_string()) {
        text(string->get());
    } else {
        node.visit([&](auto const & value) {
            if constexpr (toml::is_value<decltype(value)>) {
                out << std::boolalpha << value.get() << ';';
            }
        });
    }
}

} // namespace

Place Place::moved(std::size_t columns) const
{
    return { file, line, column + static_cast<std::uint32_t>(columns) };
}

std::string Place::text() const
{
    return fmt::format("{}:{}:{}", file, line, column);
}

TomlFile::TomlFile(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
TomlFile::~TomlFile() = default;
TomlFile::TomlFile(TomlFile &&) noexcept = default;
TomlFile & TomlFile::operator=(TomlFile &&) noexcept = default;

tl::expected<TomlFile, Faults> TomlFile::read(std::filesystem::path const & path)
{
    auto const refuse = [&](std::uint32_t line, std::uint32_t column, std::string const & what) {
        return tl::unexpected<Faults>(Faults { Place { path.string(), line, column }.text() + ": " + what });
    };
    std::error_code error;
    auto const size = std::filesystem::file_size(path, error);
    std::ifstream stream(path, std::ios::binary);
    if (error || !stream) {
        return refuse(1, 1, "this file cannot be read; see that it exists and that the service may read it");
    }
    if (size > file_bytes_max) {
        return refuse(1, 1, "this file is larger than 4 MiB; see that it is the file you meant");
    }
    std::string const text { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    auto inner = std::make_unique<Inner>();
    inner->path = path;
    inner->name = path.string();
    if (auto parsed = toml::parse(std::string_view(text), inner->name)) {
        inner->root = std::move(parsed).table();
        return TomlFile(std::move(inner));
    } else {
        auto const place = inner->place_of(parsed.error().source());
        auto const what = fmt::format("not valid TOML: {}", parsed.error().description());
        auto before = toml::parse(before_line(text, place.line), inner->name);
        if (!before) {
            return refuse(place.line, place.column, what);
        }
        inner->root = std::move(before).table();
        inner->faults.push_back({ place, what });
        inner->broken = true;
    }
    return TomlFile(std::move(inner));
}

Table TomlFile::root()
{
    return { *m, &m->root, Place { m->name, 1, 1 } };
}
std::filesystem::path const & TomlFile::path() const
{
    return m->path;
}
record::Fingerprint TomlFile::fingerprint() const
{
    std::ostringstream out;
    write(m->root, out);
    return record::fingerprint(out.view());
}
void TomlFile::fault(Place const & place, std::string what)
{
    m->faults.push_back({ place, std::move(what) });
}

Faults TomlFile::finish()
{
    m->find_unknown(m->root);
    std::stable_sort(m->faults.begin(), m->faults.end(), [](auto const & left, auto const & right) {
        return std::pair(left.place.line, left.place.column) < std::pair(right.place.line, right.place.column);
    });
    Faults faults;
    for (auto const & fault : m->faults) {
        faults.push_back(fault.place.text() + ": " + fault.what);
    }
    faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
    return faults;
}

void TomlFile::Inner::add(Place const & place, std::string what)
{
    if (!broken) {
        faults.push_back({ place, std::move(what) });
    }
}

Place TomlFile::Inner::place_of(toml::source_region const & region) const
{
    return { name, std::max(region.begin.line, 1U), std::max(region.begin.column, 1U) };
}

void TomlFile::Inner::find_unknown(toml::table const & table)
{
    auto const found = asked.find(&table);
    for (auto const & [key, value] : table) {
        if (found == asked.end() || found->second.find(key.str()) == found->second.end()) {
            std::vector<std::string> known;
            if (found != asked.end()) {
                known.assign(found->second.begin(), found->second.end());
            }
            faults.push_back({ place_of(key.source()),
                fmt::format("unknown {} '{}'{}", value.is_table() || value.is_array_of_tables() ? "section" : "key",
                    key.str(), did_you_mean(key.str(), known)) });
        } else if (auto const * inside = value.as_table(); inside != nullptr && asked.count(inside) != 0) {
            find_unknown(*inside);
        } else if (auto const * list = value.as_array(); list != nullptr) {
            for (auto const & item : *list) {
                if (auto const * entry = item.as_table(); entry != nullptr && asked.count(entry) != 0) {
                    find_unknown(*entry);
                }
            }
        }
    }
}

} // namespace ketensync::settings
