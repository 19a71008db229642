#include "daemon/formats/xlsx_workbook.hpp"

#include "daemon/formats/encoding.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace ketensync::formats::xlsx {

namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t styles_max = 65'536;

tl::unexpected<Error> bad(std::string what)
{
    return fail(Failure::bad_page, "the workbook is not sound: " + std::move(what));
}

bool is_true(std::string_view text)
{
    return text == "1" || text == "true";
}

unsigned number_in(std::string_view text)
{
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A part's name from what a relation says of it, which is relative to the folder of the part that has the relation.
std::string part_name(std::string_view folder, std::string_view target)
{
    std::string path = target.starts_with('/') ? std::string(target.substr(1)) : fmt::format("{}{}", folder, target);
    std::vector<std::string_view> names;
    for (std::string_view rest = path; !rest.empty();) {
        auto const slash = std::min(rest.find('/'), rest.size());
        auto const name = rest.substr(0, slash);
        rest.remove_prefix(std::min(slash + 1, rest.size()));
        if (name == ".." && !names.empty()) {
            names.pop_back();
        } else if (name != "." && name != "..") {
            names.push_back(name);
        }
    }
    return fmt::format("{}", fmt::join(names, "/"));
}

/// The relations of one part: where its other parts are.
class Relations final : public PartEvents {
public:
    explicit Relations(std::string_view of)
    {
        auto const slash = of.rfind('/');
        m_folder = slash == std::string_view::npos ? std::string_view() : of.substr(0, slash + 1);
        name = fmt::format("{}_rels/{}.rels", m_folder, of.substr(m_folder.size()));
    }
    std::string name; ///< of the part that holds them
    std::map<std::string, std::string, std::less<>> by_id;
    std::map<std::string, std::string, std::less<>> by_type; ///< the last word of it

private:
    Result<void> on_open(std::string_view element, Attributes const & attributes) override
    {
        if (element == "Relationship" && attribute(attributes, "TargetMode") != "External") {
            auto const target = part_name(m_folder, attribute(attributes, "Target"));
            auto const type = attribute(attributes, "Type");
            by_id.emplace(attribute(attributes, "Id"), target);
            by_type.emplace(type.substr(type.rfind('/') + 1), target);
        }
        return {};
    }
    Result<void> on_close(std::string_view) override { return {}; }

    std::string_view m_folder;
};

class BookPart final : public PartEvents {
public:
    struct Sheet {
        std::string name;
        std::string relation;
        bool hidden;
    };
    std::vector<Sheet> sheets;
    Epoch epoch = Epoch::of_1900;

private:
    Result<void> on_open(std::string_view element, Attributes const & attributes) override
    {
        if (element == "workbookPr" && is_true(attribute(attributes, "date1904"))) {
            epoch = Epoch::of_1904;
        } else if (element == "sheet") {
            auto const state = attribute(attributes, "state");
            sheets.push_back({ std::string(attribute(attributes, "name")), std::string(attribute(attributes, "id")),
                !state.empty() && state != "visible" });
        }
        return {};
    }
    Result<void> on_close(std::string_view) override { return {}; }
};

class StylesPart final : public PartEvents {
public:
    std::vector<Shown> styles;

private:
    Result<void> on_open(std::string_view element, Attributes const & attributes) override
    {
        if (element == "numFmt") {
            m_formats[number_in(attribute(attributes, "numFmtId"))] = shown_by(attribute(attributes, "formatCode"));
        } else if (element == "cellXfs") {
            m_inside = true;
        } else if (element == "xf" && m_inside) {
            if (styles.size() == styles_max) {
                return bad("it has too many styles");
            }
            auto const format = number_in(attribute(attributes, "numFmtId"));
            auto const own = m_formats.find(format);
            styles.push_back(own == m_formats.end() ? shown_by(format) : own->second);
        }
        return {};
    }
    Result<void> on_close(std::string_view element) override
    {
        m_inside = m_inside && element != "cellXfs";
        return {};
    }

    std::map<unsigned, Shown> m_formats;
    bool m_inside = false;
};

class TextsPart final : public PartEvents {
public:
    explicit TextsPart(SharedTexts & texts)
        : m_texts(texts)
    {
    }
    bool wants_text() const override { return true; }
    Result<void> text(std::string_view text) override
    {
        if (m_taking) {
            m_text += text;
        }
        return {};
    }

private:
    Result<void> on_open(std::string_view element, Attributes const &) override
    {
        // How a text is spoken (rPh) is not part of it.
        m_spoken = m_spoken || element == "rPh";
        m_taking = element == "t" && !m_spoken;
        return {};
    }
    Result<void> on_close(std::string_view element) override
    {
        m_taking = false;
        m_spoken = m_spoken && element != "rPh";
        if (element == "si") {
            unescape(m_text);
            if (!m_texts.add(m_text)) {
                return fail(Failure::bad_page, "the texts of the workbook are larger than limits.page_bytes_max");
            }
            m_text.clear();
        }
        return {};
    }

    SharedTexts & m_texts;
    std::string m_text;
    bool m_spoken = false;
    bool m_taking = false;
};

Result<std::string> sheet_relation(BookPart const & book, std::string const & wanted)
{
    std::vector<std::string> names;
    for (auto const & sheet : book.sheets) {
        if (wanted.empty() ? !sheet.hidden : sheet.name == wanted) {
            return sheet.relation;
        }
        names.push_back(sheet.name);
    }
    return wanted.empty() ? bad("it has no sheet that can be seen")
                          : fail(Failure::bad_page,
                              fmt::format("the workbook has no sheet '{}', but {}", wanted, fmt::join(names, ", ")));
}

} // namespace

