#pragma once

#include "daemon/base/result.hpp"
#include "daemon/formats/format.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ketensync::formats::xml {

/// Reads XML as a stream of events, never as a whole tree. A DOCTYPE is refused, and with it every entity of one's own.
/// Encodings: UTF-8, US-ASCII, ISO-8859-1 and windows-1252. The only place that knows expat. One thread; reused.
class Reader {
public:
    struct Attribute {
        std::string_view name; ///< without prefix; declarations of namespaces are left out
        std::string_view value;
    };

    /// Receives what is read; a failure it returns ends the reading and is passed on. Views last for the call.
    class Events {
    public:
        virtual ~Events() = default;
        /// `name` is without its prefix.
        virtual Result<void> opened(std::string_view name, std::vector<Attribute> const & attributes) = 0;
        virtual Result<void> closed() = 0;
        /// Called only when `wants_text`; an element's text may come in several pieces.
        virtual Result<void> text(std::string_view) { return {}; }
        virtual bool wants_text() const { return false; }
    };

    Reader();
    ~Reader();

    /// Reads the whole of `text`; what is not sound is `failure` with its place. `declared`: the encoding, or nothing
    /// to take it from the text's own declaration.
    Result<void> read(std::string_view text, std::optional<Encoding> declared, Failure failure, Events & events);

    /// The same, of a text that comes in pieces: `begin`, then `feed` with each of them. `events` lives as long.
    Result<void> begin(std::optional<Encoding> declared, Failure failure, Events & events);
    Result<void> feed(std::string_view piece, bool last);

    /// During an event: the first byte of its markup, the byte behind it, and the encoding of the text.
    std::size_t start() const;
    std::size_t end() const;
    Encoding encoding() const;

    /// How expat calls back; public for the functions that it calls.
    struct Inner;

private:
    std::unique_ptr<Inner> m;
};

/// The declaration that stands before a context, so that the parser of a document knows its encoding; empty for UTF-8.
std::string_view declaration(Encoding encoding);
/// The encoding by the declaration that `declaration` put before `context`.
Encoding declared_encoding(std::string_view context);

} // namespace ketensync::formats::xml
