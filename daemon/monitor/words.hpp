#pragma once

#include "daemon/base/result.hpp"
#include "daemon/monitor/figures.hpp"
#include "daemon/settings/toml.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::monitor {

/// What the pages say and which there are, from mappings/monitor/pages/: words.toml and monitor.css. Dutch, plain, and a
/// region may change any of it.
struct Words {
    /// Members of this kind have a page of their own, in this folder.
    struct Kind {
        std::string folder;
        std::string title; ///< "Gemeente"
        bool annex = false; ///< also has a page to add to the letter
    };

    std::string parts; ///< dimension of the region and its parts
    std::string time;  ///< dimension of the quarters
    std::vector<std::string> first; ///< indicators that matter most, in order
    std::map<std::string, Kind, std::less<>> kinds;
    std::map<std::string, std::string, std::less<>> texts;
    std::string style; ///< CSS

    /// The text `key`, with {name} replaced by what is given for it. Text stays text: who shows it escapes it.
    std::string say(std::string_view key, std::vector<std::pair<std::string_view, std::string>> const & with = {}) const;
    /// The text of a progress or a status; the word itself when the file says nothing of it.
    std::string say_or(std::string const & key, std::string_view otherwise) const;
};

/// Every fault with file, line and column.
tl::expected<Words, settings::Faults> read_words(std::filesystem::path const & folder);

/// 1234 as "1.234".
std::string in_dutch(std::int64_t number);
/// "2026-06-30" as "30 juni 2026"; what is no day stays.
std::string day_in_dutch(std::string_view day, Words const & words);
/// What stands in a table: the number, or why there is none.
std::string in_dutch(Cell const & cell, Words const & words);

} // namespace ketensync::monitor
