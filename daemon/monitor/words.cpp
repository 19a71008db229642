#include "daemon/monitor/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace ketensync::monitor {

std::string Words::say(
    std::string_view key, std::vector<std::pair<std::string_view, std::string>> const & with) const
{
    auto const found = texts.find(key);
    std::string const & pattern = found == texts.end() ? std::string(key) : found->second;
    std::string result;
    for (std::size_t at = 0; at < pattern.size();) {
        auto const end = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
        auto const name = end == std::string::npos ? std::string_view() : std::string_view(pattern).substr(at + 1, end - at - 1);
        auto const value = std::ranges::find(with, name, &std::pair<std::string_view, std::string>::first);
        if (end != std::string::npos && value != with.end()) {
            result += value->second;
            at = end + 1;
        } else {
            result += pattern[at++];
        }
    }
    return result;
}

std::string Words::say_or(std::string const & key, std::string_view otherwise) const
{
    auto const found = texts.find(key);
    return found == texts.end() ? std::string(otherwise) : found->second;
}

tl::expected<Words, settings::Faults> read_words(std::filesystem::path const & folder)
{
    auto file = settings::TomlFile::read(folder / "words.toml");
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    Words words;
    auto const root = file->root();
    words.parts = root.required_text("parts");
    words.time = root.required_text("time");
    words.first = root.texts("first");
    for (auto const & [name, place] : root.table("kind").keys()) {
        auto const kind = root.table("kind").table(name);
        words.kinds[name] = { kind.required_text("folder"), kind.required_text("title"), kind.flag("annex", false) };
    }
    for (auto const & [key, place] : root.table("text").keys()) {
        words.texts.emplace(key, root.table("text").required_text(key));
    }
    std::ifstream style(folder / "monitor.css", std::ios::binary);
    std::ostringstream bytes;
    bytes << style.rdbuf();
    words.style = bytes.str();
    if (!style || words.style.empty()) {
        file->fault(root.place(), "monitor.css beside this file cannot be read");
    }
    if (auto faults = file->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return words;
}

std::string in_dutch(std::int64_t number)
{
    auto digits = fmt::format("{}", number < 0 ? -number : number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) {
        digits.insert(i - 3, 1, '.');
    }
    return number < 0 ? fmt::format("-{}", digits) : digits;
}

std::string day_in_dutch(std::string_view day, Words const & words)
{
    if (day.size() < 10 || day[4] != '-' || day[7] != '-') {
        return std::string(day);
    }
    auto const month = words.say(fmt::format("month_{}", day.substr(5, 2)));
    return fmt::format("{} {} {}", day.substr(day[8] == '0' ? 9 : 8, day[8] == '0' ? 1 : 2), month, day.substr(0, 4));
}

std::string in_dutch(Cell const & cell, Words const & words)
{
    switch (cell.shown) {
    case Shown::hidden: return words.say("hidden");
    case Shown::impossible: return words.say("impossible");
    case Shown::open:
    case Shown::rounded: break;
    }
    return in_dutch(cell.count) + (cell.provisional ? words.say("provisional_mark") : "");
}

} // namespace ketensync::monitor
