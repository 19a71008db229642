#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ketensync::monitor {

/// HTML and SVG as they are written: the only place where text becomes markup, and the only one that escapes. Everything
/// that is given is text; what is no text is opened and closed here. The calls nest; a page is well-formed when each
/// `open` has its `close`.
class Html {
public:
    using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    Html & open(std::string_view tag, Attributes attributes = {});
    Html & close(std::string_view tag);
    /// An element without content: <link>, <rect/>.
    Html & empty(std::string_view tag, Attributes attributes);
    Html & text(std::string_view text);
    /// An element with text in it and nothing else.
    Html & element(std::string_view tag, std::string_view text, Attributes attributes = {});
    Html & add(Html const & other);

    std::string const & bytes() const { return m_bytes; }
    bool is_empty() const { return m_bytes.empty(); }

private:
    void begin(std::string_view tag, Attributes attributes);

    std::string m_bytes;
};

/// `text` as it may stand between tags and in attributes between double quotes.
std::string escaped(std::string_view text);

} // namespace ketensync::monitor