bool SharedTexts::add(std::string_view text)
{
    m_text += text;
    m_ends.push_back(m_text.size());
    return m_text.size() + m_ends.size() * sizeof(m_ends[0]) <= m_bytes_max;
}

std::optional<std::string_view> SharedTexts::at(std::size_t number) const
{
    if (number >= m_ends.size()) {
        return std::nullopt;
    }
    auto const start = number == 0 ? 0 : m_ends[number - 1];
    return std::string_view(m_text).substr(start, m_ends[number] - start);
}

Result<void> PartEvents::opened(std::string_view name, std::vector<xml::Reader::Attribute> const & attributes)
{
    if (m_depth == depth_max) {
        return bad("it is nested too deep");
    }
    if (m_open.size() == m_depth) {
        m_open.emplace_back();
    }
    m_open[m_depth++].assign(name);
    return on_open(name, attributes);
}

Result<void> PartEvents::closed()
{
    return on_close(m_open[--m_depth]);
}

std::string_view PartEvents::attribute(Attributes const & attributes, std::string_view name)
{
    for (auto const & attribute : attributes) {
        if (attribute.name == name) {
            return attribute.value;
        }
    }
    return {};
}

Result<void> read_part(ZipArchive & archive, std::string const & name, PartEvents & events)
{
    xml::Reader reader;
    KETENSYNC_TRY(reader.begin(std::nullopt, Failure::bad_page, events));
    auto read = archive.read(name, [&reader](std::string_view piece, bool last) { return reader.feed(piece, last); });
    if (!read && read.error().failure == Failure::bad_page) {
        read.error().what = fmt::format("{}: {}", name, read.error().what);
    }
    return read;
}

void unescape(std::string & text)
{
    if (text.find("_x") == std::string::npos) {
        return;
    }
    constexpr std::size_t length = 7; // _x000D_
    std::string_view const from = text;
    std::string written;
    for (std::size_t at = 0; at < from.size();) {
        auto const escape = from.substr(at, length);
        if (escape.size() < length || !escape.starts_with("_x") || escape.back() != '_'
            || escape.find_first_not_of("0123456789abcdefABCDEF", 2) != length - 1) {
            written += from[at++];
            continue;
        }
        constexpr char32_t unreadable = 0xfffd;
        std::uint32_t character = 0;
        std::from_chars(escape.data() + 2, escape.data() + length - 1, character, 16);
        bool const sound = character != 0 && (character < 0xd800 || character > 0xdfff);
        append_utf8(sound ? character : unreadable, written);
        at += length;
    }
    text = std::move(written);
}

Result<Workbook> read_workbook(ZipArchive & archive, Layout const & layout, Limits const & limits)
{
    Relations root("");
    if (!archive.has(root.name)) {
        return fail(Failure::bad_page, "the archive holds no workbook of Excel (.xlsx)");
    }
    KETENSYNC_TRY(read_part(archive, root.name, root));
    auto const & book_name = root.by_type["officeDocument"];
    if (book_name.ends_with(".bin")) {
        return fail(Failure::bad_page, "the workbook is binary (.xlsb): save it as .xlsx");
    }
    if (book_name.empty() || !archive.has(book_name)) {
        return fail(Failure::bad_page, "the archive holds no workbook of Excel (.xlsx)");
    }
    BookPart book;
    KETENSYNC_TRY(read_part(archive, book_name, book));
    Relations relations(book_name);
    KETENSYNC_TRY(read_part(archive, relations.name, relations));
    KETENSYNC_TRY_ASSIGN(auto const relation, sheet_relation(book, layout.sheet));
    auto const sheet = relations.by_id.find(relation);
    if (sheet == relations.by_id.end()) {
        return bad("it does not say where its sheet is");
    }
    Workbook workbook { sheet->second, book.epoch, {}, SharedTexts(limits.shared_bytes_max) };
    if (auto const styles = relations.by_type.find("styles"); styles != relations.by_type.end()) {
        StylesPart part;
        KETENSYNC_TRY(read_part(archive, styles->second, part));
        workbook.styles = std::move(part.styles);
    }
    if (auto const texts = relations.by_type.find("sharedStrings"); texts != relations.by_type.end()) {
        TextsPart part(workbook.texts);
        KETENSYNC_TRY(read_part(archive, texts->second, part));
    }
    return workbook;
}

} // namespace ketensync::formats::xlsx
