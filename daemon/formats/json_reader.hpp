#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ketensync::formats::json {

/// Reads JSON text from the left, token by token, by RFC 8259 and nothing looser. Every method that fails leaves a
/// sentence in `fault` and the place in `at`; the text is never part of it. Bounded by the text, not by the stack: deep
/// nesting costs a bit a level. One thread.
class Reader {
public:
    explicit Reader(std::string_view text)
        : m_begin(text.data())
        , m_at(text.data())
        , m_end(text.data() + text.size())
    {
    }

    std::string_view fault() const { return m_fault; }
    std::size_t at() const { return static_cast<std::size_t>(m_at - m_begin); }
    bool at_end() const { return m_at == m_end; }
    /// The text from a place to here.
    std::string_view since(std::size_t place) const { return { m_begin + place, at() - place }; }

    /// The next character after white space, or 0 at the end. A NUL in the text is 0 too, and nothing accepts it.
    char peek()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t')) {
            ++m_at;
        }
        return m_at == m_end ? '\0' : *m_at;
    }
    /// Takes the character that peek() gave.
    void take() { ++m_at; }

    /// At a quote: the string's inside as written, and whether it holds escapes.
    bool string(std::string_view & raw, bool & escaped);
    /// At a digit or minus: the number as written.
    bool number(std::string_view & raw);
    /// At a letter: true, false or null, whole.
    bool word(std::string_view word);
    /// At any value: reads over it. Scalars are checked; of objects and arrays, that every string and bracket closes.
    bool skip_value();
    /// At a bracket: reads over all it holds, 64 bytes at a time.
    bool skip_brackets();

    /// In an object, behind its brace (`first`) or behind a member's value: reads on to the value of member `name`.
    /// False with an empty fault when the object ends (its brace is taken) without it.
    bool to_member(std::string_view name, bool first);

    /// The string's meaning; false for a lone surrogate, U+0000 or an unknown escape.
    bool unescape(std::string_view raw, std::string & text);

    bool fail(std::string_view fault)
    {
        m_fault = fault;
        return false;
    }

private:
    char const * m_begin;
    char const * m_at;
    char const * m_end;
    std::string_view m_fault;
};

} // namespace ketensync::formats::json
