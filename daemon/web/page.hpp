#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/web/http.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ketensync::web {

/// Of the pages for operators.
enum class Language { dutch, english };

/// What stands around what a page tells. Text, not markup: it is escaped here.
struct Frame {
    std::string title {};   ///< the heading, and what the window is called
    std::string path {};    ///< of this page; its place in the navigation (page.cpp has the list) is marked
    std::string version {}; ///< of the program
    std::string user {};    ///< whom the proxy names; empty: nobody
    Language language = Language::dutch;
    std::string script {};  ///< path of a script of ours that the page gains from, and does without; empty: none
};

/// The whole page: head, navigation, heading, `body` and foot. `body` is HTML, with what it shows `escaped`.
std::string framed(Frame const & frame, std::string_view body);
/// The same as an answer: with the policy that lets it use our own style, script and forms, and nothing else.
Response page(Frame const & frame, std::string_view body, int status = 200);

/// How the pages look: /opmaak.css.
std::string_view style_sheet();
/// Lets a key press the button that has it as data-toets: /toetsen.js. Pages do without.
std::string_view key_script();

/// `text` as it may stand between tags and in attributes.
std::string escaped(std::string_view text);

/// "1 paar", "3 paren".
std::string counted(std::int64_t count, std::string_view one, std::string_view more);
/// "3 minuten geleden", "over 2 uur": an element <time> with the exact moment in it.
std::string moment(Instant instant, Instant now);

} // namespace ketensync::web
