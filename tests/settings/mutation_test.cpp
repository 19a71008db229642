#include "tests/settings/installation.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <vector>

#include <fmt/format.h>

// One slip of the finger anywhere in a sound configuration must be refused at its line. What cannot be refused, because
// the slip is as legal as what it replaces, is not tried:
//   - blanks and comments, and a '#' that makes a comment of a line;
//   - another digit in a number, a duration, a size, a port or a schedule: 16 is as good as 15;
//   - names that only the other side knows: host names, paths, parameters and places in its answers, client names,
//     headers, names of files and folders of others, the name one gives to a feed, and the title.
// Of those names the quotes around them, and of addresses the scheme, are tried.

namespace ketensync::settings {

namespace {

constexpr int mutations = 500;

std::set<std::string> const free_keys { "title", "client_id", "scope", "path", "items", "key", "more", "total",
    "page_parameter", "size_parameter", "header", "X-Partij", "file", "files", "period", "name" };
/// Free behind the first so many characters of their value.
std::array<std::pair<char const *, std::size_t>, 2> const half_free { { { "address = \"https", 17 },
    { "token_address = \"https", 23 } } };

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// For every character of `text`, whether a slip there can be told from a legal value.
std::vector<bool> telling(std::string const & text)
{
    std::vector<bool> tells(text.size(), false);
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find('\n', begin), text.size());
        auto const row = text.substr(begin, end - begin);
        auto const key = row.substr(0, row.find(' '));
        auto const open = row.find('"');
        auto const close = open == std::string::npos ? open : row.find('"', open + 1);
        auto const comment = close == std::string::npos ? row.find('#') : row.find('#', close);
        // "folder" is free where it names somebody else's: the drop folder, the state, outside this installation.
        bool const free
            = free_keys.count(key) != 0 || row.find("folder = \"/srv") == 0 || row.find("folder = \"state") == 0;
        for (std::size_t i = 0; i < row.size() && i < comment; ++i) {
            bool const inside = open != std::string::npos && i > open && i < close;
            bool const number = is_digit(row[i]) && (open == std::string::npos || i > open);
            bool tell = row[i] != ' ' && !number && !(free && inside);
            for (auto const & [start, scheme] : half_free) {
                if (row.rfind(start, 0) == 0 && inside && i >= scheme) {
                    tell = false;
                }
            }
            if (key == "X-Partij" && i < key.size()) {
                tell = false; // names of headers are free
            }
            tells[begin + i] = tell;
        }
        begin = end + 1;
    }
    return tells;
}

struct Slip {
    std::string text;
    std::size_t line = 0;
    std::string what;
};

template <typename Random>
Slip slip(
    std::string const & good, std::vector<std::size_t> const & places, std::vector<bool> const & tells, Random & random)
{
    constexpr std::string_view keys
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:;/'\"=[]{}()*+!";
    auto const at = places[std::uniform_int_distribution<std::size_t>(0, places.size() - 1)(random)];
    auto const key = keys[std::uniform_int_distribution<std::size_t>(0, keys.size() - 1)(random)];
    Slip made { good,
        static_cast<std::size_t>(std::count(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1,
        "" };
    switch (std::uniform_int_distribution<int>(0, 3)(random)) {
    case 0:
        made.text[at] = key;
        made.what = fmt::format("'{}' replaced by '{}'", good[at], key);
        break;
    case 1:
        made.text.erase(at, 1);
        made.what = fmt::format("'{}' deleted", good[at]);
        break;
    case 2:
        // A digit before the unit of a number makes another number, a letter at the end of a free name another name.
        if (at > 0 && ((is_digit(good[at - 1]) && is_digit(key)) || (good[at] == '"' && !tells[at - 1]))) {
            return slip(good, places, tells, random);
        }
        made.text.insert(at, 1, key);
        made.what = fmt::format("'{}' inserted", key);
        break;
    default:
        if (at + 1 >= good.size() || good[at + 1] == '\n') {
            return slip(good, places, tells, random);
        }
        std::swap(made.text[at], made.text[at + 1]);
        made.what = fmt::format("'{}' and '{}' swapped", good[at], good[at + 1]);
        break;
    }
    auto without_blanks = [](std::string text) {
        text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
        return text;
    };
    return without_blanks(made.text) == without_blanks(good) ? slip(good, places, tells, random) : made;
}

/// Of the slips in `good`, written to `file`, at least 98 % are refused at their line.
void expect_refused(
    Installation const & installation, std::filesystem::path const & file, std::string const & good, unsigned seed)
{
    auto const tells = telling(good);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < good.size(); ++i) {
        if (tells[i]) {
            places.push_back(i);
        }
    }
    std::mt19937 random(seed);
    int count = 0;
    std::string escaped;
    for (int i = 0; i < mutations; ++i) {
        auto const made = slip(good, places, tells, random);
        write(file, made.text);
        auto const read = installation.read();
        auto const place = fmt::format("{}:{}:", file.string(), made.line);
        bool const told = !read
            && std::any_of(read.error().begin(), read.error().end(),
                [&](std::string const & fault) { return fault.rfind(place, 0) == 0; });
        count += told ? 1 : 0;
        if (!told) {
            escaped += fmt::format("line {}: {}: {}\n", made.line, made.what, read ? "taken" : read.error().front());
        }
    }
    write(file, good);
    EXPECT_TRUE(installation.read());
    EXPECT_GE(count, mutations * 98 / 100) << escaped;
}

} // namespace

TEST(Mutation, OfTheConfigurationIsRefusedAtItsLine)
{
    Installation const installation;
    auto const good = content_of(data("config/full.good.toml"));
    expect_refused(installation, installation.main_file(), good, 20261121);
}

TEST(Mutation, OfASourceOverHttpIsRefusedAtItsLine)
{
    Installation const installation;
    auto const good = content_of(data("sources/rest.good.toml"));
    expect_refused(installation, installation.source_file(), good, 20261122);
}

TEST(Mutation, OfASourceOfFilesIsRefusedAtItsLine)
{
    Installation const installation;
    auto const good = content_of(data("sources/files.good.toml"));
    expect_refused(installation, installation.source_file(), good, 20261123);
}

} // namespace ketensync::settings
