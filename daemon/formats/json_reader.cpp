#include "daemon/formats/json_reader.hpp"

#include "daemon/formats/encoding.hpp"
#include "daemon/formats/json_block.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <vector>

namespace ketensync::formats::json {

namespace {

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/// Which brackets are open, innermost last, one bit each: 1 for a brace.
class Brackets {
public:
    std::size_t depth() const { return m_depth; }
    void open(bool brace)
    {
        if (m_depth != 0 && m_depth % 64 == 0) {
            m_outer.push_back(m_inner);
        }
        m_inner = m_inner << 1U | (brace ? 1U : 0U);
        ++m_depth;
    }
    /// False when the innermost open bracket is of the other kind.
    bool close(bool brace)
    {
        bool const matches = ((m_inner & 1U) != 0) == brace;
        m_inner >>= 1U;
        --m_depth;
        if (m_depth != 0 && m_depth % 64 == 0) {
            m_inner = m_outer.back();
            m_outer.pop_back();
        }
        return matches;
    }

private:
    std::uint64_t m_inner = 0;
    std::vector<std::uint64_t> m_outer;
    std::size_t m_depth = 0;
};

/// The bytes that a backslash before them escapes; `carry` tells of the byte before the block, and after it.
std::uint64_t escaped_bytes(std::uint64_t backslashes, bool & carry)
{
    std::uint64_t escaped = carry ? 1U : 0U;
    carry = false;
    for (auto left = backslashes & ~escaped; left != 0;) {
        auto const at = static_cast<unsigned>(std::countr_zero(left));
        if (at == 63) {
            carry = true;
            break;
        }
        escaped |= std::uint64_t { 2 } << at;
        left &= ~(std::uint64_t { 3 } << at);
    }
    return escaped;
}

/// Bit i is the parity of the bits up to and with i: from quotes to the bytes inside of strings.
std::uint64_t parity_before(std::uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

} // namespace

bool Reader::string(std::string_view & raw, bool & escaped)
{
    auto const * const start = ++m_at;
    escaped = false;
    for (;;) {
        m_at = plain_end(m_at, m_end);
        if (m_at == m_end) {
            return fail("a string is not closed");
        }
        if (*m_at == '"') {
            raw = { start, static_cast<std::size_t>(m_at - start) };
            ++m_at;
            return true;
        }
        if (*m_at != '\\') {
            return fail("a control character stands in a string");
        }
        escaped = true;
        if (m_end - m_at < 2) {
            return fail("a string is not closed");
        }
        m_at += 2;
    }
}

bool Reader::number(std::string_view & raw)
{
    auto const * const start = m_at;
    auto const digits = [this] {
        auto const * const first = m_at;
        while (m_at != m_end && is_digit(*m_at)) {
            ++m_at;
        }
        return m_at != first;
    };
    auto const next = [this] { return m_at == m_end ? '\0' : *m_at; };
    if (next() == '-') {
        ++m_at;
    }
    if (next() == '0') {
        ++m_at;
        if (is_digit(next())) {
            return fail("a number starts with a zero");
        }
    } else if (!digits()) {
        return fail("a number has no digits");
    }
    if (next() == '.') {
        ++m_at;
        if (!digits()) {
            return fail("a number has no digits behind its point");
        }
    }
    if (next() == 'e' || next() == 'E') {
        ++m_at;
        if (next() == '+' || next() == '-') {
            ++m_at;
        }
        if (!digits()) {
            return fail("a number has no digits in its exponent");
        }
    }
    raw = { start, static_cast<std::size_t>(m_at - start) };
    return true;
}

bool Reader::word(std::string_view word)
{
    if (!std::string_view(m_at, static_cast<std::size_t>(m_end - m_at)).starts_with(word)) {
        return fail("a value is neither text, number, true, false nor null");
    }
    m_at += word.size();
    return true;
}

bool Reader::skip_value()
{
    std::string_view raw;
    bool escaped = false;
    switch (char const first = peek()) {
    case '{':
    case '[':
        return skip_brackets();
    case '"':
        return string(raw, escaped);
    case 't':
        return word("true");
    case 'f':
        return word("false");
    case 'n':
        return word("null");
    default:
        if (first == '-' || is_digit(first)) {
            return number(raw);
        }
        return fail(at_end() ? "the text ends where a value is expected" : "a value is expected");
    }
}

bool Reader::skip_brackets()
{
    Brackets brackets;
    bool in_string = false;
    bool carry = false;
    for (;;) {
        auto const left = static_cast<std::size_t>(m_end - m_at);
        char rest[Block::size];
        auto const * bytes = m_at;
        if (left < Block::size) {
            if (left == 0) {
                return fail(in_string ? "a string is not closed" : "the text ends inside an object or a list");
            }
            std::fill(std::copy(m_at, m_end, rest), rest + Block::size, ' ');
            bytes = rest;
        }
        auto const block = look(bytes);
        auto quotes = block.quotes;
        if (block.backslashes != 0 || carry) {
            quotes &= ~escaped_bytes(block.backslashes, carry);
        }
        auto const inside = parity_before(quotes) ^ (in_string ? ~std::uint64_t { 0 } : 0U);
        in_string = (inside >> 63U) != 0;
        auto const openers = block.openers & ~inside;
        for (auto found = openers | (block.closers & ~inside); found != 0; found &= found - 1) {
            auto const place = static_cast<unsigned>(std::countr_zero(found));
            bool const brace = (static_cast<unsigned char>(bytes[place]) & 0x20U) != 0;
            if ((openers >> place & 1U) != 0) {
                brackets.open(brace);
            } else if (!brackets.close(brace)) {
                m_at += place;
                return fail("an object or a list is closed by the wrong bracket");
            } else if (brackets.depth() == 0) {
                m_at += place + 1;
                return true;
            }
        }
        m_at += std::min(left, Block::size);
    }
}

bool Reader::to_member(std::string_view name, bool first)
{
    m_fault = {};
    for (;; first = false) {
        char next = peek();
        if (next == '}') {
            take();
            return false;
        }
        if (!first) {
            if (next != ',') {
                return fail("an object's members are not separated by commas");
            }
            take();
            next = peek();
        }
        std::string_view raw;
        bool escaped = false;
        if (next != '"') {
            return fail("a member's name is expected");
        }
        if (!string(raw, escaped)) {
            return false;
        }
        if (peek() != ':') {
            return fail("a member has no colon");
        }
        take();
        std::string plain;
        if (escaped && !unescape(raw, plain)) {
            return false;
        }
        if ((escaped ? std::string_view(plain) : raw) == name) {
            return true;
        }
        if (!skip_value()) {
            return false;
        }
    }
}

bool Reader::unescape(std::string_view raw, std::string & text)
{
    text.clear();
    auto const hexadecimal = [&raw](std::size_t at, unsigned & unit) {
        if (raw.size() < at + 4) {
            return false;
        }
        auto const * const first = raw.data() + at;
        return std::from_chars(first, first + 4, unit, 16).ptr == first + 4;
    };
    for (std::size_t at = 0; at < raw.size();) {
        if (auto const plain = std::min(raw.find('\\', at), raw.size()); plain != at) {
            text.append(raw, at, plain - at);
            at = plain;
            continue;
        }
        char const kind = at + 1 < raw.size() ? raw[at + 1] : '\0';
        at += 2;
        if (constexpr std::string_view kinds = "\"\\/bfnrt";
            kind != '\0' && kinds.find(kind) != std::string_view::npos) {
            text += "\"\\/\b\f\n\r\t"[kinds.find(kind)];
            continue;
        }
        unsigned unit = 0;
        if (kind != 'u' || !hexadecimal(at, unit)) {
            return fail("a string has an escape that JSON does not know");
        }
        at += 4;
        if (unit == 0) {
            return fail("a string holds the character NUL");
        }
        if (unit >= 0xd800 && unit < 0xe000) {
            unsigned low = 0;
            if (unit >= 0xdc00 || raw.substr(at, 2) != "\\u" || !hexadecimal(at + 2, low) || low < 0xdc00
                || low > 0xdfff) {
                return fail("a string holds half of a surrogate pair");
            }
            at += 6;
            unit = 0x10000 + ((unit - 0xd800) << 10U) + (low - 0xdc00);
        }
        append_utf8(unit, text);
    }
    return true;
}

} // namespace ketensync::formats::json
