#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/web/page.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ketensync::web {

/// The language in which a page is given: what the reader chose (?taal=en, or the cookie that keeps that), or else the first
/// of Accept-Language that we speak, or else Dutch. Any of the texts may be empty.
Language language_of(std::string_view chosen, std::string_view cookies, std::string_view accept_language);
Language language_of(Request const & request);
/// The same answer, which remembers what the reader chose in this request, if he did.
Response kept(Request const & request, Response response);
/// "nl" or "en", as in HTML.
std::string_view code_of(Language language);

/// What a page says, in the language of its reader. Pages are written in Dutch, each sentence as `say("Volgende keer")`; the
/// table of words (words.cpp) has the English for every one of them, which a test looks after by reading the pages' code.
/// Sentences with a place for something are `say("{} gelezen", count)`. What goes in is not escaped here. A plain value.
class Tongue {
public:
    explicit Tongue(Language language = Language::dutch) : m_language(language) { }

    Language language() const { return m_language; }
    /// As it is in Dutch where the table does not have it.
    std::string_view operator()(std::string_view dutch) const;
    template <typename... Args>
        requires(sizeof...(Args) > 0)
    std::string operator()(std::string_view dutch, Args const &... args) const
    {
        return fmt::format(fmt::runtime((*this)(dutch)), args...);
    }

    /// "1 paar", "1.204 paren"; both words are in the table.
    std::string counted(std::uint64_t count, std::string_view one, std::string_view more) const;
    /// "1.204", "1,204".
    std::string number(std::uint64_t number) const;
    /// "3 minuten", "2 uur", "minder dan een minuut".
    std::string span(std::chrono::milliseconds span) const;
    /// A duration that was measured: "0,4 s", "12 s", "3 min 20 s", "2 u 5 min".
    std::string lasted(std::chrono::milliseconds span) const;
    /// "1,2 MB".
    std::string bytes(std::uint64_t bytes) const;
    /// "3 minuten geleden", "over 2 uur": an element <time> with the exact moment in it.
    std::string moment(Instant instant, Instant now) const;

private:
    Language m_language;
};

/// A Dutch text that is said elsewhere: so that the test finds it. Gives what it was given.
constexpr std::string_view word(std::string_view dutch) { return dutch; }

/// The table of words: a Dutch text, and the same in English.
struct Word {
    std::string_view dutch;
    std::string_view english;
};
std::span<Word const> words();

} // namespace ketensync::web
