#include "daemon/formats/xml_reader.hpp"

#include "daemon/formats/encoding.hpp"

#include <expat.h>
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <random>

namespace ketensync::formats::xml {

namespace {

constexpr std::string_view declaration_1252 = "<?xml version=\"1.0\" encoding=\"windows-1252\"?>";
constexpr std::string_view declaration_8859 = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";

bool same_name(char const * a, char const * b)
{
    return strcasecmp(a, b) == 0;
}

std::string_view without_prefix(std::string_view name)
{
    auto const colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

char const * name_for_expat(std::optional<Encoding> encoding)
{
    if (!encoding) {
        return nullptr;
    }
    return *encoding == Encoding::cp1252 ? "windows-1252" : *encoding == Encoding::iso_8859_1 ? "ISO-8859-1" : "UTF-8";
}

} // namespace

struct Reader::Inner {
    XML_Parser parser = XML_ParserCreate(nullptr);
    unsigned long salt = std::random_device()() | 1U;
    Events * events = nullptr;
    std::optional<Error> error;
    Encoding encoding = Encoding::utf8;
    bool told = false; ///< the encoding, whatever the text declares
    Failure failure = Failure::bad_page;
    std::vector<Attribute> attributes;

    Inner() = default;
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;
    ~Inner() { XML_ParserFree(parser); }

    void stop(Error reason)
    {
        if (!error) {
            error = std::move(reason);
            XML_StopParser(parser, XML_FALSE);
        }
    }
    void pass(Result<void> result)
    {
        if (!result) {
            stop(std::move(result).error());
        }
    }
    static Inner & of(void * data) { return *static_cast<Inner *>(data); }
};

namespace {

using Inner = Reader::Inner;

// Expat may still call back for events it has already found after it was stopped: those are not passed on.

void XMLCALL on_open(void * data, XML_Char const * name, XML_Char const ** attributes)
{
    auto & inner = Inner::of(data);
    if (inner.error) {
        return;
    }
    inner.attributes.clear();
    for (; *attributes != nullptr; attributes += 2) {
        std::string_view const attribute = attributes[0];
        if (attribute != "xmlns" && !attribute.starts_with("xmlns:")) {
            inner.attributes.push_back({ without_prefix(attribute), attributes[1] });
        }
    }
    inner.pass(inner.events->opened(without_prefix(name), inner.attributes));
}

void XMLCALL on_close(void * data, XML_Char const *)
{
    if (auto & inner = Inner::of(data); !inner.error) {
        inner.pass(inner.events->closed());
    }
}

void XMLCALL on_text(void * data, XML_Char const * text, int size)
{
    if (auto & inner = Inner::of(data); !inner.error) {
        inner.pass(inner.events->text({ text, static_cast<std::size_t>(size) }));
    }
}

void XMLCALL on_doctype(void * data, XML_Char const *, XML_Char const *, XML_Char const *, int)
{
    auto & inner = Inner::of(data);
    inner.stop({ inner.failure, "the XML holds a DOCTYPE, which is refused" });
}

void XMLCALL on_declaration(void * data, XML_Char const *, XML_Char const * encoding, int)
{
    auto & inner = Inner::of(data);
    if (inner.told || encoding == nullptr || same_name(encoding, "UTF-8") || same_name(encoding, "US-ASCII")) {
        return;
    }
    if (same_name(encoding, "ISO-8859-1")) {
        inner.encoding = Encoding::iso_8859_1;
    } else if (same_name(encoding, "windows-1252")) {
        inner.encoding = Encoding::cp1252;
    } else {
        inner.stop({ inner.failure, "the XML is in an encoding other than UTF-8, ISO-8859-1 and windows-1252" });
    }
}

int XMLCALL on_encoding(void *, XML_Char const * name, XML_Encoding * encoding)
{
    if (!same_name(name, "windows-1252")) {
        return XML_STATUS_ERROR;
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
        auto const character = code_point(static_cast<unsigned char>(byte), Encoding::cp1252);
        encoding->map[byte] = character ? static_cast<int>(*character) : -1;
    }
    encoding->data = nullptr;
    encoding->convert = nullptr;
    encoding->release = nullptr;
    return XML_STATUS_OK;
}

} // namespace

Reader::Reader()
    : m(std::make_unique<Inner>())
{
}
Reader::~Reader() = default;

Result<void> Reader::read(std::string_view text, std::optional<Encoding> declared, Failure failure, Events & events)
{
    KETENSYNC_TRY(begin(declared, failure, events));
    return feed(text, true);
}

Result<void> Reader::begin(std::optional<Encoding> declared, Failure failure, Events & events)
{
    auto * const parser = m->parser;
    if (parser == nullptr || XML_ParserReset(parser, name_for_expat(declared)) != XML_TRUE) {
        return fail(Failure::bug, "expat has no parser");
    }
    m->events = &events;
    m->error.reset();
    m->encoding = declared.value_or(Encoding::utf8);
    m->told = declared.has_value();
    m->failure = failure;
    // Given once, because expat would ask the system for a random number for every document.
    XML_SetHashSalt(parser, m->salt);
    XML_SetUserData(parser, m.get());
    XML_SetElementHandler(parser, on_open, on_close);
    XML_SetCharacterDataHandler(parser, events.wants_text() ? on_text : nullptr);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    XML_SetXmlDeclHandler(parser, on_declaration);
    XML_SetUnknownEncodingHandler(parser, on_encoding, nullptr);
    return {};
}

Result<void> Reader::feed(std::string_view text, bool last)
{
    auto * const parser = m->parser;
    // Sizes are int to expat; a page as a whole is never copied, what crosses from one part to the next is.
    constexpr std::size_t part_bytes = 1U << 30U;
    do {
        auto const part = text.substr(0, part_bytes);
        text.remove_prefix(part.size());
        auto const status = XML_Parse(parser, part.data(), static_cast<int>(part.size()), last && text.empty() ? 1 : 0);
        if (m->error) {
            return fail(std::move(*m->error));
        }
        if (status != XML_STATUS_OK) {
            return fail(m->failure,
                fmt::format("the XML is not sound at byte {}: {}", XML_GetCurrentByteIndex(parser),
                    XML_ErrorString(XML_GetErrorCode(parser))));
        }
    } while (!text.empty());
    return {};
}

std::size_t Reader::start() const
{
    return static_cast<std::size_t>(XML_GetCurrentByteIndex(m->parser));
}

std::size_t Reader::end() const
{
    return start() + static_cast<std::size_t>(XML_GetCurrentByteCount(m->parser));
}

Encoding Reader::encoding() const
{
    return m->encoding;
}

std::string_view declaration(Encoding encoding)
{
    switch (encoding) {
    case Encoding::utf8:
        return {};
    case Encoding::cp1252:
        return declaration_1252;
    case Encoding::iso_8859_1:
        return declaration_8859;
    case Encoding::utf16:
    case Encoding::detect:
        break; // a page in UTF-16 is cut as UTF-8
    }
    return {};
}

Encoding declared_encoding(std::string_view context)
{
    if (context.starts_with(declaration_1252)) {
        return Encoding::cp1252;
    }
    return context.starts_with(declaration_8859) ? Encoding::iso_8859_1 : Encoding::utf8;
}

} // namespace ketensync::formats::xml
