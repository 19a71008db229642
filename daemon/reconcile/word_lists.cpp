#include "daemon/reconcile/word_lists.hpp"

#include "daemon/reconcile/alike_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// Ascending.
constexpr auto prefixes = std::to_array<std::string_view>({
    "aan",
    "abou",
    "abu",
    "af",
    "ait",
    "al",
    "ben",
    "bij",
    "bin",
    "bint",
    "d",
    "da",
    "das",
    "de",
    "dela",
    "della",
    "dem",
    "den",
    "der",
    "des",
    "di",
    "do",
    "dos",
    "du",
    "el",
    "en",
    "het",
    "ibn",
    "in",
    "l",
    "la",
    "le",
    "les",
    "lo",
    "onder",
    "op",
    "over",
    "s",
    "t",
    "te",
    "ten",
    "ter",
    "tho",
    "thoe",
    "thor",
    "to",
    "toe",
    "tot",
    "uijt",
    "uit",
    "ul",
    "ur",
    "v",
    "van",
    "vanden",
    "vander",
    "vd",
    "ver",
    "vom",
    "von",
    "voor",
    "vor",
    "zu",
    "zum",
    "zur",
});

/// Ascending.
constexpr auto titles = std::to_array<std::string_view>({
    "10th",
    "1st",
    "2nd",
    "3rd",
    "4th",
    "5th",
    "6th",
    "7th",
    "8th",
    "9th",
    "baron",
    "baronet",
    "bsc",
    "dame",
    "dhr",
    "dr",
    "drs",
    "duke",
    "earl",
    "esq",
    "heer",
    "ii",
    "iii",
    "ing",
    "ir",
    "iv",
    "jhr",
    "jkvr",
    "jr",
    "lady",
    "lord",
    "mba",
    "md",
    "mevr",
    "mevrouw",
    "miss",
    "mr",
    "mrs",
    "ms",
    "msc",
    "mw",
    "phd",
    "prof",
    "professor",
    "rev",
    "reverend",
    "sir",
    "sr",
    "viscount",
});

/// What stands before the @ of an address that a desk reads, or nobody. Ascending.
constexpr auto desks = std::to_array<std::string_view>({
    "admin",
    "administratie",
    "balie",
    "contact",
    "frontoffice",
    "geen",
    "helpdesk",
    "hr",
    "info",
    "informatie",
    "kantoor",
    "klantcontact",
    "klantenservice",
    "leerplicht",
    "na",
    "nb",
    "no-reply",
    "noemail",
    "nomail",
    "none",
    "noreply",
    "nvt",
    "office",
    "onbekend",
    "personeelszaken",
    "postbus",
    "postmaster",
    "receptie",
    "reception",
    "sales",
    "secretariaat",
    "secretary",
    "service",
    "support",
    "test",
    "unknown",
    "webmaster",
    "werkplein",
    "x",
    "xx",
    "xxx",
});

/// Ascending by what is written short.
constexpr auto short_street_words = std::to_array<std::pair<std::string_view, std::string_view>>({
    { "ave", "avenue" },
    { "blvd", "boulevard" },
    { "cl", "close" },
    { "cr", "crescent" },
    { "cres", "crescent" },
    { "crt", "court" },
    { "ct", "court" },
    { "dr", "drive" },
    { "hwy", "highway" },
    { "ln", "lane" },
    { "pl", "place" },
    { "pln", "plein" },
    { "rd", "road" },
    { "sq", "square" },
    { "st", "street" },
    { "str", "straat" },
    { "wg", "weg" },
});

struct SetOf {
    std::string_view word;
    std::uint16_t set;
};

std::vector<SetOf> split_sets()
{
    std::vector<SetOf> words;
    for (std::size_t i = 0; i < alike_names().size(); ++i) {
        auto const set = alike_names()[i];
        for (std::size_t from = 0; from < set.size();) {
            auto const to = std::min(set.find(' ', from), set.size());
            words.push_back({ set.substr(from, to - from), static_cast<std::uint16_t>(i + 1) });
            from = to + 1;
        }
    }
    std::sort(words.begin(), words.end(),
        [](SetOf const & a, SetOf const & b) { return std::pair(a.word, a.set) < std::pair(b.word, b.set); });
    return words;
}

struct Sets {
    std::vector<std::string_view> words;
    std::vector<std::uint16_t> numbers;

    Sets()
    {
        for (auto const & [word, set] : split_sets()) {
            words.push_back(word);
            numbers.push_back(set);
        }
    }
};

} // namespace

bool is_surname_prefix(std::string_view word)
{
    return std::binary_search(prefixes.begin(), prefixes.end(), word);
}

bool is_title(std::string_view word)
{
    return std::binary_search(titles.begin(), titles.end(), word);
}

bool is_desk(std::string_view mailbox)
{
    return std::binary_search(desks.begin(), desks.end(), mailbox);
}

std::span<std::uint16_t const> alike_sets(std::string_view word)
{
    static Sets const sets;
    auto const [first, last] = std::equal_range(sets.words.begin(), sets.words.end(), word);
    return std::span(sets.numbers)
        .subspan(static_cast<std::size_t>(first - sets.words.begin()), static_cast<std::size_t>(last - first));
}

std::string_view street_word(std::string_view word)
{
    auto const found = std::lower_bound(short_street_words.begin(), short_street_words.end(), word,
        [](auto const & entry, std::string_view wanted) { return entry.first < wanted; });
    return found != short_street_words.end() && found->first == word ? found->second : word;
}

} // namespace ketensync::reconcile
